/** Judges candidates of which many go at once. Pure. */
import { keyOf } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { usesWithout } from '../uses/projection.js';
import type { JudgeOptions } from './judgeOptions.js';

/**
 * The judgements where what goes in this run uses nothing any more: an Ingress and its Service go together. Whoever stays
 * after all keeps what it uses, so it is judged again until nothing changes.
 * @param judge judges with these uses
 * @param may the UIDs of what may go at all
 */
export function judgeLeaving(
  judge: (uses: JudgeOptions['uses']) => readonly Judgement[],
  uses: JudgeOptions['uses'],
  may: ReadonlySet<string> | 'all',
): readonly Judgement[] {
  const goes = (judgement: Judgement): boolean =>
    judgement.verdict === 'delete' && (may === 'all' || may.has(judgement.uid));
  let leaving = new Set(judge(new Map()).flatMap((one) => (goes(one) ? [keyOf(one.id)] : [])));
  for (;;) {
    const judgements = judge(usesWithout(uses, leaving));
    const still = new Set(
      judgements.flatMap((one) => (goes(one) && leaving.has(keyOf(one.id)) ? [keyOf(one.id)] : [])),
    );
    if (still.size === leaving.size) return judgements;
    leaving = still;
  }
}
