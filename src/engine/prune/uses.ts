/** Who uses what, read from the cluster: kubernetes.md, "Where a ConfigMap or Secret can be in use". */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { REVISION_ANNOTATION } from '../../objects/annotations.js';
import { formatId, groupOf, idOf, keyOf, versionOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { controllerOf } from '../../objects/ownership.js';
import { isRevision } from '../../objects/revisions.js';
import { canStillStart, findStrings, referencesOf, REFERRING_KINDS } from '../../objects/references.js';
import { mapConcurrently } from '../mapConcurrently.js';

/** One use of a candidate. */
export interface Use {
  readonly user: ObjectId;
  /** The top of the user's chain of controllers: the Deployment of a Pod. The user itself where it has none. */
  readonly root: ObjectId;
  /** In words: `Pod/web-abc of Deployment/web, revision 3`. */
  readonly words: string;
  /** The number of the revision that it belongs to, as `rollout undo --to-revision` takes it. */
  readonly revision: string | undefined;
  /** False for what can start nothing any more, but could be gone back to: a ReplicaSet at 0, a ControllerRevision. */
  readonly active: boolean;
}

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

export function useKey(id: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  return `${id.kind}/${id.namespace}/${id.name}`;
}

/** Reads every object that could use one of the candidates and tells which do. */
export async function scanUses(cluster: Cluster, options: ScanOptions): Promise<UseScan> {
  const namespaces = [...new Set(options.candidates.map(({ namespace }) => namespace))].filter((name) => name !== '');
  if (namespaces.length === 0) return { uses: new Map(), incomplete: [], warnings: [] };
  const reads = plannedReads(options.discovery, namespaces);
  const lists = await mapConcurrently(reads, options.concurrency, (read) => readOne(cluster, read, options.signal));
  const objects = lists.flatMap(({ objects: found }) => found);
  const undiscovered = undiscoveredGroups(options.discovery);
  return {
    uses: indexUses(objects, options.candidates, options.plainNames),
    incomplete: [
      ...undiscovered.flatMap(({ words, essential }) => (essential ? [words] : [])),
      ...lists.flatMap(({ read, failure }) =>
        failure !== undefined && read.essential ? [failureWords(read, failure)] : [],
      ),
    ],
    warnings: [
      ...undiscovered.flatMap(({ words, essential }) => (essential ? [] : [words])),
      ...lists.flatMap(({ read, failure }) =>
        failure !== undefined && !read.essential ? [failureWords(read, failure)] : [],
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
  readonly namespace: string;
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
      const places = resource.namespaced ? namespaces : [''];
      return places.map((namespace) => ({ resource, namespace, essential, optional }));
    });
}

async function readOne(cluster: Cluster, read: Read, signal: AbortSignal) {
  try {
    const { items } = await cluster.list(read.resource, { namespace: read.namespace, signal });
    return { read, objects: items, failure: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isNothing = error.httpStatus === 404 || (read.optional && error.httpStatus === 403);
    return { read, objects: [], failure: isNothing ? undefined : error };
  }
}

function failureWords({ resource, namespace }: Read, failure: ApiError): string {
  const where = namespace === '' ? '' : ` in ${namespace}`;
  const need =
    failure.httpStatus === 403
      ? ` (needs list on ${resource.plural}${resource.group === '' ? '' : `.${resource.group}`})`
      : '';
  return `${resource.kind}${where} could not be listed: ${failure.message}${need}`;
}

/** Which of the candidates the objects use, by path or by the exact appearance of a name. Pure. */
export function indexUses(
  objects: readonly KubeObject[],
  candidates: readonly ObjectId[],
  plainNames = false,
): Map<string, Use[]> {
  const byUid = new Map(
    objects.flatMap((object) => (object.metadata.uid === undefined ? [] : [[object.metadata.uid, object] as const])),
  );
  const wanted = new Map(candidates.map((id) => [useKey(id), id]));
  const spellings = new Map<string, string[]>();
  for (const id of candidates) {
    for (const spelling of [id.name, `${id.namespace}/${id.name}`]) {
      spellings.set(spelling, [...(spellings.get(spelling) ?? []), useKey(id)]);
    }
  }
  const searched = new Set(spellings.keys());
  const uses = new Map<string, Use[]>();
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? '';
    const used = new Set<string>();
    for (const { kind, name } of referencesOf(object)) used.add(useKey({ kind, namespace, name }));
    for (const { name, path } of findStrings(object, searched)) {
      // An object's own name is no reference to its namesake.
      if (path === 'metadata.name') continue;
      for (const key of spellings.get(name) ?? []) {
        const id = wanted.get(key);
        if (id !== undefined && isStringUse(object, name, id, plainNames)) used.add(key);
      }
    }
    for (const key of used) {
      const id = wanted.get(key);
      if (id === undefined) continue;
      uses.set(key, [...(uses.get(key) ?? []), describeUse(object, byUid)]);
    }
  }
  return uses;
}

/**
 * Only a name with a content hash is nearly unique; other names appear everywhere, and are found by path alone. Without
 * its namespace it means the namespace of the object: the same overlay makes the same name in every other.
 */
function isStringUse(object: KubeObject, spelling: string, candidate: ObjectId, plainNames: boolean): boolean {
  const { namespace = '' } = object.metadata;
  const isThere = spelling.includes('/') || namespace === '' || namespace === candidate.namespace;
  return (plainNames || isRevision(candidate)) && isThere;
}

function describeUse(object: KubeObject, byUid: ReadonlyMap<string, KubeObject>): Use {
  const chain = [object, ...controllersOf(object, byUid)];
  const top = chain[chain.length - 1] ?? object;
  const revision = chain.map(revisionOf).find((found) => found !== undefined);
  const names = chain.length === 1 ? [object] : [object, top];
  const words =
    names.map((link) => formatId(idOf(link))).join(' of ') + (revision === undefined ? '' : `, revision ${revision}`);
  const owner = controllerOf(top);
  const root =
    owner === undefined
      ? idOf(top)
      : {
          ...idOf(top),
          group: owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '',
          kind: owner.kind,
          name: owner.name,
        };
  const active = canStillStart(object) && object.kind !== 'ControllerRevision';
  return { user: idOf(object), root, words, revision, active };
}

function controllersOf(object: KubeObject, byUid: ReadonlyMap<string, KubeObject>): KubeObject[] {
  const chain: KubeObject[] = [];
  const seen = new Set([keyOf(idOf(object))]);
  for (let owner = controllerOf(object); owner !== undefined;) {
    const next = byUid.get(owner.uid);
    if (next === undefined || seen.has(keyOf(idOf(next)))) break;
    seen.add(keyOf(idOf(next)));
    chain.push(next);
    owner = controllerOf(next);
  }
  return chain;
}

/** The number that `kubectl rollout undo --to-revision` takes. */
function revisionOf(object: KubeObject): string | undefined {
  if (object.kind === 'ControllerRevision')
    return typeof object.revision === 'number' ? String(object.revision) : undefined;
  return object.kind === 'ReplicaSet' ? object.metadata.annotations?.[REVISION_ANNOTATION] : undefined;
}
