import { EXIT, KapplyError } from '../../errors.js';
import type { RunContext } from './options.js';
import { changesAnything, type Plan } from '../plan/plan.js';
import { readReplaced } from '../plan/replacedObjects.js';

/**
 * @returns whether the plan's deletions were agreed to as well
 * @throws KapplyError (exit 2): `Declined`, or `ConfirmationNeeded` where there is nobody to ask
 */
export async function confirmPlan(plan: Plan, context: RunContext): Promise<{ readonly prunes: boolean }> {
  const { protection } = context;
  const guarded = protection?.confirmed === false && changesAnything(plan) ? protection : undefined;
  if (plan.confirmations.length === 0 && guarded === undefined) return { prunes: true };
  const deletions = plan.prune.filter((judgement) => judgement.verdict === 'delete');
  const answer = await context.confirm({
    question: questionOf(plan, deletions.length),
    reasons: [
      ...plan.confirmations,
      ...(guarded === undefined ? [] : [`${guarded.name} is protected (${guarded.by})`]),
    ],
    ...(guarded !== undefined && { typed: guarded.name }),
    deletions,
    plan,
    readReplaced: () => readReplaced(plan, context.cluster, context),
  });
  if (answer === 'agreed') return { prunes: true };
  // A prune and a delete are nothing without their deletions.
  if (answer === 'withoutPrune' && plan.stages.length > 0) return { prunes: false };
  if (answer !== 'impossible') throw new KapplyError('Declined', 'declined. Nothing was sent', EXIT.input);
  if (guarded !== undefined) {
    throw new KapplyError(
      'ConfirmationNeeded',
      `${guarded.name} is protected (${guarded.by}), and there is no terminal to ask on. Nothing was sent`,
      EXIT.input,
      {
        suggestions: [
          `Read what would be changed above, then add --confirm-context ${guarded.name}${plan.confirmations.length > 0 ? ' and --yes' : ''}.`,
        ],
      },
    );
  }
  throw new KapplyError(
    'ConfirmationNeeded',
    `a confirmation is needed, and there is no terminal to ask on: ${plan.confirmations.join('; ')}. Nothing was sent`,
    EXIT.input,
    {
      suggestions: ['Read what would be deleted above, then add --yes.'],
    },
  );
}

/** A prune and a delete change nothing first, so they have no rollout to wait for. */
function questionOf({ stages }: Plan, deletions: number): string {
  const what = deletions === 1 ? 'this object' : `these ${deletions} objects`;
  if (deletions === 0) return 'Go on?';
  return stages.length > 0 ? `Deploy, and delete ${what} after the rollout?` : `Delete ${what}?`;
}
