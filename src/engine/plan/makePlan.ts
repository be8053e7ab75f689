/** The plan of a deploy: everything that it would write, found out without writing. */
import { runWords } from '../jobs/decideRun.js';
import { settleHooks } from '../jobs/settleHooks.js';
import { retiredRuns, settleRuns, withoutRuns } from '../jobs/settleRuns.js';
import { formatId, keyOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import type { FormerNamespaces } from '../lock/recordedNamespaces.js';
import { setsOf } from '../sets/setName.js';
import { kubernetesSchema } from '../../patch/schema/builtinTables.js';
import { shapeOfKind } from '../../patch/apply/kindVersions.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';
import type { PlanOptions, PlanContext } from '../run/options.js';
import type { Change, Member } from './member.js';
import type { Plan } from './plan.js';
import { confirmationsOf } from './confirmations.js';
import { definitionsByKind } from './prepare/definitions.js';
import { planChange, type PlanChangeOptions, type PlannedOrRefused } from './change/planChange.js';
import { missingWarnings } from './warnings/missingWarnings.js';
import { oldValueWarnings } from './warnings/oldValues.js';
import { askForQuotas, quotaWarnings, type QuotaWarningsOptions } from './warnings/quotaWarnings.js';
import { readForPlan, type PlanReads } from './live/planReads.js';
import { collapseRefusals, PlanRefusedError, type Refusal } from './refusals/refusal.js';
import { replacedRevisions } from '../configs/replacedRevisions.js';
import { isRevision } from '../configs/revisions.js';
import { autoscaledKeys } from './change/replicas.js';
import { restartOf } from './change/restarts.js';
import { comebacks } from '../configs/comebacks.js';
import { unsuffixedNames, unsuffixedWarnings } from '../uses/unsuffixedNames.js';
import { partControlled } from '../prune/partControlled.js';
import type { Judgements } from '../prune/judgeNow.js';
import { beginPrune, planPrune, type PlanPruneOptions } from './planPrune.js';
import { prepareDeploy, type PreparedSet } from './prepare/prepareSet.js';

/** A plan, and what carrying it out needs besides. */
export interface MadePlan {
  readonly plan: Plan;
  /** The server's clock when the plan was made, ms since the epoch. */
  readonly runStart: number;
  /** Where the set was deployed to before. */
  readonly former: FormerNamespaces;
  /** As in the prepared set. */
  readonly staying: readonly KubeObject[];
}

/**
 * Plans the deploy of rendered objects. Only reads and dry runs are sent.
 * @throws KapplyError (exit 2) for input that cannot be applied, PlanRefusedError (exit 5) for what the server refuses
 */
export async function makePlan(
  rendered: readonly RenderedObject[],
  options: PlanOptions,
  context: PlanContext,
): Promise<MadePlan> {
  return planPrepared(await prepareDeploy(rendered, options, context), options, context);
}

/** As `makePlan`, of what was prepared before: it is made anew when another run was there meanwhile. */
export async function planPrepared(
  prepared: PreparedSet,
  options: PlanOptions,
  context: PlanContext,
): Promise<MadePlan> {
  // A plan that is refused leaves no reads behind.
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  try {
    return await planWithin(prepared, options, { ...context, signal });
  } finally {
    over.abort();
  }
}

async function planWithin(given: PreparedSet, options: PlanOptions, context: PlanContext): Promise<MadePlan> {
  const { cluster, signal } = context;
  const { staying = [] } = given;
  const named = await settleRuns(given, { ...options, ...context });
  const { discovery } = named;
  const reads = await readForPlan(named.members, options, { cluster, discovery, signal });
  const { former, unread } = reads;
  const live = withoutGoing(reads.live);
  const { members, stages: prepared, warnings } = settleHooks(named, live, options);
  const created = members.filter(({ id }) => !live.has(keyOf(id)));
  const quotas = askForQuotas(
    created.map(({ id }) => id.namespace),
    { cluster, discovery, signal },
  );
  const pruning = { discovery, former, reads, staying };
  const early = beginPrune(members, live, pruning, options, { cluster, signal });
  // It is waited for below; a plan that is refused needs it no more.
  early.catch(() => undefined);
  const planning = { ...(await planningOptions(members, live, reads, options, context)), unread };
  const [outcomes, unasked] = await Promise.all([
    mapConcurrently(
      prepared.flatMap((stage) => stage.members),
      cluster.concurrency,
      (member) => planChange(member, live.get(keyOf(member.id)), planning),
    ),
    refuseMissingNamespaces(cluster, options.pruneNamespaces, { discovery, signal }),
    // Beside the dry runs, which it ends. Where it may not be asked, they say it.
    refuseMissingNamespaces(cluster, unseenNamespaces(members, live), { discovery, signal }),
  ]);
  const { changes, refusals } = settle(outcomes);
  const sets = setsOf(options);
  const replacing = replacedRevisions(changes, discovery, { cluster, signal, sets, whole: reads.whole });
  // It is waited for below, when all else has been asked for.
  replacing.catch(() => undefined);
  const looking =
    refusals.length > 0 ? undefined : lookAround(changes, members, { ...pruning, early, quotas }, options, context);
  looking?.catch(() => undefined);
  const replaces = await replacing;
  const planned = new Map(
    changes.map((change) => {
      const key = keyOf(change.member.id);
      const restarts = restartOf(change);
      const earlier = change.action === 'create' ? change.member.earlierRuns?.[0]?.metadata.name : undefined;
      const more = { ...runWords(change), ...(restarts !== undefined && { restarts }) };
      return [key, { ...change, replaces: replaces.get(key) ?? earlier, ...more }] as const;
    }),
  );
  if (looking === undefined) throw new PlanRefusedError(refusals, outcomes.length, [...planned.values()]);
  const stages = prepared.map((stage) => ({
    awaits: stage.awaits,
    members: stage.members.flatMap(({ id }) => planned.get(keyOf(id)) ?? []),
  }));
  const { pruned, found } = await looking;
  const retired = retiredRuns(changes, options.keep);
  const judgements = withoutRuns(pruned.judgements, changes);
  const { prune, controlled } = partControlled(judgements);
  const plan: Plan = {
    stages,
    prune: [...prune, ...retired],
    controlled,
    confirmations: confirmationsOf({ ...pruned, judgements }, changes, { ...options, former }),
    set: options.set,
    pruneLabel: options.pruneLabel,
    warnings: [
      ...warnings,
      ...unasked,
      ...pruned.warnings,
      ...notesOf(changes),
      ...oldValueWarnings(changes),
      ...found,
    ],
  };
  return { plan, runStart: pruned.serverTime ?? context.now(), former, staying };
}

/** What would be pruned, and what will not do what people think: nothing that is asked for it waits for another answer. */
async function lookAround(
  changes: readonly Change[],
  members: readonly Member[],
  { quotas, ...pruning }: PlanPruneOptions & Pick<QuotaWarningsOptions, 'quotas'>,
  options: PlanOptions,
  context: PlanContext,
): Promise<{ readonly pruned: Judgements; readonly found: readonly string[] }> {
  const unsuffixed = unsuffixedNames(
    members.map(({ object }) => object),
    members.map(({ id }) => id).filter(isRevision),
  );
  const reading = { cluster: context.cluster, discovery: pruning.discovery, signal: context.signal };
  const after = changes.map((change) => change.after);
  const [pruned, ...found] = await Promise.all([
    planPrune(changes, pruning, options, context),
    unsuffixedWarnings(unsuffixed, reading),
    options.allowMissing ? [] : missingWarnings(after, { ...options, ...reading }),
    quotaWarnings(changes, { ...reading, ...(quotas !== undefined && { quotas }) }),
  ]);
  return { pruned, found: found.flat() };
}

async function planningOptions(
  members: readonly Member[],
  live: ReadonlyMap<string, KubeObject>,
  { autoscalers, whole }: PlanReads,
  options: PlanOptions,
  context: PlanContext,
): Promise<Omit<PlanChangeOptions, 'unread'>> {
  const created = members.filter(({ id }) => !live.has(keyOf(id)));
  const schema = await kubernetesSchema();
  return {
    cluster: context.cluster,
    signal: context.signal,
    set: options.set,
    formerSet: options.formerSet,
    fieldManager: options.fieldManager,
    forceConflicts: options.forceConflicts,
    takeOverManagers: options.takeOverManagers,
    takeOver: options.takeOver,
    validate: options.validate,
    definitions: definitionsByKind(members.map(({ object }) => object)),
    shapeOf: ({ apiVersion, kind }) => shapeOfKind(schema, apiVersion, kind),
    askServer: options.dryRun !== 'client',
    autoscaled: autoscaledKeys([...members.map(({ object }) => object), ...autoscalers]),
    comebacks: await comebacks(members, live, { ...context, sets: setsOf(options), whole }),
    now: context.now(),
    createdNames: new Set(created.map(({ id }) => id.name)),
    createdNamespaces: new Set([
      ...created.filter(({ id }) => id.kind === 'Namespace').map(({ id }) => id.name),
      ...goingNamespaces(live),
    ]),
  };
}

/** Where nothing of the set is yet, and which it does not make itself. */
export function unseenNamespaces(members: readonly Member[], live: ReadonlyMap<string, KubeObject>): string[] {
  const seen = new Set([...live.values()].map(({ metadata: { namespace = '' } }) => namespace));
  const made = new Set(members.flatMap(({ id }) => (id.kind === 'Namespace' ? [id.name] : [])));
  return members.map(({ id }) => id.namespace).filter((name) => name !== '' && !seen.has(name) && !made.has(name));
}

/** Namespaces of the set that are being deleted: they are waited for, and made anew with all that is in them. */
function goingNamespaces(live: ReadonlyMap<string, KubeObject>): string[] {
  return [...live.values()].flatMap(({ kind, metadata }) =>
    kind === 'Namespace' && metadata.deletionTimestamp !== undefined ? [metadata.name] : [],
  );
}

/** The live objects without those that go with their namespace. */
function withoutGoing(live: ReadonlyMap<string, KubeObject>): Map<string, KubeObject> {
  const going = new Set(goingNamespaces(live));
  return new Map([...live].filter(([, { metadata }]) => !going.has(metadata.namespace ?? '')));
}

function settle(outcomes: readonly PlannedOrRefused[]): { changes: Change[]; refusals: Refusal[] } {
  return {
    changes: outcomes.flatMap((outcome) => ('change' in outcome ? [outcome.change] : [])),
    refusals: collapseRefusals(outcomes.flatMap((outcome) => ('refusal' in outcome ? [outcome.refusal] : []))),
  };
}

function notesOf(changes: readonly Change[]): string[] {
  return changes.flatMap(({ member, notes }) => notes.map((note) => `${formatId(member.id)} ${note}`));
}
