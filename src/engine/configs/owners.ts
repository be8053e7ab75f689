/**
 * `--own`: ownerReferences from generated configs to the workloads that use them, so that Kubernetes' garbage collector
 * deletes a config with its last workload. Written after the workloads, by a field manager of its own, so that giving
 * them up again is one apply of nothing.
 */
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { idOf, keyOf, type KubeObject, type ObjectId, type OwnerReference } from '../../objects/object.js';
import { isRevision } from './revisions.js';
import type { AppliedObject } from '../apply/applyStage.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { entryOf } from '../plan/takeOver.js';
import { scanUses, unknownUses, type UseScan } from '../uses/scanUses.js';
import { useKey, type Use } from '../uses/uses.js';

const OWN_MANAGER = 'kapply-own';
/** A bare Pod owns nothing for long, and what a ServiceAccount names must outlive every workload. */
const OWNERS = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/CronJob', 'batch/Job']);

export interface OwnersOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  readonly concurrency: number;
}

/**
 * Makes the ownerReferences what they should be: the set's workloads where every user of a config is one of them, and
 * none otherwise, or without `--own`.
 */
export async function settleOwners(
  applied: readonly AppliedObject[],
  own: boolean,
  options: OwnersOptions,
): Promise<void> {
  const { cluster, discovery, signal, concurrency } = options;
  const configs = applied.filter(({ member, object }) => object !== undefined && isRevision(member.change.id));
  const concerned = own ? configs : configs.filter(({ object }) => isOwned(object));
  if (concerned.length === 0) return;
  const candidates = concerned.map(({ member }) => member.change.id);
  const scan = own
    ? await scanUses(cluster, { candidates, plainNames: false, discovery, signal, concurrency })
    : undefined;
  const workloads = new Map(
    applied.flatMap(({ object }) => (object === undefined ? [] : [[keyOf(idOf(object)), object] as const])),
  );
  await mapConcurrently(concerned, concurrency, async ({ member, resource, object }) => {
    const owners = scan === undefined ? [] : ownersOf(member.change.id, scan, workloads);
    if (object === undefined || hasOwners(object, owners)) return;
    await writeOwners(
      cluster,
      { resource, namespace: member.change.id.namespace, name: member.change.id.name },
      object,
      owners,
      signal,
    );
  });
}

/**
 * Gives up the ownerReferences to workloads that are not there any more or are about to be recreated: the garbage
 * collector would take a config from under the new workload (it deletes what has no living owner).
 */
export async function releaseStaleOwners(
  configs: readonly { readonly live: KubeObject; readonly address: Parameters<Cluster['apply']>[0] }[],
  livingUids: ReadonlySet<string>,
  { cluster, signal, concurrency }: Omit<OwnersOptions, 'discovery'>,
): Promise<void> {
  const stale = configs.filter(
    ({ live }) => isOwned(live) && (live.metadata.ownerReferences ?? []).some(({ uid }) => !livingUids.has(uid)),
  );
  await mapConcurrently(stale, concurrency, ({ live, address }) => writeOwners(cluster, address, live, [], signal));
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
