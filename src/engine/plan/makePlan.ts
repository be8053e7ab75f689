/** The plan of a deploy: everything that it would write, found out without writing. */
import { inputError } from '../../errors.js';
import type { Discovery } from '../../cluster/cluster.js';
import { stampConfigHashes } from '../configs/configHash.js';
import { formatId, keyOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import type { FormerNamespaces } from '../lock/recordedNamespaces.js';
import { checkSetNames, setsOf } from '../sets/setName.js';
import { refuseInvalidRules } from '../readiness/expressions/load.js';
import { parsePruneSelector } from '../../objects/selector.js';
import { sortIntoStages, type Stage } from '../apply/waves.js';
import { kubernetesSchema } from '../../patch/schema/builtinTables.js';
import { shapeOfKind } from '../../patch/apply/kindVersions.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';
import type { PlanOptions, PlanContext } from '../run/options.js';
import type { Change, Member } from './member.js';
import type { Plan } from './plan.js';
import { confirmationsOf } from './confirmations.js';
import { definitionsByKind } from './definitions.js';
import { refuseDuplicateKeys } from './duplicateKeys.js';
import { withoutHooks } from './hooks.js';
import { elsewhereWarnings } from './elsewhere.js';
import { planChange, type PlanChangeOptions, type PlannedOrRefused } from './planChange.js';
import { missingWarnings } from './missingWarnings.js';
import { prepareObjects } from './prepare.js';
import { quotaWarnings } from './quotaWarnings.js';
import { readForPlan, searchedNamespaces, type PlanReads } from './planReads.js';
import { collapseRefusals, PlanRefusedError, type Refusal } from './refusal.js';
import { replacedRevisions } from '../configs/replacedRevisions.js';
import { isRevision } from '../configs/revisions.js';
import { autoscaledKeys } from './replicas.js';
import { restartOf } from './restarts.js';
import { comebacks } from '../configs/comebacks.js';
import { unsuffixedNames, unsuffixedWarnings } from '../uses/unsuffixedNames.js';
import { partControlled } from '../prune/partControlled.js';
import { judgeNow, type Judgements } from '../prune/judgeNow.js';

/** A plan, and what carrying it out needs besides. */
export interface MadePlan {
  readonly plan: Plan;
  /** The server's clock when the plan was made, ms since the epoch. */
  readonly runStart: number;
  /** Where the set was deployed to before. */
  readonly former: FormerNamespaces;
}

/** Rendered objects that were found fit to be sent, and where to. */
export interface PreparedSet {
  readonly discovery: Discovery;
  /** In the order in which they are applied. */
  readonly stages: readonly Stage<Member>[];
  /** In the order in which they were rendered. */
  readonly members: readonly Member[];
  /** What of the input will not do what people think. */
  readonly warnings: readonly string[];
}

/** What can be found out without a plan depends on these. */
export type PrepareSetOptions = Pick<PlanOptions, 'set' | 'formerSet' | 'namespace' | 'pruneLabel' | 'restartOnChange'>;

/**
 * Checks the input of a deploy against what the server serves, without the hooks of other tools. Only discovery is read.
 * @throws KapplyError (exit 2) for input that cannot be applied
 */
export async function prepareDeploy(
  rendered: readonly RenderedObject[],
  options: PlanOptions,
  context: PlanContext,
): Promise<PreparedSet> {
  const { objects, warnings } = withoutHooks(rendered);
  await refuseInvalidRules(
    objects.map(({ object }) => object),
    options.readinessRules,
  );
  const prepared = await prepareSet(objects, options, context);
  return { ...prepared, warnings: [...warnings, ...prepared.warnings] };
}

/** As `prepareDeploy`, of everything that was rendered. */
export async function prepareSet(
  rendered: readonly RenderedObject[],
  options: PrepareSetOptions,
  { cluster, signal }: PlanContext,
): Promise<PreparedSet> {
  if (options.pruneLabel !== undefined) parsePruneSelector(options.pruneLabel);
  checkSetNames(options);
  refuseEmpty(rendered, options);
  for (const item of rendered) refuseDuplicateKeys(item);
  const discovery = await cluster.discover({ signal });
  const prepared = prepareObjects(rendered, {
    discovery,
    set: options.set,
    namespace: options.namespace,
    defaultNamespace: cluster.namespace,
  });
  const stamped = options.restartOnChange ? stampConfigHashes(prepared.map(({ object }) => object)) : undefined;
  const members = prepared.map((member, index) => ({ ...member, object: stamped?.[index] ?? member.object }));
  return { discovery, members, stages: sortIntoStages(members), warnings: elsewhereWarnings(members) };
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

async function planWithin(
  { discovery, members, stages: prepared, warnings }: PreparedSet,
  options: PlanOptions,
  context: PlanContext,
): Promise<MadePlan> {
  const { cluster, signal } = context;
  const reads = await readForPlan(members, options, { cluster, discovery, signal });
  const { former, unread } = reads;
  const live = withoutGoing(reads.live);
  // Where that may not be asked, the server's dry run says it.
  await refuseMissingNamespaces(cluster, unseenNamespaces(members, live), { discovery, signal });
  const unasked = await refuseMissingNamespaces(cluster, options.pruneNamespaces, { discovery, signal });
  const planning = { ...(await planningOptions(members, live, reads, options, context)), unread };
  const outcomes = await mapConcurrently(
    prepared.flatMap((stage) => stage.members),
    cluster.concurrency,
    (member) => planChange(member, live.get(keyOf(member.id)), planning),
  );
  const { changes, refusals } = settle(outcomes);
  const replaces = await replacedRevisions(changes, discovery, { cluster, signal, sets: setsOf(options) });
  const planned = new Map(
    changes.map((change) => {
      const key = keyOf(change.member.id);
      const restarts = restartOf(change);
      return [key, { ...change, replaces: replaces.get(key), ...(restarts !== undefined && { restarts }) }] as const;
    }),
  );
  if (refusals.length > 0) throw new PlanRefusedError(refusals, outcomes.length, [...planned.values()]);
  const stages = prepared.map((stage) => ({
    awaits: stage.awaits,
    members: stage.members.flatMap(({ id }) => planned.get(keyOf(id)) ?? []),
  }));
  const unsuffixed = unsuffixedNames(
    members.map(({ object }) => object),
    members.map(({ id }) => id).filter(isRevision),
  );
  const reading = { cluster, discovery, signal };
  const [pruned, ofNames, ofMissing, ofQuotas] = await Promise.all([
    planPrune(changes, { discovery, former, reads }, options, context),
    unsuffixedWarnings(unsuffixed, reading),
    options.allowMissing
      ? []
      : missingWarnings(
          changes.map(({ after }) => after),
          { ...options, ...reading },
        ),
    quotaWarnings(changes, reading),
  ]);
  const plan: Plan = {
    stages,
    ...partControlled(pruned.judgements),
    confirmations: confirmationsOf(pruned, changes, { ...options, former }),
    set: options.set,
    pruneLabel: options.pruneLabel,
    warnings: [...warnings, ...unasked, ...pruned.warnings, ...notesOf(changes), ...ofNames, ...ofMissing, ...ofQuotas],
  };
  return { plan, runStart: pruned.serverTime ?? context.now(), former };
}

function refuseEmpty(rendered: readonly RenderedObject[], options: PrepareSetOptions): void {
  if (rendered.length > 0) return;
  const would =
    options.pruneLabel === undefined
      ? 'there is nothing to deploy'
      : `everything with ${options.pruneLabel} would be pruned`;
  throw inputError('EmptyRender', `nothing was rendered: ${would}`, {
    suggestions: ['Check the resources of the kustomization, or the files. To remove a whole set, use kapply delete.'],
  });
}

async function planningOptions(
  members: readonly Member[],
  live: ReadonlyMap<string, KubeObject>,
  { autoscalers }: PlanReads,
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
    comebacks: await comebacks(members, live, { ...context, sets: setsOf(options) }),
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

/** Where a deploy looks for what is stale: the namespaces of the set, and those of --prune-namespace. */
export function pruneNamespaces(changes: readonly Pick<Change, 'member'>[], options: PlanOptions): string[] {
  return searchedNamespaces(
    changes.map(({ member }) => member.id.namespace),
    options,
  );
}

/** What the label finds besides the set, judged as it will be after the rollout. */
export async function planPrune(
  changes: readonly Pick<Change, 'member' | 'after'>[],
  {
    discovery,
    former,
    reads,
  }: { readonly discovery: Discovery; readonly former: FormerNamespaces; readonly reads?: PlanReads },
  options: PlanOptions,
  { cluster, signal }: PlanContext,
): Promise<Judgements> {
  const { pruneLabel } = options;
  if (pruneLabel === undefined)
    return {
      judgements: [],
      serverTime: undefined,
      warnings: [],
      unlisted: [],
      unsearched: [],
      uses: new Map(),
      anyCandidate: false,
    };
  return judgeNow(cluster, {
    ...options,
    pruneLabel,
    discovery,
    signal,
    ...(reads !== undefined && { whole: reads.whole, candidates: await reads.candidates }),
    applied: changes.map(({ after }) => after),
    namespaces: pruneNamespaces(changes, options),
    verb: 'deploy',
    formerNamespaces: [...former.recorded, ...former.elsewhere],
    includeNewest: false,
    generatedOnly: false,
    plainNames: false,
    runStart: undefined,
    minimumAgeMs: 0,
    projected: true,
  });
}

function notesOf(changes: readonly Change[]): string[] {
  return changes.flatMap(({ member, notes }) => notes.map((note) => `${formatId(member.id)} ${note}`));
}
