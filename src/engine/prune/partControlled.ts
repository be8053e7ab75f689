import type { Judgement, Plan } from '../plan/plan.js';

/** Children of controllers that carry the label are only counted: what they belong to speaks for them. */
export function partControlled(judgements: readonly Judgement[]): Pick<Plan, 'prune' | 'controlled'> {
  const prune = judgements.filter((judgement) => judgement.verdict === 'delete' || judgement.why !== 'controlled');
  return { prune, controlled: judgements.length - prune.length };
}
