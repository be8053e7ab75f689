/** What a planned change does to one object, line by line of its YAML, with Secret values masked. */
import { structuredPatch, type StructuredPatch } from 'diff';
import type { Change } from '../../engine/plan/member.js';
import type { KubeObject } from '../../objects/object.js';
import { mapTexts } from '../../objects/mapTexts.js';
import type { Masks } from '../../objects/masks.js';
import { redact, redactPair } from '../../objects/redact.js';
import type { Style } from '../style.js';
import { linesOfObject } from './linesOfObject.js';
import { comparedObject } from './comparedObject.js';
import { cleanLine } from '../untrusted.js';

export interface ObjectDiffOptions {
  readonly style: Style;
  readonly masks: Masks;
  readonly toYaml: (object: KubeObject) => string;
}

/** jsdiff compares every line with every other: a rewrite of 40,000 lines takes many seconds. Per object, in ms. */
const TIMEOUT_MS = 1000;
const CONTEXT_LINES = 3;

/** The object before and after a change as people may see it: secrets masked, without what the server keeps for itself. */
export function shownTexts(
  { live, after }: Pick<Change, 'live' | 'after'>,
  { masks, toYaml }: Pick<ObjectDiffOptions, 'masks' | 'toYaml'>,
): { readonly oldText: string; readonly newText: string } {
  const { rules, hideIn } = masks;
  const [before, wanted] = live === undefined ? [undefined, redact(after, rules)] : redactPair(live, after, rules);
  // A password that a Secret holds may stand elsewhere in the object as well.
  const show = (object: KubeObject): string => hideIn(linesOfObject(mapTexts(comparedObject(object), hideIn), toYaml));
  return { oldText: before === undefined ? '' : show(before), newText: show(wanted) };
}

/** The hunks of a change, in the unified format; [] where nothing that a user writes differs. */
export function objectDiff(change: Change, options: ObjectDiffOptions): string[] {
  const { style } = options;
  const { oldText, newText } = shownTexts(change, options);
  if (oldText === newText) return [];
  const patch: StructuredPatch | undefined = structuredPatch('', '', oldText, newText, '', '', {
    context: CONTEXT_LINES,
    timeout: TIMEOUT_MS,
  });
  if (patch === undefined) {
    return [style.faint(`too different to compare: ${countLines(oldText)} lines become ${countLines(newText)}`)];
  }
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    style.hunk(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`),
    ...lines.map((line) => paintLine(line, style)),
  ]);
}

/** Of no lines, the unified format names the line before. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

function paintLine(line: string, style: Style): string {
  // Values of objects are foreign text as well: one of them may be meant for the terminal of its reader.
  const text = `${line.slice(0, 1)}${cleanLine(line.slice(1))}`;
  if (line.startsWith('+')) return style.added(text);
  return line.startsWith('-') ? style.removed(text) : text;
}

function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - 1;
}
