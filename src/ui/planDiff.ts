import type { Plan } from '../engine/plan/plan.js';
import { planCounts } from './phaseLine.js';
import { isPlanAcrossNamespaces, planBlocks, type PlanBlock, type PlanDiffOptions } from './planBlocks.js';
import { restartsText } from './planWords.js';
import type { Style } from './style.js';
import { cleanLine } from './untrusted.js';

/**
 * A plan as diffs: every object that changes, what is refused, then what prune deletes, and what it keeps although the label
 * matches, with the reason. Ends with the counts, and with the pods that are restarted.
 */
export function planDiff(plan: Plan, options: PlanDiffOptions): string {
  const blocks = planBlocks(plan, options);
  const isChange = ({ type }: PlanBlock): boolean => type === 'change' || type === 'refused';
  const changes = blocks
    .filter(isChange)
    .map((block) => [heading(block, options.style), ...linesOf(block), ''].join('\n'));
  const prune = blocks.filter((block) => !isChange(block)).map((block) => heading(block, options.style));
  const parts = [...changes, ...(prune.length > 0 ? [...prune, ''] : []), ...planTotals(plan, options)];
  return `${parts.join('\n')}\n`;
}

/** `~ Deployment/web  update, restarts 3 pods` */
function heading({ glyph, paint, name, words }: PlanBlock, style: Style): string {
  return `${paint(glyph)} ${style.strong(name)}  ${words}`;
}

function linesOf({ type, lines }: PlanBlock): string[] {
  return type === 'refused' ? lines.map((line) => `    ${line}`) : [...lines];
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
