/** A deploy: plan, apply wave by wave, wait for the rollout, and only then prune. Headless: it emits, and never prints. */
import type { RenderedObject } from '../../objects/rendered.js';
import { applyStages } from '../apply/applyStages.js';
import { confirmPlan } from './confirmPlan.js';
import { forgetLease } from '../lock/lease.js';
import { lockNamespace, renderedNamespaces } from '../lock/lockNamespace.js';
import { activityOf } from '../lock/activity.js';
import { withLock, type Locked } from '../lock/withLock.js';
import { planPrepared, prepareDeploy, pruneNamespaces, type MadePlan, type Prepared } from '../plan/makePlan.js';
import type { Event } from './events.js';
import type { DeployOptions, RunContext } from './options.js';
import { releaseStaleOwners, settleOwners } from '../configs/owners.js';
import { runPhase, skipPhase } from './phase.js';
import { STRANGERS_AGE_MS } from '../prune/rules.js';
import { executePrune } from '../prune/executePrune.js';
import { refuseIncomplete } from '../prune/refuseIncomplete.js';
import type { Report } from './report.js';
import { reported, targetOf } from './reported.js';
import { restoreConfigs } from '../configs/restoreConfigs.js';
import { awaitCurrent } from '../rollout/awaitCurrent.js';

/**
 * Deploys rendered objects. Failures of objects are in the report, as is whatever ended the run; only a bug rejects.
 * Running it again after any interruption finishes what was begun.
 */
export async function deploy(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
): Promise<Report> {
  return reported(targetOf(options, context), context, (reporting) => run(rendered, options, reporting));
}

async function run(rendered: readonly RenderedObject[], options: DeployOptions, given: RunContext): Promise<void> {
  let activity: string | undefined;
  const emit = (event: Event): void => {
    if (event.type === 'phaseStarted') activity = activityOf(event.phase);
    given.emit(event);
  };
  const context = { ...given, emit };
  const { cluster, now } = context;
  const planned = async (prepared: Prepared): Promise<MadePlan> => {
    const made = await planPrepared(prepared, options, context);
    emit({ type: 'planned', plan: made.plan });
    for (const message of made.plan.warnings) emit({ type: 'warning', message });
    return made;
  };
  const plan = (prepared: Prepared): Promise<MadePlan> =>
    runPhase('plan', rendered.length, context, () => planned(prepared));
  const prepared = await prepareDeploy(rendered, options, context);
  if (options.dryRun !== undefined) {
    await plan(prepared);
    return;
  }
  const agreed = async (): Promise<MadePlan> => {
    const made = await plan(prepared);
    await confirmPlan(made.plan, context);
    return made;
  };
  const work = (made: MadePlan, { signal, held }: Locked): Promise<void> =>
    carryOut(made, options, { ...context, signal }, held);
  await withLock(
    {
      prepare: agreed,
      writes: ({ plan: { changes, prune } }) =>
        changes.some(({ action }) => action !== 'unchanged') || prune.some(({ verdict }) => verdict === 'delete'),
      work,
    },
    {
      ...options,
      cluster,
      discovery: prepared.discovery,
      namespace: lockNamespace(prepared.members),
      namespaces: renderedNamespaces(prepared.members),
      runner: context.runner,
      activity: () => activity,
      emit,
      now,
      signal: context.signal,
    },
  );
  const { formerSet } = options;
  if (options.lock && formerSet !== undefined) {
    const { discovery, members } = prepared;
    await forgetLease(cluster, {
      set: formerSet,
      namespace: lockNamespace(members),
      discovery,
      signal: context.signal,
    });
  }
}

/** The live generated configs of the plan, and the UIDs of the live objects that the plan leaves where they are. */
function ownedConfigs({ plan: { changes } }: MadePlan) {
  const configs = changes.flatMap(({ id, resource, live, generated }) =>
    generated && live !== undefined ? [{ live, address: { resource, namespace: id.namespace, name: id.name } }] : [],
  );
  const living = changes.flatMap(({ action, live }) =>
    action === 'recreate' || live?.metadata.uid === undefined ? [] : [live.metadata.uid],
  );
  return [configs, new Set(living)] as const;
}

async function carryOut(made: MadePlan, options: DeployOptions, context: RunContext, locked: boolean): Promise<void> {
  const { emit, cluster, signal, now } = context;
  signal.throwIfAborted();
  const shared = { ...options, cluster, emit, signal, now, since: made.runStart };
  const { applied, discovery } = await runPhase('apply', made.plan.changes.length, context, async () => {
    await releaseStaleOwners(...ownedConfigs(made), shared);
    const all = await applyStages(made, shared);
    return { ...all, applied: await restoreConfigs(all.applied, { ...shared, locked }) };
  });
  if (!options.wait) {
    skipPhase('rollout', '--no-wait', context);
    skipPhase('prune', 'nothing is pruned before the rollout has finished: the next deploy does', context);
    return;
  }
  await runPhase('rollout', applied.length, context, () => awaitCurrent(applied, { ...shared, discovery }));
  await settleOwners(applied, options.own, { ...shared, discovery });
  const { pruneLabel } = options;
  if (pruneLabel === undefined) {
    skipPhase('prune', 'no --prune-label', context);
    return;
  }
  await runPhase('prune', made.plan.prune.length, context, async () => {
    const result = await executePrune({
      cluster,
      plan: made.plan,
      emit,
      now,
      judging: {
        ...options,
        pruneLabel,
        signal,
        discovery,
        applied: applied.flatMap(({ object }) => (object === undefined ? [] : [object])),
        runStart: made.runStart,
        namespaces: pruneNamespaces(made.plan.changes, options),
        generatedOnly: false,
        plainNames: false,
        verb: 'deploy',
        formerNamespaces: [...made.former.recorded, ...made.former.elsewhere],
        includeNewest: false,
        minimumAgeMs: locked ? 0 : STRANGERS_AGE_MS,
      },
    });
    refuseIncomplete(result);
  });
}
