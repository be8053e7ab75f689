/**
 * One run at a time writes to a set: its Lease (coordination.k8s.io/v1), as client-go's leader election uses it. The
 * Lease stays when a run releases it, so that its resourceVersion tells whether another run was there in between.
 */
import { ApiError } from '../../cluster/apiError.js';
import {
  findResource,
  type ApiResource,
  type Cluster,
  type Discovery,
  type ObjectAddress,
} from '../../cluster/cluster.js';
import {
  DOING_ANNOTATION,
  ID_ANNOTATION,
  NAMESPACES_ANNOTATION,
  SET_ANNOTATION,
  SUPERSEDED_ANNOTATION,
} from '../../objects/annotations.js';
import type { JsonObject, KubeObject } from '../../objects/object.js';
import { copyOf, identityOf } from '../sets/ownership.js';

/** A holder that has not renewed for so long is dead. */
export const LEASE_SECONDS = 15;

/** What is known of a set's lock before it is asked for. */
export interface ObservedLease {
  readonly address: ObjectAddress;
  /** undefined where there is none yet. */
  readonly object: KubeObject | undefined;
  /** '' where nobody holds it. */
  readonly holder: string;
  readonly set: string;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** Where a set's Lease lives: `kapply-SET`, made a DNS name (RFC 1123 subdomain, 63 characters suffice). */
export function leaseName(set: string): string {
  const safe = set
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  const name = `kapply-${safe}`;
  return name === `kapply-${set}` && name.length <= 63
    ? name
    : `${name.slice(0, 54).replace(/[^a-z0-9]+$/, '')}-${shortHash(set)}`;
}

/** True for the Lease of a set's lock, whoever labelled it besides. One under another name is a copy. */
export function isLockLease({ apiVersion, kind, metadata }: KubeObject): boolean {
  const set = metadata.labels?.[SET_ANNOTATION];
  return (
    kind === 'Lease' &&
    apiVersion.startsWith('coordination.k8s.io/') &&
    set !== undefined &&
    metadata.name === leaseName(set)
  );
}

/** FNV-1a, 32 bits: two names that read alike stay two. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/**
 * Reads the Lease. `namespaces` are tried in order: one that this run creates is not there yet.
 * @returns undefined where leases are not served
 * @throws ApiError (403) where reading leases is not allowed
 */
export async function observeLease(
  cluster: Cluster,
  options: {
    readonly set: string;
    readonly namespace: string;
    readonly discovery: Discovery;
    readonly signal: AbortSignal;
  },
): Promise<ObservedLease | undefined> {
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

/** True where the holder has not renewed since `seenAt`, by our own clock, for as long as its lease lasts. */
export function hasExpired(observed: ObservedLease, seenAt: number, now: number): boolean {
  return now - seenAt >= (specOf(observed.object).leaseDurationSeconds ?? LEASE_SECONDS) * 1000;
}

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
    if (error instanceof ApiError && (error.status.reason === 'Conflict' || error.status.reason === 'AlreadyExists'))
      return undefined;
    throw error;
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
    if (!(error instanceof ApiError)) throw error;
    if (error.httpStatus === 404) return undefined;
    if (error.status.reason !== 'Conflict') throw error;
  }
  // Somebody wrote to it: another run took it, or marked it, or a person labelled it.
  const now = await cluster.get(address, { signal: options.signal });
  const isOurs = now !== undefined && specOf(now).holderIdentity === specOf(lease).holderIdentity;
  return isOurs ? now : undefined;
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

/**
 * Leaves a mark for the holder: stop, another run is to go on. Only for the holder that was observed.
 * @returns false where the Lease has changed since: it is to be observed again
 */
export async function askToStop(
  cluster: Cluster,
  { address, object, holder }: ObservedLease,
  { identity, signal }: { readonly identity: string; readonly signal: AbortSignal },
): Promise<boolean> {
  if (object === undefined || holder === '') return false;
  const annotations = { ...object.metadata.annotations, [SUPERSEDED_ANNOTATION]: identity };
  try {
    await writeSpec(cluster, address, object, specOf(object), signal, { annotations });
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.status.reason === 'Conflict' || error.httpStatus === 404)) return false;
    throw error;
  }
}

/** Who asked the holder to stop; undefined where nobody did. */
export function stopAskedBy(lease: KubeObject): string | undefined {
  return lease.metadata.annotations?.[SUPERSEDED_ANNOTATION];
}

/** How often the Lease changed hands, its first holder not counted: it tells one run from the next. */
export function transitionsOf(lease: KubeObject): number | undefined {
  return specOf(lease).leaseTransitions;
}

/** The namespaces that a Lease says its set was deployed to. A copy of a Lease says nothing. */
export function recordOf(lease: KubeObject): string[] {
  if (copyOf(lease) !== undefined) return [];
  return (lease.metadata.annotations?.[NAMESPACES_ANNOTATION] ?? '').split(',').filter((name) => name !== '');
}

/** By its label the Leases of a set are found wherever they lie; the record only grows. */
function recordedMetadata(lease: KubeObject, set: string, namespaces: readonly string[]) {
  const { labels, annotations = {} } = lease.metadata;
  // What the last holder did is over, and so is what it was asked for.
  const { [DOING_ANNOTATION]: _doing, [SUPERSEDED_ANNOTATION]: _mark, ...kept } = annotations;
  const all = [...new Set([...recordOf(lease), ...namespaces])].sort();
  return {
    labels: { ...labels, 'app.kubernetes.io/managed-by': 'kapply', [SET_ANNOTATION]: set },
    annotations: { ...kept, [ID_ANNOTATION]: identityOf(lease), [NAMESPACES_ANNOTATION]: all.join(',') },
  };
}

/** Gives the Lease up. Whatever fails, it expires by itself. */
export async function releaseLease(
  cluster: Cluster,
  address: ObjectAddress,
  lease: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const { holderIdentity: _, ...rest } = specOf(lease);
  try {
    await writeSpec(cluster, address, lease, rest, signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Removes the Lease of a set that is no more, unless somebody holds it by now. */
export async function forgetLease(
  cluster: Cluster,
  options: {
    readonly set: string;
    readonly namespace: string;
    readonly discovery: Discovery;
    readonly signal: AbortSignal;
  },
): Promise<void> {
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

async function writeSpec(
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
  return cluster.patch(address, patch, { type: 'json', fieldManager: 'kapply-lock', signal });
}

function specOf(lease: KubeObject | undefined): LeaseSpec {
  return lease?.spec ?? {};
}

/** meta/v1 MicroTime: `2026-11-23T17:40:00.123000Z`. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
