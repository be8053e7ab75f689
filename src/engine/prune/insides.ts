/**
 * What would go with a Namespace or a CustomResourceDefinition: everything in it. Read by its metadata alone, before such
 * a candidate is judged.
 */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { controllerOf, formatId, groupOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { ownersOf } from '../sets/ownership.js';
import type { Candidate } from './candidate.js';

/** What is in a container. Children of what is in it are not counted: they go with their owners. */
export interface Inside {
  /** What is this set's: it goes with it, unless a rule keeps one of them (`judgeInsides`). */
  readonly own: readonly Candidate[];
  /** The others in words, those that this run applies included: `Deployment/api of set api`. */
  readonly others: readonly string[];
  /** What could not be listed, as sentences: then nobody knows. */
  readonly unlisted: readonly string[];
}

export interface InsidesOptions {
  readonly discovery: Discovery;
  /** The names of this set. */
  readonly sets: readonly string[];
  /** What this deploy applies: keys and UIDs. */
  readonly applied: { readonly keys: ReadonlySet<string>; readonly uids: ReadonlySet<string> };
  readonly signal: AbortSignal;
}

/** By `keyOf`, of the Namespaces and CustomResourceDefinitions among the candidates. */
export async function readInsides(
  cluster: Cluster,
  candidates: readonly ObjectId[],
  options: InsidesOptions,
): Promise<Map<string, Inside>> {
  const containers = candidates.filter(
    ({ group, kind }) => (group === '' && kind === 'Namespace') || kind === 'CustomResourceDefinition',
  );
  const found = await Promise.all(
    containers.map(async (id): Promise<[string, Inside]> => {
      const lists = await mapConcurrently(placesIn(id, options.discovery), cluster.concurrency, (resource) =>
        tryList(cluster, resource, id.kind === 'Namespace' ? id.name : '', options.signal),
      );
      const objects = lists.flatMap((list) => list.objects);
      const unlisted = [
        ...undiscovered(id, options.discovery),
        ...lists.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
      ];
      return [keyOf(id), { ...sortInside(objects, options), unlisted }];
    }),
  );
  return new Map(found);
}

/** The kinds whose objects live in a container. Events are only talk. */
function placesIn({ kind, name }: ObjectId, { resources }: Discovery): ApiResource[] {
  const listed = resources.filter(({ preferred, verbs }) => preferred && verbs.includes('list'));
  if (kind === 'Namespace') return listed.filter((resource) => resource.namespaced && resource.kind !== 'Event');
  // A definition is named PLURAL.GROUP (apiextensions/v1).
  return listed.filter(({ plural, group }) => `${plural}.${group}` === name);
}

/** What discovery could not tell of may be in it as well, as may custom resources of a kind that is not served. */
function undiscovered(id: ObjectId, discovery: Discovery): string[] {
  const isNamespace = id.kind === 'Namespace';
  const failed = discovery.failures.filter(
    ({ groupVersion }) => isNamespace || id.name.endsWith(`.${groupOf(groupVersion)}`),
  );
  if (!isNamespace && failed.length === 0 && placesIn(id, discovery).length === 0) {
    return [`the custom resources of ${id.name} are not served, so they could not be listed`];
  }
  return failed.map(({ groupVersion, message }) => `${groupVersion} could not be listed: ${message}`);
}

async function tryList(
  cluster: Cluster,
  resource: ApiResource,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly objects: readonly Candidate[]; readonly failure?: string }> {
  try {
    const { items } = await cluster.listMetadata(resource, { namespace, signal });
    return { objects: items.map((object) => ({ object, resource, protectedType: false })) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.httpStatus === 404) return { objects: [] };
    const where = namespace === '' ? 'all namespaces' : namespace;
    return { objects: [], failure: `${resource.kind} in ${where} could not be listed: ${error.message}` };
  }
}

/** Which of the objects are this set's, and which are not or are applied by this very run. Pure. */
export function sortInside(
  objects: readonly Candidate[],
  { sets, applied }: Pick<InsidesOptions, 'sets' | 'applied'>,
): Pick<Inside, 'own' | 'others'> {
  const uids = new Set(objects.map(({ object }) => object.metadata.uid));
  // A child goes with its owner; one whose owner lives elsewhere is an operator's.
  const isChild = (object: KubeObject): boolean => uids.has(controllerOf(object)?.uid ?? 'none');
  const counted = objects.filter(({ object }) => !isChild(object) && !isMadeByKubernetes(object));
  const isApplied = (object: KubeObject): boolean =>
    applied.keys.has(keyOf(idOf(object))) || applied.uids.has(object.metadata.uid ?? '');
  const isOwn = ({ object }: Candidate): boolean =>
    !isApplied(object) && ownersOf(object).some((owner) => sets.includes(owner));
  return {
    own: counted.filter(isOwn),
    others: counted
      .filter((candidate) => !isOwn(candidate))
      .map(({ object }) => {
        const [owner] = ownersOf(object);
        return `${formatId(idOf(object))}${owner === undefined ? '' : ` of set ${owner}`}`;
      }),
  };
}

/** What every namespace has, the locks of sets, and what the Endpoints controller makes anew for a Service. */
function isMadeByKubernetes(object: KubeObject): boolean {
  const { group, kind, name } = idOf(object);
  return (
    (group === '' && kind === 'ConfigMap' && name === 'kube-root-ca.crt') ||
    (group === '' && kind === 'ServiceAccount' && name === 'default') ||
    (group === '' && kind === 'Endpoints' && isWrittenBy(object, 'kube-controller-manager')) ||
    (group === 'coordination.k8s.io' && kind === 'Lease' && name.startsWith('kapply-'))
  );
}

/** True where nobody else has a field of it: Endpoints that a person wrote lead out of the cluster, and come back by nothing. */
function isWrittenBy({ metadata: { managedFields = [] } }: KubeObject, manager: string): boolean {
  return managedFields.length > 0 && managedFields.every((entry) => entry.manager === manager);
}
