/** Who uses what, read from the cluster: kubernetes.md, "Where a ConfigMap or Secret can be in use". */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { REVISION_ANNOTATION } from '../../objects/annotations.js';
import { formatId, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
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
  return {
    uses: indexUses(objects, options.candidates, options.plainNames),
    incomplete: lists.flatMap(({ read, failure }) =>
      failure !== undefined && read.essential ? [failureWords(read, failure)] : [],
    ),
    warnings: lists.flatMap(({ read, failure }) =>
      failure !== undefined && !read.essential ? [failureWords(read, failure)] : [],
    ),
  };
}

interface Read {
  readonly resource: ApiResource;
  readonly namespace: string;
  /** Without it nothing is known: pods, workloads, ServiceAccounts, Ingresses. */
  readonly essential: boolean;
}

function plannedReads(discovery: Discovery, namespaces: readonly string[]): Read[] {
  return discovery.resources
    .filter(({ preferred, verbs }) => preferred && verbs.includes('list'))
    .flatMap((resource) => {
      const key = `${resource.group}/${resource.kind}`;
      const essential = REFERRING_KINDS.includes(key);
      if (!essential && !SEARCHED_FOR_STRINGS.has(key) && BUILT_IN_GROUPS.has(resource.group)) return [];
      const places = resource.namespaced ? namespaces : [''];
      return places.map((namespace) => ({ resource, namespace, essential }));
    });
}

async function readOne(cluster: Cluster, read: Read, signal: AbortSignal) {
  try {
    const { items } = await cluster.list(read.resource, { namespace: read.namespace, signal });
    return { read, objects: items, failure: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { read, objects: [], failure: error.httpStatus === 404 ? undefined : error };
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
        if (id !== undefined && isStringUse(object, id, plainNames)) used.add(key);
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

/** Only a name with a content hash is nearly unique; other names appear everywhere, and are found by path alone. */
function isStringUse(object: KubeObject, candidate: ObjectId, plainNames: boolean): boolean {
  const { namespace = '' } = object.metadata;
  return (plainNames || isRevision(candidate)) && (namespace === '' || namespace === candidate.namespace);
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
