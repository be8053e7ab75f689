import type { Plan } from '../../engine/plan/plan.js';
import { planCounts } from '../run/phaseLine.js';
import { isPlanAcrossNamespaces, planBlocks, type PlanBlock, type PlanDiffOptions } from './planBlocks.js';
import { restartsText } from './planWords.js';
import type { Style } from '../style.js';
import { cleanLine } from '../untrusted.js';

/** A part of what a diff prints, in whole lines. */
export interface DiffPart {
  /** Where a CI system may fold it up, its first line: what is refused or goes is never folded. */
  readonly title: string | undefined;
  /** All lines, below the title where there is one. */
  readonly text: string;
}

/**
 * A plan as diffs: every object that changes, what is refused, then what prune deletes, and what it keeps although the label
 * matches, with the reason. Ends with the counts, and with the pods that are restarted.
 */
export function planDiffParts(plan: Plan, options: PlanDiffOptions): DiffPart[] {
  const blocks = planBlocks(plan, options);
  const changes = blocks
    .filter(({ type }) => type === 'change')
    .map((block) => ({ title: heading(block, options.style), text: textOf([...block.lines, '']) }));
  const refused = blocks
    .filter(({ type }) => type === 'refused')
    .flatMap((block) => [heading(block, options.style), ...block.lines.map((line) => `    ${line}`), '']);
  const prune = blocks
    .filter(({ type }) => type === 'delete' || type === 'keep')
    .map((block) => heading(block, options.style));
  const rest = [...refused, ...prune, ...(prune.length > 0 ? [''] : []), ...planTotals(plan, options)];
  return [...changes, { title: undefined, text: textOf(rest) }];
}

/** The parts one after another. */
export function planDiff(plan: Plan, options: PlanDiffOptions): string {
  return planDiffParts(plan, options).map(diffText).join('');
}

/** A part that is not folded. */
export function diffText({ title, text }: DiffPart): string {
  return title === undefined ? text : `${title}\n${text}`;
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** `~ Deployment/web  update, restarts 3 pods` */
function heading({ glyph, paint, name, words }: PlanBlock, style: Style): string {
  return `${paint(glyph)} ${style.strong(name)}  ${words}`;
}

/** The counts of a plan, what is refused of it, and the pods that it restarts: the end of every way to print a diff. */
export function planTotals(
  plan: Plan,
  { refusals = [], about = [] }: Pick<PlanDiffOptions, 'refusals' | 'about'>,
): string[] {
  const counts = planCounts(plan);
  const restarts = restartsText(plan, isPlanAcrossNamespaces(plan, refusals));
  return [
    refusals.length === 0 ? counts : `${counts === 'nothing to do' ? '' : `${counts}  `}✖${refusals.length} refused`,
    ...(restarts === undefined ? [] : [restarts]),
    ...about.map(cleanLine),
  ];
}
