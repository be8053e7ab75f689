/** What a deploy will do to one object, found out without writing. */
import { ApiError } from '../../cluster/apiError.js';
import type { Cluster, ObjectAddress } from '../../cluster/cluster.js';
import { ON_IMMUTABLE_ANNOTATION, USED_AT_ANNOTATION } from '../../objects/annotations.js';
import { formatId, idOf, keyOf, type Json, type KubeObject, type ObjectId } from '../../objects/object.js';
import { setOf } from '../../objects/ownership.js';
import { findStrings } from '../../objects/references.js';
import { isRevision } from '../../objects/revisions.js';
import { jsonEqual } from '../../patch/jsonEqual.js';
import type { FailureInfo } from '../events.js';
import type { ChangeAction, PlannedChange } from '../plan.js';
import { isBuiltInGroup } from '../prune/scanUses.js';
import { useKey } from '../prune/uses.js';
import { changedWords } from './changedPaths.js';
import type { PreparedObject } from './prepare.js';
import { conflictRefusal, immutableRefusal, refusalOf, terminatingRefusal, type Refusal } from './refusal.js';
import { settleReplicas } from './replicas.js';
import { conflictsOf, replacingPatch, takeOverOf, withoutGivenUp, type TakeOver } from './takeOver.js';
import { keepUsedAt, markUsed } from './usedAt.js';

export interface PlanChangeOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly set: string;
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  readonly takeOver: boolean;
  /** False for `--dry-run=client`: nothing but reads is sent. */
  readonly askServer: boolean;
  /** Keys of workloads that a HorizontalPodAutoscaler targets. */
  readonly autoscaled: ReadonlySet<string>;
  /** Configs that the set goes on to use, by `useKey`: nothing begins to refer to them. */
  readonly usedConfigs: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Names of what this run creates first: an object that mentions one may be refused until it is there. */
  readonly createdNames: ReadonlySet<string>;
  /** Namespaces that this run creates. */
  readonly createdNamespaces: ReadonlySet<string>;
}

/** A planned change, or the reason why there can be none. */
export type PlannedOrRefused = { readonly change: PlannedChange } | { readonly refusal: Refusal };

export async function planChange(
  member: PreparedObject,
  live: KubeObject | undefined,
  wave: number,
  options: PlanChangeOptions,
  tries = 3,
): Promise<PlannedOrRefused> {
  const id = idOf(member.object);
  const version = member.resource.version;
  const base = {
    id,
    version,
    resource: member.resource,
    wave,
    generated: member.rendered.generated,
    replaces: undefined,
    live,
  };
  const refuse = (failure: FailureInfo): PlannedOrRefused => ({ refusal: { id, version, failure } });

  const owner = live === undefined ? undefined : setOf(live);
  const isShared = member.rendered.generated && isRevision(id);
  const isGoing = live?.metadata.deletionTimestamp !== undefined;
  // What the other set is just deleting is not shared: it is made anew.
  if (
    live !== undefined &&
    owner !== undefined &&
    owner !== options.set &&
    !options.takeOver &&
    !(isShared && isGoing)
  ) {
    if (!isShared) return refuse(otherSetRefusal(id, owner));
    const notes = [`belongs to set ${owner} and has the same content: used as it is`];
    return {
      change: {
        ...base,
        action: 'unchanged',
        validated: true,
        desired: member.object,
        after: live,
        changed: [],
        takesOver: [],
        notes,
      },
    };
  }
  if (live !== undefined && isGoing) {
    // An earlier run was killed between delete and create, or somebody deletes it: what nothing holds back is soon gone.
    if ((live.metadata.finalizers ?? []).length > 0) return refuse(terminatingRefusal(id, live));
    const notes = ['is being deleted: created anew when it is gone'];
    return {
      change: {
        ...base,
        action: 'recreate',
        validated: false,
        desired: member.object,
        after: member.object,
        changed: [],
        takesOver: [],
        notes,
      },
    };
  }

  const takeOver = live === undefined ? undefined : takeOverOf(live, options.fieldManager, member.object.apiVersion);
  const settled = settleReplicas(member.object, live, {
    owners: takeOver?.managedFields ?? live?.metadata.managedFields ?? [],
    manager: options.fieldManager,
    autoscaled: options.autoscaled.has(keyOf(id)),
  });
  const desired = keepUsedAt(settled.object, live);
  const notes = [
    ...(settled.note === undefined ? [] : [settled.note]),
    ...(takeOver?.undo === true
      ? ['was rolled back with kubectl rollout undo: this deploy rolls it forward again']
      : []),
  ];
  const planned = { ...base, desired, notes, takesOver: takeOver?.managers ?? [] };
  if (!options.askServer || member.pendingKind || options.createdNamespaces.has(id.namespace)) {
    return { change: { ...planned, ...guess(live, desired), validated: false } };
  }

  const answer = await askServer(member, live, desired, takeOver, options);
  if ('failure' in answer) return refuse(answer.failure);
  if (answer.outcome === 'later')
    return { change: { ...planned, action: 'create', validated: false, after: desired, changed: [] } };
  if (answer.outcome === 'recreate') {
    return {
      change: {
        ...planned,
        action: 'recreate',
        validated: true,
        after: desired,
        changed: guess(live, desired).changed,
      },
    };
  }
  const { after } = answer;
  // A controller wrote between the read and the dry run: its change would look like ours.
  const isOutdated = live !== undefined && after.metadata.resourceVersion !== live.metadata.resourceVersion;
  if (isOutdated && tries > 1) {
    const now = await options.cluster.get(addressOf(member), { signal: options.signal });
    return planChange(member, now, wave, options, tries - 1);
  }
  if (
    live !== undefined &&
    isSame(live, after) &&
    member.rendered.generated &&
    isRevision(id) &&
    !options.usedConfigs.has(useKey(id))
  ) {
    return { change: comesBack({ ...planned, validated: true, after }, options.now) };
  }
  const action: ChangeAction =
    live === undefined ? 'create' : takeOver === undefined && isSame(live, after) ? 'unchanged' : 'configure';
  return {
    change: {
      ...planned,
      action,
      validated: true,
      after,
      changed: live === undefined ? [] : changedWords(live, after),
    },
  };
}

/** A generated config that exists and that something of the set begins to use: `usedAt` says why it is changed. */
function comesBack(change: Omit<PlannedChange, 'action' | 'changed'>, now: number): PlannedChange {
  return {
    ...change,
    action: 'configure',
    desired: markUsed(change.desired, now),
    after: markUsed(change.after, now),
    changed: [`annotations.${USED_AT_ANNOTATION}`],
  };
}

type ServerAnswer =
  | { readonly outcome: 'accepted'; readonly after: KubeObject }
  | { readonly outcome: 'recreate' }
  | { readonly outcome: 'later' }
  | { readonly failure: FailureInfo };

async function askServer(
  member: PreparedObject,
  live: KubeObject | undefined,
  desired: KubeObject,
  takeOver: TakeOver | undefined,
  options: PlanChangeOptions,
): Promise<ServerAnswer> {
  const { cluster, signal, fieldManager } = options;
  const id = idOf(desired);
  try {
    const force = options.forceConflicts || takeOver !== undefined;
    const answer = await cluster.apply(addressOf(member), desired, { fieldManager, force, dryRun: true, signal });
    if (live === undefined || takeOver === undefined) return { outcome: 'accepted', after: answer };
    const conflicts = options.forceConflicts ? [] : conflictsOf(live, answer, takeOver, fieldManager);
    if (conflicts.length > 0) return { failure: conflictRefusal(id, conflicts) };
    const left = withoutGivenUp(answer, takeOver, fieldManager);
    const patch = replacingPatch(live, left);
    if (patch.length === 0) return { outcome: 'accepted', after: left };
    return {
      outcome: 'accepted',
      after: await cluster.patch(addressOf(member), patch, { type: 'json', fieldManager, dryRun: true, signal }),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (live === undefined)
      return waitsForThisRun(error, desired, options) ? { outcome: 'later' } : { failure: refusalOf(error, id) };
    if (error.status.reason !== 'Invalid' || !(await isAcceptedAnew(member, desired, options)))
      return { failure: refusalOf(error, id) };
    const mayRecreate = (desired.metadata.annotations?.[ON_IMMUTABLE_ANNOTATION] ?? '') === 'recreate';
    return mayRecreate ? { outcome: 'recreate' } : { failure: immutableRefusal(error, id) };
  }
}

/**
 * An object that is invalid as a change but valid as a new one changes what is immutable: asked of the server with a
 * dry run under another name, since only messages tell an immutable field from a wrong one.
 */
async function isAcceptedAnew(
  member: PreparedObject,
  desired: KubeObject,
  { cluster, signal, fieldManager }: PlanChangeOptions,
): Promise<boolean> {
  const { name: _, ...metadata } = desired.metadata;
  const anew = { ...desired, metadata: { ...metadata, generateName: 'kapply-' } } as unknown as KubeObject;
  try {
    await cluster.create({ ...addressOf(member), name: '' }, anew, { dryRun: true, fieldManager, signal });
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** Built-in kinds that the server accepts only once what they name is there: its admission looks it up. */
const LOOKED_UP: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec.serviceAccountName', 'spec.priorityClassName', 'spec.runtimeClassName'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef.name'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef.name'],
};

/**
 * A pod whose ServiceAccount, a binding whose role this run creates first: refused now, accepted then; as may be a custom
 * resource, whose webhook can look up anything. Every other refusal is one: a missing permission must not show only
 * when half of the set is applied.
 */
function waitsForThisRun(error: ApiError, desired: KubeObject, { createdNames }: PlanChangeOptions): boolean {
  if (error.httpStatus !== 404 && error.httpStatus !== 403) return false;
  const { group, kind } = idOf(desired);
  const named = findStrings(desired, createdNames);
  if (!isBuiltInGroup(group)) return named.some(({ path }) => !path.startsWith('metadata.'));
  return named.some(({ path }) => LOOKED_UP[`${group}/${kind}`]?.includes(path) === true);
}

/** Without the server's word: a create where nothing is there, else a change where a rendered field differs. */
function guess(live: KubeObject | undefined, desired: KubeObject): Pick<PlannedChange, 'action' | 'after' | 'changed'> {
  if (live === undefined) return { action: 'create', after: desired, changed: [] };
  const after = overlay(live, desired) as KubeObject;
  const changed = changedWords(live, after);
  return { action: changed.length === 0 ? 'unchanged' : 'configure', after, changed };
}

/** The live value with the rendered fields over it; lists are taken as rendered where their lengths differ. */
function overlay(live: unknown, desired: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(desired)) {
    return live.length === desired.length ? desired.map((item, index) => overlay(live[index], item)) : desired;
  }
  if (
    live === null ||
    desired === null ||
    typeof live !== 'object' ||
    typeof desired !== 'object' ||
    Array.isArray(live)
  )
    return desired;
  const fields = live as Record<string, unknown>;
  return {
    ...fields,
    ...Object.fromEntries(Object.entries(desired).map(([name, value]) => [name, overlay(fields[name], value)])),
  };
}

function addressOf(member: PreparedObject): ObjectAddress {
  const { metadata } = member.object;
  return { resource: member.resource, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** True where the apply would write nothing: not even who owns what moves. */
function isSame(live: KubeObject, after: KubeObject): boolean {
  return jsonEqual(withoutTimes(live), withoutTimes(after));
}

function withoutTimes(object: KubeObject): Json {
  const { resourceVersion: _, managedFields = [], ...metadata } = object.metadata;
  const entries = managedFields.map(({ time: __, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managedFields: entries } } as unknown as Json;
}

function otherSetRefusal(id: ObjectId, owner: string): FailureInfo {
  return {
    code: 'OwnedByOtherSet',
    message: `${formatId(id)} belongs to set ${owner}`,
    suggestions: ['Remove it from one of the two sets, or add --take-over to make it part of this one.'],
  };
}
