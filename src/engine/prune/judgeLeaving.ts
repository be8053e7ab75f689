/** Judges candidates of which many go at once. Pure. */
import { keyOf } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { usesWithout } from '../uses/projection.js';
import type { Candidate } from './candidates.js';
import { judgeCandidates } from './judge.js';
import type { JudgeOptions } from './judgeOptions.js';

/**
 * The judgements where what goes in this run uses nothing any more: an Ingress and its Service go together. Whoever stays
 * after all keeps what it uses, so it is judged again until nothing changes.
 * @param may the UIDs of what may go at all
 */
export function judgeLeaving(
  items: readonly Candidate[],
  judging: JudgeOptions,
  may: ReadonlySet<string> | 'all',
): Judgement[] {
  const goes = (judgement: Judgement): boolean =>
    judgement.verdict === 'delete' && (may === 'all' || may.has(judgement.uid));
  let leaving = new Set(
    judgeCandidates(items, { ...judging, uses: new Map() }).flatMap((one) => (goes(one) ? [keyOf(one.id)] : [])),
  );
  for (;;) {
    const judgements = judgeCandidates(items, { ...judging, uses: usesWithout(judging.uses, leaving) });
    const still = new Set(
      judgements.flatMap((one) => (goes(one) && leaving.has(keyOf(one.id)) ? [keyOf(one.id)] : [])),
    );
    if (still.size === leaving.size) return judgements;
    leaving = still;
  }
}
