/** Who uses what, read from the cluster: kubernetes.md, "Where a ConfigMap or Secret can be in use". */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { groupOf, versionOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { REFERRING_KINDS } from './references.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { FEW_NAMESPACES } from '../prune/candidates.js';
import { indexUses, type Use } from './uses.js';

export interface UseScan {
  /** By `useKey`. */
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** What could not be listed although something in it could be a use, as sentences; then everything unused is "unknown". */
  readonly incomplete: readonly string[];
  /** Other kinds that could not be searched: custom resources, a broken APIService. */
  readonly warnings: readonly string[];
}

export interface ScanOptions {
  /** What may be in use: only of these kinds and names is anything kept. */
  readonly candidates: readonly ObjectId[];
  /** Names without a content hash are searched for as strings as well: they appear everywhere, so more is kept. */
  readonly plainNames: boolean;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  readonly concurrency: number;
}

/** The groups of Kubernetes itself: their kinds are searched by path; all others are custom resources, searched for strings. */
const BUILT_IN_GROUPS = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'metrics.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);
/** Built-in kinds that name nothing by path, but whose annotations can: a load balancer's certificate. */
const SEARCHED_FOR_STRINGS = new Set(['/Service', 'apps/ControllerRevision']);
/**
 * Built-in kinds of the cluster that name Secrets of any namespace (a volume's driver) or a ConfigMap as parameters.
 * Accounts of one namespace may not list them: then they are left out without a word.
 */
const SEARCHED_WHERE_ALLOWED = new Set([
  '/PersistentVolume',
  'storage.k8s.io/StorageClass',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
]);

/** True for the groups of Kubernetes itself; all others are those of custom resources. */
export function isBuiltInGroup(group: string): boolean {
  return BUILT_IN_GROUPS.has(group);
}

/** Reads every object that could use one of the candidates and tells which do. */
export async function scanUses(cluster: Cluster, options: ScanOptions): Promise<UseScan> {
  const namespaces = [...new Set(options.candidates.map(({ namespace }) => namespace))].filter((name) => name !== '');
  if (namespaces.length === 0) return { uses: new Map(), incomplete: [], warnings: [] };
  const reads = plannedReads(options.discovery, namespaces);
  const lists = (
    await mapConcurrently(reads, options.concurrency, (read) => readPlaces(cluster, read, options))
  ).flat();
  const objects = lists.flatMap(({ objects: found }) => found);
  const undiscovered = undiscoveredGroups(options.discovery);
  return {
    uses: indexUses(objects, options.candidates, options.plainNames),
    incomplete: [
      ...undiscovered.flatMap(({ words, essential }) => (essential ? [words] : [])),
      ...lists.flatMap(({ read, namespace, failure }) =>
        failure !== undefined && read.essential ? [failureWords(read.resource, namespace, failure)] : [],
      ),
    ],
    warnings: [
      ...undiscovered.flatMap(({ words, essential }) => (essential ? [] : [words])),
      ...lists.flatMap(({ read, namespace, failure }) =>
        failure !== undefined && !read.essential ? [failureWords(read.resource, namespace, failure)] : [],
      ),
    ],
  };
}

/** What discovery could not tell of: kinds that nobody asked for, since nobody knew them. */
function undiscoveredGroups({ resources, failures }: Discovery): { words: string; essential: boolean }[] {
  const served = new Set(resources.map(({ group, kind }) => `${group}/${kind}`));
  const lacking = new Set(REFERRING_KINDS.filter((kind) => !served.has(kind)).map((kind) => kind.split('/')[0] ?? ''));
  return failures.flatMap(({ groupVersion, message }) => {
    const group = groupOf(groupVersion);
    const isKnown = resources.some(
      (resource) => resource.group === group && resource.version === versionOf(groupVersion),
    );
    if (isKnown || (BUILT_IN_GROUPS.has(group) && !lacking.has(group))) return [];
    return [{ words: `${groupVersion} could not be searched: ${message}`, essential: lacking.has(group) }];
  });
}

interface Read {
  readonly resource: ApiResource;
  /** `['']` for a kind of the cluster. */
  readonly namespaces: readonly string[];
  /** Without it nothing is known: pods, workloads, ServiceAccounts, Ingresses. */
  readonly essential: boolean;
  /** Left out where it is not allowed. */
  readonly optional: boolean;
}

/** True for what a scan reads, where it is allowed to: other kinds are never looked into. */
export function isSearched(object: KubeObject): boolean {
  return isSearchedKind(groupOf(object.apiVersion), object.kind);
}

function isSearchedKind(group: string, kind: string): boolean {
  const key = `${group}/${kind}`;
  return (
    REFERRING_KINDS.includes(key) ||
    SEARCHED_WHERE_ALLOWED.has(key) ||
    SEARCHED_FOR_STRINGS.has(key) ||
    !BUILT_IN_GROUPS.has(group)
  );
}

function plannedReads(discovery: Discovery, namespaces: readonly string[]): Read[] {
  return discovery.resources
    .filter(({ preferred, verbs }) => preferred && verbs.includes('list'))
    .flatMap((resource) => {
      const key = `${resource.group}/${resource.kind}`;
      const essential = REFERRING_KINDS.includes(key);
      const optional = SEARCHED_WHERE_ALLOWED.has(key);
      if (!isSearchedKind(resource.group, resource.kind)) return [];
      return [{ resource, namespaces: resource.namespaced ? namespaces : [''], essential, optional }];
    });
}

interface ReadPlace {
  readonly read: Read;
  /** '' for all. */
  readonly namespace: string;
  readonly objects: readonly KubeObject[];
  readonly failure: ApiError | undefined;
}

/** One list across all namespaces where many are asked for, so that requests grow with kinds; where that is not allowed, one each. */
async function readPlaces(
  cluster: Cluster,
  read: Read,
  { signal, concurrency }: Pick<ScanOptions, 'signal' | 'concurrency'>,
): Promise<ReadPlace[]> {
  const { namespaces } = read;
  const isMany = namespaces.length > FEW_NAMESPACES;
  const everywhere = isMany ? await readPlace(cluster, read, '', signal) : undefined;
  if (everywhere !== undefined && everywhere.failure?.httpStatus !== 403) {
    const wanted = new Set(namespaces);
    const objects = everywhere.objects.filter(({ metadata }) => wanted.has(metadata.namespace ?? ''));
    return [{ ...everywhere, objects }];
  }
  const places = await mapConcurrently(namespaces, concurrency, (namespace) =>
    readPlace(cluster, read, namespace, signal),
  );
  // What is allowed nowhere is said once.
  const isNowhere = places.every(({ failure }) => failure?.httpStatus === 403);
  return everywhere !== undefined && isNowhere ? [everywhere] : places;
}

async function readPlace(cluster: Cluster, read: Read, namespace: string, signal: AbortSignal): Promise<ReadPlace> {
  try {
    const { items } = await cluster.list(read.resource, { namespace, signal });
    return { read, namespace, objects: items, failure: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isNothing = error.httpStatus === 404 || (read.optional && error.httpStatus === 403);
    return { read, namespace, objects: [], failure: isNothing ? undefined : error };
  }
}

function failureWords(resource: ApiResource, namespace: string, failure: ApiError): string {
  const where = namespace === '' ? '' : ` in ${namespace}`;
  const need =
    failure.httpStatus === 403
      ? ` (needs list on ${resource.plural}${resource.group === '' ? '' : `.${resource.group}`})`
      : '';
  return `${resource.kind}${where} could not be listed: ${failure.message}${need}`;
}
