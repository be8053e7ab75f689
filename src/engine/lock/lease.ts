/**
 * One run at a time writes to a set: its Lease (coordination.k8s.io/v1), as client-go's leader election uses it. The
 * Lease stays when a run releases it, so that its resourceVersion tells whether another run was there in between.
 */
import { ApiError, isConflict } from '../../cluster/apiError.js';
import type { Cluster, ObjectAddress } from '../../cluster/cluster.js';
import { DOING_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import { observeLease, type LeasePlace, type ObservedLease } from './observeLease.js';
import { specOf, type LeaseSpec, LEASE_SECONDS, microTime, writeSpec } from './leaseSpec.js';
import { recordedMetadata } from './leaseRecord.js';

/**
 * Takes the Lease, if nothing has happened to it since it was observed.
 * @returns the Lease as it is now, or undefined where another run was quicker
 */
export async function acquireLease(
  cluster: Cluster,
  observed: ObservedLease,
  options: {
    readonly identity: string;
    readonly now: number;
    readonly signal: AbortSignal;
    /** Where this run deploys to: they are added to the record. */
    readonly namespaces?: readonly string[];
  },
): Promise<KubeObject | undefined> {
  const { address, object } = observed;
  const { namespaces = [] } = options;
  const transitions = specOf(object).leaseTransitions ?? 0;
  const spec: LeaseSpec = {
    holderIdentity: options.identity,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: microTime(options.now),
    renewTime: microTime(options.now),
    leaseTransitions: object === undefined ? 0 : transitions + 1,
  };
  try {
    if (object === undefined) {
      const { name, namespace } = address;
      const named = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
      const lease = {
        ...named,
        metadata: { ...named.metadata, ...recordedMetadata(named, observed.set, namespaces) },
        spec,
      };
      return await cluster.create(address, lease, { fieldManager: 'kapply-lock', signal: options.signal });
    }
    const record = recordedMetadata(object, observed.set, namespaces);
    return await writeSpec(cluster, address, object, spec, options.signal, record);
  } catch (error) {
    const isTaken = isConflict(error) || (error instanceof ApiError && error.status.reason === 'AlreadyExists');
    if (!isTaken) throw error;
    // It may be our own: a first attempt whose answer was lost.
    const there = await cluster.get(address, { signal: options.signal });
    return specOf(there).holderIdentity === options.identity ? there : undefined;
  }
}

/**
 * Says that the holder still lives. Whatever others wrote on the Lease meanwhile stays, and is in the answer.
 * @returns undefined where this run is not the holder any more
 */
export async function renewLease(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  options: RenewOptions,
): Promise<KubeObject | undefined> {
  try {
    return await renewUnchanged(cluster, address, lease, options);
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return undefined;
    if (!isConflict(error)) throw error;
  }
  // Somebody wrote to it: another run took it, or marked it, or a person labelled it.
  return heldNow(cluster, address, lease, options.signal);
}

async function heldNow(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const now = await cluster.get(address, { signal, urgent: true });
  const isOurs = now !== undefined && specOf(now).holderIdentity === specOf(lease).holderIdentity;
  return isOurs ? now : undefined;
}

/** Whether the holder of the Lease, as it was, is still its holder. */
export async function isHeldNow(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  signal: AbortSignal,
): Promise<boolean> {
  return (await heldNow(cluster, address, lease, signal)) !== undefined;
}

interface RenewOptions {
  readonly now: number;
  readonly signal: AbortSignal;
  /** What the run is doing, in words. */
  readonly doing?: string | undefined;
}

async function renewUnchanged(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  options: RenewOptions,
): Promise<KubeObject> {
  const { annotations = {} } = lease.metadata;
  const isNew = options.doing !== undefined && annotations[DOING_ANNOTATION] !== options.doing;
  return writeSpec(
    cluster,
    address,
    lease,
    { ...specOf(lease), renewTime: microTime(options.now) },
    options.signal,
    isNew ? { annotations: { ...annotations, [DOING_ANNOTATION]: options.doing } } : {},
  );
}

/** Others write to it now and then: a renewal whose answer nobody waited for, a mark of a newer run, a label. */
const RELEASES = 5;

/** Gives the Lease up, whatever was written on it since it was read. Where that fails, it expires by itself. */
export async function releaseLease(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  try {
    let held: KubeObject | undefined = lease;
    for (let count = 0; held !== undefined && count < RELEASES; count += 1) {
      if (await isWritten(releaseUnchanged(cluster, address, held, signal))) return;
      held = await heldNow(cluster, address, held, signal);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function releaseUnchanged(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject> {
  const { holderIdentity: _, ...rest } = specOf(lease);
  return writeSpec(cluster, address, lease, rest, signal);
}

/** False where the version that was read is not the last one any more. */
async function isWritten(write: Promise<KubeObject>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

/** Removes the Lease of a set that is no more, unless somebody holds it by now. */
export async function forgetLease(cluster: Cluster, options: LeasePlace): Promise<void> {
  try {
    const observed = await observeLease(cluster, options);
    if (observed?.object === undefined || observed.holder !== '') return;
    const { uid, resourceVersion } = observed.object.metadata;
    await cluster.remove(observed.address, {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      signal: options.signal,
    });
  } catch (error) {
    // An empty Lease that stays does no harm.
    if (!(error instanceof ApiError)) throw error;
  }
}
