/** Reads the Lease of a set before it is asked for: who holds it, and which version it is. */
import {
  findResource,
  type ApiResource,
  type Cluster,
  type Discovery,
  type ObjectAddress,
} from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { leaseName } from './leaseName.js';
import { specOf, LEASE_SECONDS } from './leaseSpec.js';

/** What is known of a set's lock before it is asked for. */
export interface ObservedLease {
  readonly address: ObjectAddress;
  /** undefined where there is none yet. */
  readonly object: KubeObject | undefined;
  /** '' where nobody holds it. */
  readonly holder: string;
  readonly set: string;
}

/** Where the Lease of a set is looked for. */
export interface LeasePlace {
  readonly set: string;
  readonly namespace: string;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/**
 * Reads the Lease.
 * @returns undefined where leases are not served
 * @throws ApiError (403) where reading leases is not allowed
 */
export async function observeLease(cluster: Cluster, options: LeasePlace): Promise<ObservedLease | undefined> {
  const resource = findResource(options.discovery, 'coordination.k8s.io', 'v1', 'Lease');
  if (resource === undefined) return undefined;
  const address: ObjectAddress = { resource, namespace: options.namespace, name: leaseName(options.set) };
  const object = await cluster.get(address, { signal: options.signal });
  return { address, object, holder: specOf(object).holderIdentity ?? '', set: options.set };
}

/** As the API has had it since Kubernetes 1.14: read before the server has said what it serves. */
const LEASES: ApiResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  shortNames: [],
  namespaced: true,
  preferred: true,
  verbs: ['get'],
  subresources: [],
};

/** The answer to a Lease that was asked for at once, by where it is thought to lie. */
export interface EarlyLease {
  readonly namespace: string;
  readonly set: string;
  readonly answer: Promise<KubeObject | undefined>;
}

/** Asks for a Lease before it is known where it lies. Whatever fails is found again by whoever asks properly. */
export function askEarly(
  cluster: Cluster,
  { set, namespace, signal }: { readonly set: string; readonly namespace: string; readonly signal: AbortSignal },
): EarlyLease {
  const answer = cluster.get({ resource: LEASES, namespace, name: leaseName(set) }, { signal });
  answer.catch(() => undefined);
  return { namespace, set, answer };
}

/**
 * The Lease that was asked for early, as `observeLease` has it: seen before anything of the plan was read, which is what its
 * version is for. undefined where it was asked for in the wrong place, or in vain.
 */
export async function observedEarly(
  early: EarlyLease,
  { set, namespace, discovery }: { readonly set: string; readonly namespace: string; readonly discovery: Discovery },
): Promise<ObservedLease | undefined> {
  const resource = findResource(discovery, 'coordination.k8s.io', 'v1', 'Lease');
  if (resource === undefined || early.set !== set || early.namespace !== namespace) return undefined;
  try {
    const object = await early.answer;
    const address = { resource, namespace, name: leaseName(set) };
    return { address, object, holder: specOf(object).holderIdentity ?? '', set };
  } catch {
    return undefined;
  }
}

/** How long the Lease lasts without being renewed, ms. */
export function durationOf({ object }: ObservedLease): number {
  return (specOf(object).leaseDurationSeconds ?? LEASE_SECONDS) * 1000;
}
