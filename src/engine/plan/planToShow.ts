/** A plan for whoever only looks: with what the server would refuse of it, and what new configs are compared with. */
import { ApiError } from '../../cluster/apiError.js';
import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import type { PlanContext, PlanOptions } from '../run/options.js';
import { makePlan } from './makePlan.js';
import type { Plan } from './plan.js';
import { PlanRefusedError, type Refusal } from './refusals/refusal.js';
import { readReplaced } from './replacedObjects.js';

export interface ShownPlan {
  /** Where something is refused: what would be done to the rest. What would be deleted is not known then. */
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
  /** The configs that new revisions replace, by the key of the change. */
  readonly replaced: ReadonlyMap<string, KubeObject>;
  /** How the command ends once the plan is shown; undefined where nothing is refused. */
  readonly refused: KapplyError | undefined;
}

/** @throws KapplyError as `makePlan`, but for what the server refuses: that is part of the result */
export async function planToShow(
  rendered: readonly RenderedObject[],
  options: PlanOptions,
  context: PlanContext,
): Promise<ShownPlan> {
  const made = await makePlan(rendered, options, context).then(
    ({ plan }) => ({ plan, refusals: [], refused: undefined }),
    (error: unknown) => {
      if (error instanceof PlanRefusedError) return partOf(error, options);
      throw error;
    },
  );
  const replaced = await readReplaced(made.plan, context.cluster, context).catch((error: unknown) => {
    // What cannot be compared must not hide what is refused.
    if (made.refused !== undefined && error instanceof ApiError && error.httpStatus === 403)
      return new Map<string, KubeObject>();
    throw error;
  });
  return { ...made, replaced };
}

function partOf(
  error: PlanRefusedError,
  { set, pruneLabel }: PlanOptions,
): Pick<ShownPlan, 'plan' | 'refusals' | 'refused'> {
  const { code, message, exitCode, refusals, planned } = error;
  const plan: Plan = {
    stages: [{ members: planned, awaits: {} }],
    prune: [],
    confirmations: [],
    controlled: 0,
    set,
    pruneLabel,
    warnings: [],
  };
  // The refusals are shown with the plan: as a PlanRefusedError they would be said once more.
  return { plan, refusals, refused: new KapplyError(code, message, exitCode, { cause: error }) };
}
