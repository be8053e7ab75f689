/** Applies a plan stage by stage, keeps its configs alive meanwhile, and waits until all of it runs. */
import type { Discovery } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { applyStages, type AppliedSet } from '../apply/applyStages.js';
import { isRevision } from '../configs/revisions.js';
import { releaseOwners, releaseStaleOwners, settleOwners } from '../configs/owners.js';
import { restoreConfigs } from '../configs/restoreConfigs.js';
import { addressOf, type Applied, type Change } from '../plan/member.js';
import { changesOf, type Plan } from '../plan/plan.js';
import { awaitCurrent } from '../rollout/awaitCurrent.js';
import { makeJobLogs, type JobLogs } from '../rollout/jobLogs.js';
import type { DeployOptions, WriteContext } from './options.js';
import { runPhase, skipPhase } from './phase.js';

/** What a failed run does for the configs that it has brought back into use may take so long, ms. */
const LAST_WORDS_MS = 10_000;

/** How what a verb applies is rolled out. */
export interface Rollout extends Pick<
  DeployOptions,
  | 'fieldManager'
  | 'forceConflicts'
  | 'takeOverManagers'
  | 'own'
  | 'wait'
  | 'timeoutMs'
  | 'failFast'
  | 'pruneLabel'
  | 'readinessRules'
  | 'logs'
> {
  /** When the run began by the server's clock, ms. */
  readonly since: number;
}

export interface ApplyAndAwaitOptions extends Rollout {
  readonly discovery: Discovery;
  /** False where another run may write to the set at the same time. */
  readonly locked: boolean;
}

export interface RolledOut {
  readonly applied: readonly KubeObject[];
  readonly discovery: Discovery;
}

/** @returns undefined where it is not waited for (--no-wait) */
export async function applyAndAwait(
  plan: Plan,
  options: ApplyAndAwaitOptions,
  context: WriteContext,
): Promise<RolledOut | undefined> {
  const jobLogs = options.logs ? makeJobLogs(context) : undefined;
  try {
    return await applyThenAwait(plan, { ...options, ...context, jobLogs });
  } finally {
    await jobLogs?.close();
  }
}

async function applyThenAwait(plan: Plan, shared: Shared): Promise<RolledOut | undefined> {
  const changes = changesOf(plan);
  const { applied, discovery } = await runPhase('apply', changes.length, shared, async () => {
    await releaseStaleOwners(...ownedConfigs(changes), shared);
    await releaseRecreated(changes, shared);
    return applyRestoring(plan, shared);
  });
  if (!shared.wait) {
    skipPhase('rollout', '--no-wait', shared);
    return undefined;
  }
  const wait = (): Promise<void> => awaitCurrent(applied, { ...shared, discovery });
  await runPhase('rollout', applied.length, shared, wait, shared.timeoutMs);
  await settleOwners(applied, shared.own, { ...shared, discovery });
  return { applied: applied.flatMap(({ object }) => (object === undefined ? [] : [object])), discovery };
}

type Shared = ApplyAndAwaitOptions & WriteContext & { readonly jobLogs: JobLogs | undefined };

/** The configs are looked after in any case: workloads name them, also those of a run that fails or waits halfway. */
async function applyRestoring(plan: Plan, shared: Shared): Promise<AppliedSet> {
  let reached: readonly Applied[] = [];
  try {
    const all = await applyStages(plan, {
      ...shared,
      afterWorkloads: async (applied) => {
        reached = applied;
        await restoreConfigs(applied, shared);
      },
      reached: (applied) => (reached = applied),
    });
    return { ...all, applied: await restoreConfigs(all.applied, shared) };
  } catch (error) {
    // Interrupted: the cluster stays as it is.
    if (!shared.signal.aborted) await restoreLast(reached, shared);
    throw error;
  }
}

async function restoreLast(applied: readonly Applied[], shared: Shared): Promise<void> {
  try {
    await restoreConfigs(applied, { ...shared, signal: AbortSignal.timeout(LAST_WORDS_MS) });
  } catch (error) {
    // What ended the run is what it reports.
    const isExpected = error instanceof KapplyError || (error instanceof DOMException && error.name === 'TimeoutError');
    if (!isExpected) throw error;
  }
}

/** Earlier configs that stay are not in the plan, and must not go with a workload that is deleted and created. */
async function releaseRecreated(changes: readonly Change[], shared: Shared): Promise<void> {
  const leaving = changes.flatMap(({ member: { id }, action, live }) =>
    action === 'recreate' && live?.metadata.uid !== undefined ? [{ id, uid: live.metadata.uid }] : [],
  );
  const held = await releaseOwners(leaving, shared, (message) => shared.emit({ type: 'warning', message }));
  for (const error of held.values()) throw error;
}

/** The live generated configs of the plan, and the UIDs of the live objects that the plan leaves where they are. */
function ownedConfigs(changes: readonly Change[]) {
  const configs = changes.flatMap(({ member, live }) =>
    isRevision(member.id) && live !== undefined ? [{ live, address: addressOf(member) }] : [],
  );
  const living = changes.flatMap(({ action, live }) =>
    action === 'recreate' || live?.metadata.uid === undefined ? [] : [live.metadata.uid],
  );
  return [configs, new Set(living)] as const;
}
