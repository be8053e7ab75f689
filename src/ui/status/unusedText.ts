/** What nothing uses, as text: by family, with age and who wrote it. */
import type { Unused } from '../../engine/status/readUnused.js';
import { wrapTo, padTo, widest } from '../columns.js';
import { formatAge } from '../duration.js';
import type { Style } from '../style.js';
import { cleanLine, harmless } from '../untrusted.js';

export interface UnusedTextOptions {
  readonly style: Style;
  /** Columns; undefined: not cut. */
  readonly width: number | undefined;
  readonly namespaced: boolean;
}

/** The families with what is unused of each, and how many were looked at. */
export function unusedText(read: Pick<Unused, 'families' | 'looked'>, options: UnusedTextOptions): string {
  const { style, width, namespaced } = options;
  const { families, looked } = harmless(read);
  const count = families.reduce((sum, { objects }) => sum + objects.length, 0);
  if (looked === 0) return 'no ConfigMaps or Secrets\n';
  if (count === 0) return `every ConfigMap and Secret is in use (${looked} looked at)\n`;
  const names = widest(families.flatMap(({ objects }) => objects.map(({ name }) => name)));
  const blocks = families.map(({ kind, namespace, name, objects }) => {
    const heading = style.strong(`${namespaced ? `${namespace}/` : ''}${kind}/${name}`);
    const lines = objects.map((object) => {
      const by = object.manager === null ? '' : `written by ${cleanLine(object.manager)}`;
      const undo = object.rollback ? 'a rollout undo could go back to it' : '';
      const notes = [by, undo].filter((note) => note !== '').join(', ');
      return wrapTo(
        `  ${padTo(object.name, names)}  ${padTo(formatAge(object.ageMs), 6)}  ${style.faint(notes)}`.trimEnd(),
        width,
      );
    });
    return [heading, ...lines].join('\n');
  });
  const sum = `${count} of ${looked} ConfigMaps and Secrets are named by no object. What a program reads through the API by itself is not seen.`;
  return `${blocks.join('\n\n')}\n\n${wrapTo(sum, width)}\n`;
}
