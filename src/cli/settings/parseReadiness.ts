/** What stands below `readiness` in `.kapply.yaml`. In a file of its own because it brings a YAML parser with it. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { ReadinessExpressions } from '../../engine/readiness/expressions/expressions.js';
import { inputError, type SourcePosition } from '../../errors.js';
import { READINESS_KEY } from './fileDefaults.js';

const FIELDS = ['apiVersion', 'kind', 'current', 'failed', 'inProgress'] as const;
type Field = (typeof FIELDS)[number];

/** The rules of this text. @throws KapplyError `InvalidReadinessRule` (exit 2), with the line in `file` */
export function parseReadiness(text: string, file: string): ReadinessExpressions[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (!isMap(document.contents)) return [];
  const node: unknown = document.contents.get(READINESS_KEY, true);
  if (node === undefined || node === null) return [];
  const at = (range: readonly number[] | null | undefined): SourcePosition => {
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    return { file, line, column: col };
  };
  const refuse = (message: string, range: readonly number[] | null | undefined): Error =>
    inputError('InvalidReadinessRule', message, {
      position: at(range),
      suggestions: [
        'readiness: [{ apiVersion: example.com/v1, kind: Widget, current: "status.phase == \'Running\'" }], and failed or inProgress beside current',
      ],
    });
  if (!isSeq(node)) throw refuse('readiness is a list of rules', (node as { range?: readonly number[] }).range);
  return node.items.map((item): ReadinessExpressions => {
    if (!isMap(item)) throw refuse('a rule is a mapping', (item as { range?: readonly number[] } | null)?.range);
    const texts = new Map<Field, string>();
    for (const { key, value } of item.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const range = (key as { range?: readonly number[] }).range;
      if (!isField(name)) throw refuse(`"${name}" is no field of a rule: ${FIELDS.join(', ')}`, range);
      const said: unknown = isScalar(value) ? value.value : undefined;
      if (typeof said !== 'string' || said.trim() === '') throw refuse(`${name} is a text`, range);
      texts.set(name, said);
    }
    const [apiVersion, kind, current] = [texts.get('apiVersion'), texts.get('kind'), texts.get('current')];
    if (apiVersion === undefined || kind === undefined || current === undefined)
      throw refuse('a rule needs apiVersion, kind and current', item.range);
    const [failed, inProgress] = [texts.get('failed'), texts.get('inProgress')];
    const slash = apiVersion.indexOf('/');
    return {
      group: slash < 0 ? '' : apiVersion.slice(0, slash),
      kind,
      current,
      ...(failed !== undefined && { failed }),
      ...(inProgress !== undefined && { inProgress }),
      source: `${file}:${String(at(item.range).line)}`,
    };
  });
}

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}
