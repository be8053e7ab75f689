/** The families of generated configs as text: a heading for each, a line for each revision. */
import type { Family } from '../../engine/status/history.js';
import { wrapTo, padTo, widest } from '../columns.js';
import { formatAge } from '../duration.js';
import type { Paint, Style } from '../style.js';
import { cleanLine, harmless } from '../untrusted.js';
import { USE_STATES } from './useStates.js';

export interface HistoryTextOptions {
  readonly style: Style;
  readonly width: number | undefined;
  readonly namespaced: boolean;
}

/** The families of generated configs as a table. */
export function historyText(read: readonly Family[], { style, width, namespaced }: HistoryTextOptions): string {
  const families = harmless(read);
  if (families.length === 0) return 'no generated ConfigMaps or Secrets\n';
  const names = widest(families.flatMap(({ revisions }) => revisions.map(({ name }) => name)));
  const blocks = families.map(({ kind, namespace, name, revisions }) => {
    const heading = style.strong(`${namespaced ? `${namespace}/` : ''}${kind}/${name}`);
    const lines = revisions.map((revision) => {
      const { word, glyph, paint } = USE_STATES[revision.state];
      const colour: Paint = style[paint];
      const state = colour(padTo(`${glyph} ${word}`, 10));
      return wrapTo(
        `  ${state}  ${padTo(revision.name, names)}  ${padTo(formatAge(revision.ageMs), 6)}  ${style.faint(cleanLine(revision.reason))}`,
        width,
      );
    });
    return [heading, ...lines].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}
