/**
 * `--own`: ownerReferences from generated configs to the workloads that use them, so that Kubernetes' garbage collector
 * deletes a config with its last workload. Written after the workloads, by a field manager of its own, so that giving
 * them up again is one apply of nothing.
 */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { idOf, keyOf, type KubeObject, type ObjectId, type OwnerReference } from '../../objects/object.js';
import { isRevision } from './revisions.js';
import type { Applied } from '../plan/member.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { entryOf } from '../plan/change/managerEntry.js';
import { scanUses, unknownUses, type UseScan } from '../uses/scanUses.js';
import { useKey, type Use } from '../uses/uses.js';

const OWN_MANAGER = 'kapply-own';
/** A bare Pod owns nothing for long, and what a ServiceAccount names must outlive every workload. */
const OWNERS = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/CronJob', 'batch/Job']);

export interface OwnersOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/**
 * Makes the ownerReferences what they should be: the set's workloads where every user of a config is one of them, and
 * none otherwise, or without `--own`.
 */
export async function settleOwners(applied: readonly Applied[], own: boolean, options: OwnersOptions): Promise<void> {
  const { cluster, discovery, signal } = options;
  const configs = applied.filter(({ change, object }) => object !== undefined && isRevision(change.member.id));
  const concerned = own ? configs : configs.filter(({ object }) => isOwned(object));
  if (concerned.length === 0) return;
  const candidates = concerned.map(({ change }) => change.member.id);
  const scan = own ? await scanUses(cluster, { candidates, plainNames: false, discovery, signal }) : undefined;
  const workloads = new Map(
    applied.flatMap(({ object }) => (object === undefined ? [] : [[keyOf(idOf(object)), object] as const])),
  );
  await mapConcurrently(concerned, cluster.concurrency, async ({ change, address, object }) => {
    const owners = scan === undefined ? [] : ownersOf(change.member.id, scan, workloads);
    if (object === undefined || hasOwners(object, owners)) return;
    await writeOwners(cluster, address, object, owners, signal);
  });
}

/**
 * Gives up the ownerReferences to workloads that are not there any more or are about to be recreated: the garbage
 * collector would take a config from under the new workload (it deletes what has no living owner).
 */
export async function releaseStaleOwners(
  configs: readonly { readonly live: KubeObject; readonly address: Parameters<Cluster['apply']>[0] }[],
  livingUids: ReadonlySet<string>,
  { cluster, signal }: Omit<OwnersOptions, 'discovery'>,
): Promise<void> {
  const stale = configs.filter(
    ({ live }) => isOwned(live) && (live.metadata.ownerReferences ?? []).some(({ uid }) => !livingUids.has(uid)),
  );
  await mapConcurrently(stale, cluster.concurrency, ({ live, address }) =>
    writeOwners(cluster, address, live, [], signal),
  );
}

/** A workload that is about to be deleted. */
export interface LeavingWorkload {
  readonly id: ObjectId;
  readonly uid: string;
}

/**
 * Gives up our ownerReferences to workloads that are about to go, on whatever config has one: whether a config goes as
 * well is for its own judgement. An owner that somebody else wrote stays, and so do ours to workloads that stay.
 * @returns what still has an owner among them, by the workload's UID: it must not be deleted yet
 */
export async function releaseOwners(
  leaving: readonly LeavingWorkload[],
  { cluster, discovery, signal }: OwnersOptions,
  warn: (message: string) => void,
): Promise<Map<string, ApiError>> {
  const owners = leaving.filter(({ id }) => OWNERS.has(`${id.group}/${id.kind}`));
  const uids = new Set(owners.map(({ uid }) => uid));
  const places = [...new Set(owners.map(({ id }) => id.namespace))].flatMap((namespace) =>
    ['ConfigMap', 'Secret'].flatMap((kind) => {
      const resource = findResource(discovery, '', 'v1', kind);
      return resource === undefined ? [] : [{ resource, namespace }];
    }),
  );
  const held = new Map<string, ApiError>();
  await mapConcurrently(places, cluster.concurrency, async ({ resource, namespace }) => {
    for (const object of await listOwned(cluster, { resource, namespace }, signal, warn)) {
      const ours = ownersWritten(object);
      const going = ours.filter(({ uid }) => uids.has(uid));
      if (going.length === 0) continue;
      const staying = ours.filter(({ uid }) => !uids.has(uid));
      try {
        await writeOwners(cluster, { resource, namespace, name: object.metadata.name }, object, staying, signal);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        for (const { uid } of going) held.set(uid, error);
      }
    }
  });
  return held;
}

/** The configs of a namespace that have an owner of ours, by their metadata. */
async function listOwned(
  cluster: Cluster,
  { resource, namespace }: Pick<Parameters<Cluster['apply']>[0], 'resource' | 'namespace'>,
  signal: AbortSignal,
  warn: (message: string) => void,
): Promise<KubeObject[]> {
  try {
    return (await cluster.listMetadata(resource, { namespace, signal })).items.filter(isOwned);
  } catch (error) {
    if (!(error instanceof ApiError) || error.httpStatus !== 403) throw error;
    warn(
      `${resource.kind} in ${namespace} could not be listed (needs list on ${resource.plural}): what --own tied to a deleted workload goes with it`,
    );
    return [];
  }
}

/** The ownerReferences that we wrote: structured-merge-diff calls them `k:{"uid":"…"}`. */
function ownersWritten(object: KubeObject): OwnerReference[] {
  const fields = entryOf(object, OWN_MANAGER)?.fieldsV1 as
    { 'f:metadata'?: { 'f:ownerReferences'?: Readonly<Record<string, unknown>> } } | undefined;
  const keys = new Set(Object.keys(fields?.['f:metadata']?.['f:ownerReferences'] ?? {}));
  return (object.metadata.ownerReferences ?? []).filter(({ uid }) => keys.has(`k:${JSON.stringify({ uid })}`));
}

/** True where we wrote its ownerReferences. */
function isOwned(object: KubeObject | undefined): boolean {
  return object !== undefined && entryOf(object, OWN_MANAGER) !== undefined;
}

/** Every user's workload, or none where one user is no workload of the set, or not every user is known. */
function ownersOf(id: ObjectId, scan: UseScan, workloads: ReadonlyMap<string, KubeObject>): OwnerReference[] {
  const active = (scan.uses.get(useKey(id)) ?? []).filter((use) => use.active);
  if (unknownUses(scan, id) !== undefined) return [];
  const owners = new Map<string, OwnerReference>();
  for (const use of active) {
    const owner = ownerOf(use, workloads);
    if (owner === undefined) return [];
    owners.set(owner.uid, owner);
  }
  return [...owners.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1));
}

function ownerOf({ root }: Use, workloads: ReadonlyMap<string, KubeObject>): OwnerReference | undefined {
  const workload = workloads.get(keyOf(root));
  const uid = workload?.metadata.uid;
  if (workload === undefined || uid === undefined || !OWNERS.has(`${root.group}/${root.kind}`)) return undefined;
  return { apiVersion: workload.apiVersion, kind: workload.kind, name: workload.metadata.name, uid };
}

function hasOwners(object: KubeObject, owners: readonly OwnerReference[]): boolean {
  const live = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid).sort();
  return live.join() === owners.map(({ uid }) => uid).join();
}

/** An apply by our own manager: what it named before and does not name now goes. */
async function writeOwners(
  cluster: Cluster,
  address: Parameters<Cluster['apply']>[0],
  object: KubeObject,
  owners: readonly OwnerReference[],
  signal: AbortSignal,
): Promise<void> {
  const { name, namespace } = object.metadata;
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(owners.length > 0 && { ownerReferences: owners }),
  };
  await cluster.apply(
    address,
    { apiVersion: object.apiVersion, kind: object.kind, metadata },
    { fieldManager: OWN_MANAGER, signal },
  );
}
