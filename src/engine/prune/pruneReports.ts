/** What is told of the planned deletions that were not made. */
import type { WriteContext } from '../run/options.js';
import type { Judgement, Plan } from '../plan/plan.js';
import type { Deletion } from './deleteGuarded.js';
import { operatorWords } from './operatorsLast.js';

/** Planned, free to go, and left for an operator's sake. */
export function reportHeld({ id, version }: Deletion, left: readonly Judgement[], { emit, now }: WriteContext): void {
  emit({ type: 'pruned', id, version, outcome: 'kept', reason: operatorWords(left), at: now() });
}

/** Tells why one stays; children of controllers are only counted, and what goes is told of when it is gone. */
export function reportKept(judgement: Judgement, shown: ReadonlySet<string>, { emit, now }: WriteContext): void {
  const { id, version } = judgement;
  if (judgement.verdict === 'keep' && judgement.why === 'controlled') return;
  const outcome = judgement.verdict === 'keep' && judgement.why === 'terminating' ? 'terminating' : 'kept';
  const reason =
    judgement.verdict === 'keep' ? judgement.reason : 'became stale during this run: the next deploy deletes it';
  if (judgement.verdict === 'delete' && shown.has(judgement.uid)) return;
  emit({ type: 'pruned', id, version, outcome, reason, at: now() });
}

/** Planned deletions that somebody else has made meanwhile. */
export function reportVanished(plan: Plan, judged: ReadonlySet<string>, { emit, now }: WriteContext): void {
  for (const judgement of plan.prune) {
    if (judgement.verdict !== 'delete' || judged.has(judgement.uid)) continue;
    const { id, version } = judgement;
    emit({ type: 'pruned', id, version, outcome: 'gone', reason: 'was gone already', at: now() });
  }
}
