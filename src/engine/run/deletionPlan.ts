import { containersThatGo } from '../plan/confirmations.js';
import type { Plan } from '../plan/plan.js';
import type { Judgements } from '../prune/judgeNow.js';
import { partControlled } from '../prune/partControlled.js';

/**
 * The plan of a verb that applies nothing. What it deletes is always shown and agreed to before it goes.
 * @param reasonOf why it is asked, for a number of deletions
 */
export function deletionPlan(
  { judgements, warnings }: Pick<Judgements, 'judgements' | 'warnings'>,
  { set, pruneLabel }: Pick<Plan, 'set' | 'pruneLabel'>,
  reasonOf: (deletions: number) => string,
): Plan {
  const deletions = judgements.filter(({ verdict }) => verdict === 'delete').length;
  const confirmations = deletions === 0 ? [] : [reasonOf(deletions), ...containersThatGo(judgements)];
  return { stages: [], ...partControlled(judgements), confirmations, set, pruneLabel, warnings };
}
