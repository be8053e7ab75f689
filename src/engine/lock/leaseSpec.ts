/** The fields of a Lease (coordination.k8s.io/v1), and how they are written. */
import type { Cluster, ObjectAddress } from '../../cluster/cluster.js';
import type { JsonObject, KubeObject } from '../../objects/object.js';

/** A holder that has not renewed for so long is dead. */
export const LEASE_SECONDS = 15;

export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/**
 * Writes the spec, and of the metadata what `record` names, guarded by the version that was read.
 * @throws ApiError (Conflict) where somebody else has written meanwhile
 */
export async function writeSpec(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  spec: LeaseSpec,
  signal: AbortSignal,
  record: Readonly<Record<string, JsonObject>> = {},
): Promise<KubeObject> {
  const patch = [
    ...Object.entries(record).map(([field, value]) => ({ op: 'add', path: `/metadata/${field}`, value })),
    { op: 'replace', path: '/spec', value: { ...spec } },
    { op: 'replace', path: '/metadata/resourceVersion', value: lease.metadata.resourceVersion ?? '' },
  ];
  return cluster.patch(address, patch, { type: 'json', fieldManager: 'kapply-lock', signal, urgent: true });
}

/** The spec of a Lease; empty where there is none yet. */
export function specOf(lease: KubeObject | undefined): LeaseSpec {
  return lease?.spec ?? {};
}

/** meta/v1 MicroTime: `2026-11-23T17:40:00.123000Z`. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
