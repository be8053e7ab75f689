/** A deploy: plan, apply wave by wave, wait for the rollout, and only then prune. Headless: it emits, and never prints. */
import { findResource, type ApiResource, type Discovery } from '../cluster/cluster.js';
import { EXIT, KapplyError, type ExitCode } from '../errors.js';
import { formatId, idOf, keyOf } from '../objects/object.js';
import type { RenderedObject } from '../objects/rendered.js';
import { applyStage, type AppliedObject } from './apply.js';
import type { Event, FailureInfo, Phase } from './events.js';
import { foldReport } from './foldReport.js';
import { withLock, type Locked } from './lock/withLock.js';
import {
  confirmPlan,
  planPrepared,
  prepareDeploy,
  type MadePlan,
  type PlannedMember,
  type Prepared,
} from './makePlan.js';
import type { DeployOptions, RunContext } from './options.js';
import { PlanRefusedError } from './planning/refusal.js';
import { pause } from './pause.js';
import { executePrune } from './prune/executePrune.js';
import type { Report } from './report.js';
import { restoreConfigs } from './restoreConfigs.js';
import { progressWords, rollOut, type RolloutTarget } from './rollout/rollOut.js';

/** How long the server may take to serve a kind whose definition is Established. */
const SERVED_TIMEOUT_MS = 30_000;
const SERVED_POLL_MS = 500;
/** Without the lock, another run may have made something that this one does not know of: only what is older goes. */
const UNLOCKED_AGE_MS = 10 * 60_000;

/**
 * Deploys rendered objects. Failures of objects are in the report, as is whatever ended the run; only a bug rejects.
 * Running it again after any interruption finishes what was begun.
 */
export async function deploy(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
): Promise<Report> {
  const began = context.now();
  const events: Event[] = [];
  const emit = (event: Event): void => {
    events.push(event);
    context.emit(event);
  };
  try {
    await run(rendered, options, { ...context, emit });
  } catch (error) {
    const { failure, exitCode } = failureOf(error, context.signal);
    if (error instanceof PlanRefusedError) {
      for (const refusal of error.refusals) {
        emit({ type: 'applied', ...refusal, outcome: 'failed', replaces: undefined, changed: [], at: context.now() });
      }
    }
    emit({ type: 'stopped', failure, exitCode, at: context.now() });
  }
  for (const message of context.cluster.warnings) emit({ type: 'warning', message });
  return foldReport(events, {
    target: {
      context: context.cluster.context ?? null,
      server: context.cluster.server,
      namespace: options.namespace ?? context.cluster.namespace,
      set: options.set,
      pruneLabel: options.pruneLabel ?? null,
      dryRun: options.dryRun ?? null,
    },
    ms: context.now() - began,
    requests: context.cluster.requests,
  });
}

function failureOf(error: unknown, signal: AbortSignal): { failure: FailureInfo; exitCode: ExitCode } {
  // An aborted wait rejects with the signal's reason, whatever was being waited for.
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (!(cause instanceof KapplyError)) throw error;
  const { code, message, suggestions, exitCode } = cause;
  return { failure: { code, message, suggestions }, exitCode };
}

async function run(rendered: readonly RenderedObject[], options: DeployOptions, context: RunContext): Promise<void> {
  const { emit, cluster, now } = context;
  const planned = async (prepared: Prepared): Promise<MadePlan> => {
    const made = await planPrepared(prepared, options, context);
    emit({ type: 'planned', plan: made.plan });
    for (const message of made.plan.warnings) emit({ type: 'warning', message });
    return made;
  };
  const plan = (prepared: Prepared): Promise<MadePlan> =>
    phase('plan', rendered.length, context, () => planned(prepared));
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
      namespace: lockNamespace(prepared, cluster.namespace),
      runner: context.runner,
      emit,
      now,
      signal: context.signal,
    },
  );
}

/** The same for every run of a set: the first of its namespaces that the set does not create itself. */
function lockNamespace({ members }: Prepared, fallback: string): string {
  const own = new Set(
    members.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name),
  );
  const namespaces = members.flatMap(({ object: { metadata } }) =>
    metadata.namespace === undefined || own.has(metadata.namespace) ? [] : [metadata.namespace],
  );
  return namespaces.sort()[0] ?? fallback;
}

async function carryOut(made: MadePlan, options: DeployOptions, context: RunContext, locked: boolean): Promise<void> {
  const { emit, cluster, signal, now } = context;
  signal.throwIfAborted();
  const { applied, discovery } = await phase('apply', made.plan.changes.length, context, async () => {
    const all = await applyAll(made, options, context);
    return {
      ...all,
      applied: await restoreConfigs(all.applied, {
        cluster,
        emit,
        signal,
        now,
        fieldManager: options.fieldManager,
        concurrency: options.concurrency,
      }),
    };
  });
  if (!options.wait) {
    skip('rollout', '--no-wait', context);
    skip('prune', 'nothing is pruned before the rollout has finished: the next deploy does', context);
    return;
  }
  await phase('rollout', applied.length, context, () => waitForAll(applied, made, discovery, options, context));
  const { pruneLabel } = options;
  if (pruneLabel === undefined) {
    skip('prune', 'no --prune-label', context);
    return;
  }
  await phase('prune', made.plan.prune.length, context, async () => {
    const { incomplete } = await executePrune({
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
        elsewhere: made.elsewhere,
        minimumAgeMs: locked ? 0 : UNLOCKED_AGE_MS,
        replaced: new Set(made.plan.changes.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces]))),
      },
    });
    if (incomplete) {
      throw new KapplyError(
        'PruneIncomplete',
        'deployed and ready, but not everything stale could be deleted',
        EXIT.pruneIncomplete,
        {
          suggestions: ['Deploy again: what is left is found and judged anew.'],
        },
      );
    }
  });
}

/** Runs one phase between its two events. */
async function phase<T>(name: Phase, total: number, { emit, now }: RunContext, work: () => Promise<T>): Promise<T> {
  emit({ type: 'phaseStarted', phase: name, total, at: now() });
  try {
    const result = await work();
    emit({ type: 'phaseFinished', phase: name, outcome: 'done', note: '', at: now() });
    return result;
  } catch (error) {
    const note = error instanceof KapplyError ? error.message : 'failed';
    emit({ type: 'phaseFinished', phase: name, outcome: 'failed', note, at: now() });
    throw error;
  }
}

function skip(name: Phase, note: string, { emit, now }: RunContext): void {
  emit({ type: 'phaseFinished', phase: name, outcome: 'skipped', note, at: now() });
}

interface AppliedSet {
  readonly applied: readonly AppliedObject[];
  readonly discovery: Discovery;
}

async function applyAll(made: MadePlan, options: DeployOptions, context: RunContext): Promise<AppliedSet> {
  const applied: AppliedObject[] = [];
  let discovery = made.discovery;
  for (const stage of made.stages) {
    await awaitCurrent(
      applied.filter(({ member }) => stage.awaits.includes(keyOf(member.change.id))),
      discovery,
      made,
      options,
      context,
    );
    discovery = await awaitServed(stage.members, discovery, context);
    const results = await applyStage(stage.members, {
      cluster: context.cluster,
      emit: context.emit,
      signal: context.signal,
      now: context.now,
      fieldManager: options.fieldManager,
      forceConflicts: options.forceConflicts,
      concurrency: options.concurrency,
      resourceOf: (member) => servedResource(member, discovery) ?? member.change.resource,
    });
    applied.push(...results);
    const refused = results.filter(({ object }) => object === undefined);
    if (refused.length > 0) throw refusedError(refused, applied.length, made.plan.changes.length);
    const definitions = results.filter(
      ({ member }) => member.change.id.kind === 'CustomResourceDefinition' || member.change.id.kind === 'Namespace',
    );
    await awaitCurrent(definitions, discovery, made, options, context);
  }
  return { applied, discovery };
}

function refusedError(refused: readonly AppliedObject[], reached: number, total: number): KapplyError {
  const [first] = refused;
  const name = first === undefined ? '' : formatId(first.member.change.id);
  const more = refused.length > 1 ? ` and ${refused.length - 1} more` : '';
  return new KapplyError(
    'ApplyRefused',
    `the server refused ${name}${more}; ${reached - refused.length} of ${total} objects were applied, nothing was pruned`,
    EXIT.refused,
    {
      suggestions: ['Mend it and deploy again: what was applied already is found unchanged.'],
    },
  );
}

function servedResource({ object }: PlannedMember, discovery: Discovery): ApiResource | undefined {
  const { group } = idOf(object);
  return findResource(discovery, group, object.apiVersion.slice(object.apiVersion.indexOf('/') + 1), object.kind);
}

/** A kind whose definition this run applied is served a moment after the definition is Established. */
async function awaitServed(
  members: readonly PlannedMember[],
  known: Discovery,
  { cluster, signal, now }: RunContext,
): Promise<Discovery> {
  const missing = (discovery: Discovery) =>
    members.find((member) => member.prepared.pendingKind && servedResource(member, discovery) === undefined);
  let discovery = known;
  for (const began = now(); missing(discovery) !== undefined;) {
    discovery = await cluster.discover({ refresh: true, signal });
    const waiting = missing(discovery);
    if (waiting === undefined) break;
    if (now() - began >= SERVED_TIMEOUT_MS) {
      throw new KapplyError(
        'KindNotServed',
        `${formatId(waiting.change.id)}: the server does not serve ${waiting.object.apiVersion} ${waiting.object.kind} although it is defined`,
        EXIT.timedOut,
        {
          suggestions: ['kubectl describe customresourcedefinition shows what the server thinks of the definition.'],
        },
      );
    }
    await pause(SERVED_POLL_MS, signal);
  }
  return discovery;
}

/** What later stages stand on: namespaces, definitions, and what depends-on names. */
async function awaitCurrent(
  applied: readonly AppliedObject[],
  discovery: Discovery,
  made: MadePlan,
  options: DeployOptions,
  context: RunContext,
): Promise<void> {
  if (applied.length > 0) await waitForAll(applied, made, discovery, options, context);
}

async function waitForAll(
  applied: readonly AppliedObject[],
  made: MadePlan,
  discovery: Discovery,
  options: DeployOptions,
  context: RunContext,
): Promise<void> {
  const targets = applied.flatMap(({ member, resource, object }): RolloutTarget[] =>
    object === undefined ? [] : [{ id: member.change.id, resource, applied: object }],
  );
  const { cluster, emit, signal, now } = context;
  const result = await rollOut(targets, {
    cluster,
    discovery,
    emit,
    signal,
    now,
    timeoutMs: options.timeoutMs,
    failFast: options.failFast,
    since: made.runStart,
  });
  if (result.outcome === 'current') return;
  const names = (result.outcome === 'failed' ? result.failed : result.unfinished).map(progressWords).join(', ');
  const pruned = options.pruneLabel === undefined ? '' : ' Nothing was pruned.';
  if (result.outcome === 'failed') {
    throw new KapplyError('RolloutFailed', `${names} failed to roll out.${pruned}`, EXIT.rolloutFailed, {
      suggestions: ['Mend the cause and deploy again: old and new configuration are both still there.'],
    });
  }
  throw new KapplyError('RolloutTimedOut', `not ready in time: ${names}.${pruned}`, EXIT.timedOut, {
    suggestions: ['Deploy again to go on waiting, with a longer --timeout if it needs more.'],
  });
}
