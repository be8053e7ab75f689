/** A plan as Markdown for a comment on a pull request: a table of the objects, and a diff of each that is folded up. */
import type { Plan } from '../../engine/plan/plan.js';
import type { Target } from '../../engine/run/events.js';
import { escapeMarkdown } from '../escapeMarkdown.js';
import { planBlocks, type PlanBlock, type PlanDiffOptions } from './planBlocks.js';
import { planTotals } from './planDiff.js';
import { lineCounts } from './planStat.js';
import { makeStyle } from '../style.js';
import { targetText } from '../targetText.js';
import { harmless } from '../untrusted.js';
import { neutralize } from '../writer.js';

/** GitHub refuses a longer comment, in characters. One that counts UTF-16 units never counts fewer. */
export const MOST_COMMENT_CHARACTERS = 65_536;
/** For the line that counts what was left out. */
const RESERVE_CHARACTERS = 200;

export interface PlanMarkdownOptions extends Omit<PlanDiffOptions, 'style'> {
  readonly target: Target;
  /** In characters. */
  readonly room?: number;
}

/** The comment, no longer than there is room. It is cut at whole objects: diffs go first, and what is left out is counted. */
export function planMarkdown(
  plan: Plan,
  { target, room = MOST_COMMENT_CHARACTERS, ...options }: PlanMarkdownOptions,
): string {
  const shown = { ...options, style: makeStyle(false) };
  const head = [
    '### kapply diff',
    '',
    escapeMarkdown(targetText(harmless(target))),
    '',
    ...planTotals(plan, shown).map((line) => `**${escapeMarkdown(line)}**  `),
    '',
    '',
  ].join('\n');
  // What is refused, and what goes, is what a reviewer must not miss.
  const entries = [...planBlocks(plan, shown)].sort((a, b) => RANK[a.type] - RANK[b.type]).map(entryOf);
  const within = room - RESERVE_CHARACTERS - head.length;
  const named = howManyFit(
    entries.map(({ line }) => line.length),
    within,
  );
  let left = within - entries.slice(0, named).reduce((sum, { line }) => sum + line.length, 0);
  const parts = entries.slice(0, named).map(({ line, whole }) => {
    const more = whole.length - line.length;
    if (more > left) return { text: line, isCut: true };
    left -= more;
    return { text: whole, isCut: false };
  });
  const notes = [
    ...countNote(parts.filter(({ isCut }) => isCut).length, entries.length, 'are without their diffs'),
    ...countNote(entries.length - named, entries.length, 'are left out'),
  ];
  const note =
    notes.length === 0 ? '' : `\n${notes.join(', ')}: a comment may have ${room} characters. The log has all of it.\n`;
  return `${head}${parts.map(({ text }) => text).join('')}${note}`;
}

const RANK: Readonly<Record<PlanBlock['type'], number>> = { refused: 0, delete: 1, change: 2, keep: 3 };

function countNote(count: number, total: number, words: string): string[] {
  return count === 0 ? [] : [`${count} of ${total} objects ${words}`];
}

/** How many of the sizes, from the first on, fit into the room. */
function howManyFit(sizes: readonly number[], room: number): number {
  let left = room;
  const end = sizes.findIndex((size) => (left -= size) < 0);
  return end < 0 ? sizes.length : end;
}

interface Entry {
  /** The object and what happens to it. */
  readonly line: string;
  /** The same with its diff. */
  readonly whole: string;
}

function entryOf(block: PlanBlock): Entry {
  const { type, glyph, name, words, lines } = block;
  const title = `<code>${glyph}</code> <b>${escapeMarkdown(name)}</b> ${escapeMarkdown(words)}`;
  const line = `- ${title}\n`;
  if (lines.length === 0) return { line, whole: line };
  if (type === 'refused') {
    const refused = `${line}${lines.map((remedy) => `  - ${escapeMarkdown(remedy)}\n`).join('')}`;
    return { line: refused, whole: refused };
  }
  const { added, removed } = lineCounts(block);
  const fence = fenceFor(lines);
  const summary = `<details><summary>${title} (+${added} -${removed})</summary>`;
  const text = ['', summary, '', `${fence}diff`, ...lines, fence, '', '</details>', '', ''].join('\n');
  return { line, whole: neutralize(text) };
}

/** Longer than every run of backticks in the diff: no text of an object ends the block. */
function fenceFor(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(runs.reduce((most, length) => Math.max(most, length + 1), 3));
}
