/** A plan in one line for each object: how many lines of it come and go. */
import type { Plan } from '../../engine/plan/plan.js';
import { padTo, widest } from '../columns.js';
import { planBlocks, type PlanBlock, type PlanDiffOptions } from './planBlocks.js';
import { planTotals } from './planDiff.js';
import { makeStyle } from '../style.js';

/** `~ Deployment/web   +1 -1  update, restarts 3 pods`, and the totals. */
export function planStat(plan: Plan, options: PlanDiffOptions): string {
  const { style } = options;
  // Signs are counted where no colour stands before them.
  const counted = planBlocks(plan, { ...options, style: makeStyle(false) });
  const painted = planBlocks(plan, options);
  const names = widest(counted.map(({ name }) => name));
  const amounts = counted.map(lineCounts);
  const width = widest(amounts.map(({ added, removed }) => `+${added} -${removed}`));
  const rows = painted.map(({ glyph, paint, name, words }, index) => {
    const { added = 0, removed = 0 } = amounts[index] ?? {};
    const plain = added + removed === 0 ? '' : `+${added} -${removed}`;
    const signs = plain === '' ? '' : `${style.added(`+${added}`)} ${style.removed(`-${removed}`)}`;
    return `${paint(glyph)} ${padTo(name, names)}  ${signs}${' '.repeat(width - plain.length)}  ${words}`;
  });
  return `${[...rows, ...(rows.length > 0 ? [''] : []), ...planTotals(plan, options)].join('\n')}\n`;
}

/** How many lines a block's diff adds and takes away. */
export function lineCounts({ type, lines }: PlanBlock): { readonly added: number; readonly removed: number } {
  const count = (sign: string): number =>
    type === 'change' ? lines.filter((line) => line.startsWith(sign)).length : 0;
  return { added: count('+'), removed: count('-') };
}
