/** Carries out the changes of one stage. Per-object failures are events and data; nothing is thrown for them. */
import type { ErrorInfo } from '../../errors.js';
import { removeFirst, settleEarlierRuns } from './removeFirst.js';
import { ApiError, isConflict } from '../../cluster/apiError.js';
import {
  findResource,
  type ApiResource,
  type Cluster,
  type Discovery,
  type ObjectAddress,
} from '../../cluster/cluster.js';
import { formatId, idOf, type JsonObject, type KubeObject, type ObjectId } from '../../objects/object.js';
import { shellCommand } from '../../objects/shellCommand.js';
import { parseFieldsV1 } from '../../patch/apply/fieldsV1.js';
import type { ApplyOutcome, Emit } from '../run/events.js';
import { addressOf, type Applied, type Change, type Member } from '../plan/member.js';
import { isNoVerdict } from '../plan/live/noVerdict.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { CO_OWNER_MANAGER } from '../sets/share.js';
import { refusalOf, terminatingRefusal } from '../plan/refusals/refusal.js';
import { takeOverOf, takeOverPatch } from '../plan/change/takeOver.js';

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
  /** As it is now: kinds may have come with an earlier stage. */
  readonly discovery: Discovery;
}

/** Applies the changes of a stage side by side, each to its end: a refused one does not stop its neighbours. */
export async function applyStage(changes: readonly Change[], options: ApplyStageOptions): Promise<Applied[]> {
  return mapConcurrently(changes, options.cluster.concurrency, (change) => applyChange(change, options));
}

/** The resource that serves a member; undefined where its kind is defined by the set and not served yet. */
export function servedResource({ id, resource, pendingKind }: Member, discovery: Discovery): ApiResource | undefined {
  return pendingKind ? findResource(discovery, id.group, resource.version, id.kind) : resource;
}

async function applyChange(change: Change, options: ApplyStageOptions): Promise<Applied> {
  const { id, resource } = change.member;
  const address = addressOf({ id, resource: servedResource(change.member, options.discovery) ?? resource });
  const report = (outcome: ApplyOutcome, failure?: ErrorInfo): void =>
    options.emit({
      type: 'applied',
      id,
      version: resource.version,
      outcome,
      replaces: outcome === 'created' ? change.replaces : undefined,
      changed: change.changed,
      failure,
      at: options.now(),
    });
  const refuse = (failure: ErrorInfo): Applied => {
    report('failed', failure);
    return { change, address, object: undefined };
  };
  if (change.action === 'unchanged') {
    report('unchanged');
    return { change, address, object: change.after };
  }
  try {
    const held = await makeRoom(address, change, options);
    if (held !== undefined) return refuse(heldRefusal(idOf(held), held));
    if (change.share !== undefined) {
      const shared = await shareConfig(address, change.share, options);
      if (shared !== undefined) {
        report(outcomeOf(change, shared));
        return { change, address, object: shared };
      }
    }
    if (change.live !== undefined && change.action === 'configure')
      await takeOver(address, change.live, change, options);
    const { fieldManager, forceConflicts: force, signal } = options;
    const object = await options.cluster.apply(address, change.desired, { fieldManager, force, signal });
    if (object.metadata.deletionTimestamp !== undefined) return refuse(terminatingRefusal(id, object));
    report(outcomeOf(change, object));
    return { change, address, object };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { live, desired } = change;
    const failure = refusalOf(error, id, live === undefined ? undefined : { ...options, live, desired });
    const isEarly = isNoVerdict(error) || isOldDefinition(error, change);
    return isEarly ? { change, address, object: undefined, aside: failure } : refuse(failure);
  }
}

/** @returns what does not go or end in time: the earlier run of a Job, or what is to be recreated */
async function makeRoom(
  address: ObjectAddress,
  { action, live, desired, member }: Change,
  options: ApplyStageOptions,
): Promise<KubeObject | undefined> {
  if (action !== 'create' && action !== 'recreate') return undefined;
  const running = await settleEarlierRuns(address, member.earlierRuns ?? [], options);
  return running ?? (action === 'recreate' ? removeFirst(address, live, desired, options) : undefined);
}

/**
 * True where the definition of a custom resource is in this set (the plan looked whether it fits), and the server still goes by what was
 * there before: a changed definition is served a moment after it is stored, when a schema's refusal has no reason, and a new one by each
 * of several API servers in its own time, which know no such path until then.
 */
function isOldDefinition(error: ApiError, { byDefinition = false }: Change): boolean {
  if (!byDefinition) return false;
  const { reason, details } = error.status;
  return (
    (reason === undefined && error.httpStatus === 500) || (error.httpStatus === 404 && details?.kind !== 'namespaces')
  );
}

/** What really happened may differ from the plan: another run may have been there first. */
function outcomeOf({ action, live }: Change, object: KubeObject): ApplyOutcome {
  if (action === 'recreate') return 'recreated';
  if (live?.metadata.uid !== object.metadata.uid) return 'created';
  return object.metadata.resourceVersion === live?.metadata.resourceVersion ? 'unchanged' : 'configured';
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
  { desired: { apiVersion }, claims }: Change,
  { cluster, fieldManager, takeOverManagers, signal }: ApplyStageOptions,
): Promise<void> {
  let live: KubeObject | undefined = planned;
  for (let attempt = 1; live !== undefined; attempt++) {
    const taken = takeOverOf(live, {
      manager: fieldManager,
      apiVersion,
      also: takeOverManagers,
      claims: parseFieldsV1(claims),
    });
    if (taken === undefined) return;
    try {
      await cluster.patch(address, takeOverPatch(taken, live.metadata.resourceVersion ?? ''), {
        type: 'json',
        fieldManager,
        signal,
      });
      return;
    } catch (error) {
      // Deleted meanwhile: there is nothing to take over, and the apply creates it.
      if (error instanceof ApiError && error.httpStatus === 404) return;
      if (!isConflict(error) || attempt >= TAKE_OVER_TRIES) throw error;
      live = await cluster.get(address, { signal });
    }
  }
}

/** Why the object that is to be recreated is still there. */
function heldRefusal(id: ObjectId, held: KubeObject): ErrorInfo {
  if (held.metadata.deletionTimestamp !== undefined) return terminatingRefusal(id, held);
  return {
    code: 'JobStillRuns',
    message: `${formatId(id)} still runs, so there is no new one yet`,
    suggestions: [
      'Deploy again when it has finished, or raise --timeout: it is waited for as long.',
      `Where it is not worth waiting for: ${shellCommand(['kubectl', '-n', id.namespace, 'delete', 'job', id.name])}`,
    ],
  };
}
