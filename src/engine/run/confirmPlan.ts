import { EXIT, KapplyError } from '../../errors.js';
import type { RunContext } from './options.js';
import type { Plan } from '../plan/plan.js';

/** @throws KapplyError `ConfirmationNeeded` (exit 2) when declined, or when there is nobody to ask */
export async function confirmPlan(plan: Plan, context: RunContext): Promise<void> {
  if (plan.confirmations.length === 0) return;
  const deletions = plan.prune.filter((judgement) => judgement.verdict === 'delete');
  const answer = await context.confirm({
    question: `Delete ${deletions.length} objects after the rollout?`,
    reasons: plan.confirmations,
    deletions,
    plan,
  });
  if (answer === 'agreed') return;
  const why = answer === 'declined' ? 'declined' : 'a confirmation is needed, and there is no terminal to ask on';
  throw new KapplyError(
    'ConfirmationNeeded',
    `${why}: ${plan.confirmations.join('; ')}. Nothing was sent`,
    EXIT.input,
    {
      suggestions: ['Look at the plan with kapply diff, then add --yes.'],
    },
  );
}
