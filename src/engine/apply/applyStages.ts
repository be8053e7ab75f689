/** Applies a plan stage by stage; a stage that others stand on is awaited before they are sent. */
import { findResource, type ApiResource, type Discovery } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { formatId, idOf, keyOf, versionOf } from '../../objects/object.js';
import { applyStage, type AppliedObject } from './applyStage.js';
import type { MadePlan, PlannedMember } from '../plan/makePlan.js';
import { podSpecPath } from '../uses/references.js';
import { pause } from '../run/pause.js';
import { asideWords, blockedBy, retryAside, type RetryOptions } from './putAside.js';
import { edgesOf } from './waves.js';
import { awaitCurrent, type AwaitCurrentOptions } from '../rollout/awaitCurrent.js';

/** How long the server may take to serve a kind whose definition is Established. */
const SERVED_TIMEOUT_MS = 30_000;
const SERVED_POLL_MS = 500;
/** What everything later may live in or be of: awaited even with --no-wait. */
const FOUNDATIONS = ['CustomResourceDefinition', 'Namespace'];
export interface ApplyStagesOptions extends Omit<AwaitCurrentOptions, 'discovery'> {
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  readonly takeOverManagers: readonly string[];
  /** Told of what has been applied, before anything is waited for. */
  readonly reached?: (applied: readonly AppliedObject[]) => void;
  /** After a stage with workloads that is not the last one: later stages may be waited for. */
  readonly afterWorkloads?: (applied: readonly AppliedObject[]) => Promise<void>;
}

export interface AppliedSet {
  readonly applied: readonly AppliedObject[];
  /** As it is after the last stage: the set may have defined kinds. */
  readonly discovery: Discovery;
}

/** @throws KapplyError `ApplyRefused` (exit 5) after the stage in which the server refused an object */
export async function applyStages(made: MadePlan, options: ApplyStagesOptions): Promise<AppliedSet> {
  const applied: AppliedObject[] = [];
  let aside: AppliedObject[] = [];
  let discovery = made.discovery;
  const total = made.plan.changes.length;
  const all = new Map(
    made.stages.flatMap(({ members }) => members.map(({ change }) => [keyOf(change.id), true] as const)),
  );

  const edges = edgesOf(made.stages.flatMap(({ members }) => members.map(({ object }) => object)));

  const applyMembers = async (members: readonly PlannedMember[]): Promise<AppliedObject[]> => {
    const awaits = new Set(
      members.flatMap(({ change }) =>
        (edges.get(keyOf(change.id)) ?? []).flatMap((edge) => (edge.awaited ? [edge.key] : [])),
      ),
    );
    const awaited = applied.filter(({ member }) => awaits.has(keyOf(member.change.id)));
    await awaitCurrent(awaited, { ...options, discovery });
    discovery = await awaitServed(members, discovery, options);
    const results = await applyStage(members, {
      ...options,
      resourceOf: (member) => servedResource(member, discovery) ?? member.change.resource,
    });
    applied.push(...results.filter((result) => result.aside === undefined));
    options.reached?.([...applied]);
    const refused = results.filter(({ object, aside: why }) => object === undefined && why === undefined);
    if (refused.length > 0) throw refusedError(refused, applied.length, total);
    await awaitCurrent(
      results.filter(({ member, object }) => object !== undefined && FOUNDATIONS.includes(member.change.id.kind)),
      { ...options, discovery },
    );
    return results;
  };

  for (const stage of made.stages) {
    const blocked = blockedBy(
      stage.members,
      aside.map(({ member }) => member),
      all,
    );
    const results = await applyMembers(stage.members.filter((member) => !blocked.includes(member)));
    const unanswered = results.filter((result) => result.aside !== undefined);
    for (const result of unanswered) options.emit({ type: 'warning', message: asideWords(result) });
    aside = [...aside, ...unanswered, ...blocked.map(waitsForOthers)];
    const isLast = stage === made.stages.at(-1);
    if (!isLast && stage.members.some(({ change: { id } }) => podSpecPath(id.group, id.kind) !== undefined)) {
      await options.afterWorkloads?.([...applied]);
    }
  }
  if (aside.length > 0) await settleAside(aside, applied, { ...options, discovery, all, apply: applyMembers, total });
  return { applied, discovery };
}

/** Put aside without being tried: what it stands on is. */
function waitsForOthers(member: PlannedMember): AppliedObject {
  const message = `${formatId(member.change.id)} waits for what was put aside`;
  return {
    member,
    resource: member.change.resource,
    object: undefined,
    aside: { code: 'NotAnswered', message, suggestions: [] },
  };
}

/** The rest is awaited while what was put aside is tried again: one may be what the other waits for. */
async function settleAside(
  aside: readonly AppliedObject[],
  applied: readonly AppliedObject[],
  options: AwaitCurrentOptions & Pick<RetryOptions, 'all' | 'apply'> & { readonly total: number },
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const rest = awaitCurrent([...applied], { ...options, signal });
  const retries = retryAside(aside, { ...options, signal });
  try {
    const [results] = await Promise.all([retries, rest]);
    const unanswered = results.filter((result) => result.aside !== undefined);
    for (const { member, aside: failure } of unanswered) {
      const { id, version, changed } = member.change;
      const at = options.now();
      options.emit({ type: 'applied', id, version, outcome: 'failed', replaces: undefined, changed, failure, at });
    }
    if (unanswered.length > 0) throw refusedError(unanswered, applied.length + unanswered.length, options.total);
  } finally {
    stop.abort();
    await Promise.allSettled([rest, retries]);
  }
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
  return findResource(discovery, group, versionOf(object.apiVersion), object.kind);
}

/** A kind whose definition this run applied is served a moment after the definition is Established. */
async function awaitServed(
  members: readonly PlannedMember[],
  known: Discovery,
  { cluster, signal, now }: ApplyStagesOptions,
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
