/** Applies a plan stage by stage, keeps its configs alive meanwhile, and waits until all of it runs. */
import type { Discovery } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import type { AppliedObject } from '../apply/applyStage.js';
import { applyStages, type AppliedSet } from '../apply/applyStages.js';
import { isRevision } from '../configs/revisions.js';
import { releaseOwners, releaseStaleOwners, settleOwners } from '../configs/owners.js';
import { restoreConfigs } from '../configs/restoreConfigs.js';
import type { MadePlan } from '../plan/makePlan.js';
import { awaitCurrent } from '../rollout/awaitCurrent.js';
import type { DeployOptions, WriteContext } from './options.js';
import { runPhase, skipPhase } from './phase.js';

/** What a failed run does for the configs that it has brought back into use may take so long, ms. */
const LAST_WORDS_MS = 10_000;

export type RolloutOptions = Pick<
  DeployOptions,
  'fieldManager' | 'forceConflicts' | 'takeOverManagers' | 'own' | 'wait' | 'timeoutMs' | 'failFast' | 'pruneLabel'
>;

export interface Rollout {
  readonly made: MadePlan;
  readonly options: RolloutOptions;
}

export interface RolledOut {
  readonly applied: readonly KubeObject[];
  readonly discovery: Discovery;
}

/** @returns undefined where it is not waited for (--no-wait) */
export async function applyAndAwait(
  { made, options }: Rollout,
  context: WriteContext,
  locked: boolean,
): Promise<RolledOut | undefined> {
  const shared = { ...options, ...context, since: made.runStart };
  const { applied, discovery } = await runPhase('apply', made.plan.changes.length, context, async () => {
    await releaseStaleOwners(...ownedConfigs(made), shared);
    await releaseRecreated(made, shared, context);
    return applyRestoring(made, shared, locked);
  });
  if (!options.wait) {
    skipPhase('rollout', '--no-wait', context);
    return undefined;
  }
  await runPhase('rollout', applied.length, context, () => awaitCurrent(applied, { ...shared, discovery }));
  await settleOwners(applied, options.own, { ...shared, discovery });
  return { applied: applied.flatMap(({ object }) => (object === undefined ? [] : [object])), discovery };
}

/** The configs are looked after in any case: workloads name them, also those of a run that fails or waits halfway. */
async function applyRestoring(
  made: MadePlan,
  shared: RolloutOptions & WriteContext & { readonly since: number },
  locked: boolean,
): Promise<AppliedSet> {
  let reached: readonly AppliedObject[] = [];
  try {
    const all = await applyStages(made, {
      ...shared,
      afterWorkloads: async (applied) => {
        reached = applied;
        await restoreConfigs(applied, { ...shared, locked });
      },
      reached: (applied) => (reached = applied),
    });
    return { ...all, applied: await restoreConfigs(all.applied, { ...shared, locked }) };
  } catch (error) {
    // Interrupted: the cluster stays as it is.
    if (!shared.signal.aborted) await restoreLast(reached, shared, locked);
    throw error;
  }
}

async function restoreLast(
  applied: readonly AppliedObject[],
  shared: RolloutOptions & WriteContext,
  locked: boolean,
): Promise<void> {
  try {
    await restoreConfigs(applied, { ...shared, locked, signal: AbortSignal.timeout(LAST_WORDS_MS) });
  } catch (error) {
    // What ended the run is what it reports.
    const isExpected = error instanceof KapplyError || (error instanceof DOMException && error.name === 'TimeoutError');
    if (!isExpected) throw error;
  }
}

/** Earlier configs that stay are not in the plan, and must not go with a workload that is deleted and created. */
async function releaseRecreated(
  { plan, discovery }: MadePlan,
  shared: RolloutOptions & WriteContext,
  { emit }: WriteContext,
): Promise<void> {
  const leaving = plan.changes.flatMap(({ id, action, live }) =>
    action === 'recreate' && live?.metadata.uid !== undefined ? [{ id, uid: live.metadata.uid }] : [],
  );
  const held = await releaseOwners(leaving, { ...shared, discovery }, (message) => emit({ type: 'warning', message }));
  for (const error of held.values()) throw error;
}

/** The live generated configs of the plan, and the UIDs of the live objects that the plan leaves where they are. */
function ownedConfigs({ plan: { changes } }: MadePlan) {
  const configs = changes.flatMap(({ id, resource, live }) =>
    isRevision(id) && live !== undefined
      ? [{ live, address: { resource, namespace: id.namespace, name: id.name } }]
      : [],
  );
  const living = changes.flatMap(({ action, live }) =>
    action === 'recreate' || live?.metadata.uid === undefined ? [] : [live.metadata.uid],
  );
  return [configs, new Set(living)] as const;
}
