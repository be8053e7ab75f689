/** Carries out the changes of one stage. Per-object failures are events and data; nothing is thrown for them. */
import { removeFirst } from './removeFirst.js';
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, ObjectAddress } from '../../cluster/cluster.js';
import { formatId, idOf, type ObjectId, type JsonObject, type KubeObject } from '../../objects/object.js';
import { shellCommand } from '../../objects/shellCommand.js';
import type { ApplyOutcome, Emit, FailureInfo } from '../run/events.js';
import type { PlannedMember } from '../plan/makePlan.js';
import { isNoVerdict } from '../plan/noVerdict.js';
import type { PlannedChange } from '../plan/plan.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { CO_OWNER_MANAGER } from '../sets/share.js';
import { refusalOf, terminatingRefusal } from '../plan/refusal.js';
import { takeOverOf, takeOverPatch } from '../plan/takeOver.js';

const TAKE_OVER_TRIES = 4;

export interface ApplyStageOptions {
  readonly cluster: Cluster;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  readonly takeOverManagers: readonly string[];
  /** How long to wait for what is recreated to be gone, ms. */
  readonly timeoutMs: number;
  /** The resource that serves an object: it may have come with an earlier stage. */
  readonly resourceOf: (member: PlannedMember) => ApiResource;
}

export interface AppliedObject {
  readonly member: PlannedMember;
  readonly resource: ApiResource;
  /** As the server stored it; undefined where it was refused. */
  readonly object: KubeObject | undefined;
  /** Why the server could not say anything: it is to be tried again (plan/noVerdict). */
  readonly aside?: FailureInfo;
}

/** Applies the members of a stage side by side, each to its end: a refused one does not stop its neighbours. */
export async function applyStage(
  members: readonly PlannedMember[],
  options: ApplyStageOptions,
): Promise<AppliedObject[]> {
  return mapConcurrently(members, options.cluster.concurrency, (member) => applyMember(member, options));
}

async function applyMember(member: PlannedMember, options: ApplyStageOptions): Promise<AppliedObject> {
  const { change } = member;
  const resource = options.resourceOf(member);
  const report = (outcome: ApplyOutcome, failure?: FailureInfo): void =>
    options.emit({
      type: 'applied',
      id: change.id,
      version: change.version,
      outcome,
      replaces: outcome === 'created' ? change.replaces : undefined,
      changed: change.changed,
      failure,
      at: options.now(),
    });
  const refuse = (failure: FailureInfo): AppliedObject => {
    report('failed', failure);
    return { member, resource, object: undefined };
  };
  if (change.action === 'unchanged') {
    report('unchanged');
    return { member, resource, object: change.after };
  }
  try {
    const address: ObjectAddress = { resource, namespace: change.id.namespace, name: change.id.name };
    const held =
      change.action === 'recreate' ? await removeFirst(address, change.live, change.desired, options) : undefined;
    if (held !== undefined) return refuse(heldRefusal(change.id, held));
    if (change.share !== undefined) {
      const shared = await shareConfig(address, change.share, options);
      if (shared !== undefined) {
        report(outcomeOf(member, shared));
        return { member, resource, object: shared };
      }
    }
    if (change.live !== undefined && change.action === 'configure')
      await takeOver(address, change.live, change, options);
    const { fieldManager, forceConflicts: force, signal } = options;
    const object = await options.cluster.apply(address, change.desired, { fieldManager, force, signal });
    if (object.metadata.deletionTimestamp !== undefined) return refuse(terminatingRefusal(change.id, object));
    report(outcomeOf(member, object));
    return { member, resource, object };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const failure = refusalOf(error, idOf(change.desired));
    const isEarly = isNoVerdict(error) || isOldDefinition(error, change);
    return isEarly ? { member, resource, object: undefined, aside: failure } : refuse(failure);
  }
}

/**
 * True where a custom resource fits the definition in this set (the plan looked), and the server still reads it by that of
 * before: a changed definition is served a moment after it is stored. A schema's refusal has no reason.
 */
function isOldDefinition(error: ApiError, { byDefinition = false }: PlannedChange): boolean {
  return byDefinition && error.status.reason === undefined && error.httpStatus === 500;
}

/** What really happened may differ from the plan: another run may have been there first. */
function outcomeOf({ change }: PlannedMember, object: KubeObject): ApplyOutcome {
  if (change.action === 'recreate') return 'recreated';
  if (change.live?.metadata.uid !== object.metadata.uid) return 'created';
  return object.metadata.resourceVersion === change.live?.metadata.resourceVersion ? 'unchanged' : 'configured';
}

/** Records this set on a config that another one made; undefined where it is gone: then it is ours to create. */
async function shareConfig(
  address: ObjectAddress,
  share: JsonObject,
  { cluster, signal }: ApplyStageOptions,
): Promise<KubeObject | undefined> {
  try {
    return await cluster.patch(address, share, { type: 'merge', fieldManager: CO_OWNER_MANAGER, signal });
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return undefined;
    throw error;
  }
}

/** Makes kubectl's fields ours, and what excludes ours. A version that moved since is read again: status controllers write all the time. */
async function takeOver(
  address: ObjectAddress,
  planned: KubeObject,
  { desired: { apiVersion }, claims = {} }: PlannedChange,
  { cluster, fieldManager, takeOverManagers, signal }: ApplyStageOptions,
): Promise<void> {
  let live: KubeObject | undefined = planned;
  for (let attempt = 1; live !== undefined; attempt++) {
    const taken = takeOverOf(live, { manager: fieldManager, apiVersion, also: takeOverManagers, claims });
    if (taken === undefined) return;
    try {
      await cluster.patch(address, takeOverPatch(taken, live.metadata.resourceVersion ?? ''), {
        type: 'json',
        fieldManager,
        signal,
      });
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Deleted meanwhile: there is nothing to take over, and the apply creates it.
      if (error.httpStatus === 404) return;
      if (error.status.reason !== 'Conflict' || attempt >= TAKE_OVER_TRIES) throw error;
      live = await cluster.get(address, { signal });
    }
  }
}

/** Why the object that is to be recreated is still there. */
function heldRefusal(id: ObjectId, held: KubeObject): FailureInfo {
  if (held.metadata.deletionTimestamp !== undefined) return terminatingRefusal(id, held);
  return {
    code: 'JobStillRuns',
    message: `${formatId(id)} still runs, so it was not deleted to be created anew`,
    suggestions: [
      'Deploy again when it has finished, or raise --timeout: it is waited for as long.',
      `Where it is not worth waiting for: ${shellCommand(['kubectl', '-n', id.namespace, 'delete', 'job', id.name])}`,
    ],
  };
}
