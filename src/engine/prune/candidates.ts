/** Finds what carries the prune label. Only metadata is requested: a Secret's data leaves the server only where it is deleted. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, ListOptions } from '../../cluster/cluster.js';
import { metadataOf } from '../../cluster/requests/metadata.js';
import type { Right } from '../../cluster/right.js';
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { matchesSelector, parsePruneSelector } from '../../objects/selector.js';
import type { WholeLists } from '../plan/live/wholeLists.js';
import { ownersOf } from '../sets/ownership.js';
import { isLockLease } from '../lock/leaseName.js';
import { isRecord } from '../records/record.js';
import { mapConcurrently } from '../run/mapConcurrently.js';

/** Secrets that belong to Kubernetes or to Helm, whatever label they carry. Metadata lists lack the type. */
const FOREIGN_SECRET_TYPES = [
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
  'helm.sh/release.v1',
];

/** Up to so many, lists of single namespaces are preferred to one across all of them. */
export const FEW_NAMESPACES = 3;

export interface Candidates {
  readonly items: readonly Candidate[];
  /** The server's clock when the search began, ms since the epoch; undefined where nothing could be listed. */
  readonly serverTime: number | undefined;
  /** What could not be listed: nothing of it is pruned, and nothing is known of it. */
  readonly unlisted: readonly Unlisted[];
  /** The same in words. */
  readonly warnings: readonly string[];
}

export interface Unlisted {
  readonly resource: Pick<ApiResource, 'group' | 'kind' | 'plural'>;
  /** '' for all. */
  readonly namespace: string;
  /** Of one object that could not be read. */
  readonly name?: string;
  /** A sentence. */
  readonly why: string;
  /** What it needs to be allowed, where it was forbidden. */
  readonly rights: readonly Right[];
}

export interface Candidate {
  readonly object: KubeObject;
  readonly resource: ApiResource;
  /** A Secret of a type that is never pruned. */
  readonly protectedType: boolean;
}

export interface FindCandidatesOptions {
  readonly selector: string;
  readonly resources: readonly ApiResource[];
  readonly namespaces: readonly string[] | 'all';
  /** The names of the set that looks. */
  readonly sets: readonly string[];
  /** Besides, namespaces in which only objects of the set are looked at: those that it was deployed to before. */
  readonly formerNamespaces: readonly string[];
  /** Lists that are read anyway: they are not asked for again. */
  readonly whole?: WholeLists;
  readonly signal: AbortSignal;
}

/**
 * Every live object of these kinds that the selector matches, in the given namespaces; besides those of this set in the
 * namespaces that it was deployed to before (kubernetes/kubernetes#106284).
 */
export async function findCandidates(cluster: Cluster, options: FindCandidatesOptions): Promise<Candidates> {
  const lists = await mapConcurrently(options.resources, cluster.concurrency, (resource) =>
    listResource(cluster, resource, options),
  );
  const inScope = options.namespaces === 'all' ? undefined : new Set(options.namespaces);
  const seen = new Set<string>();
  const items: Candidate[] = [];
  for (const { found } of lists) {
    for (const candidate of found) {
      const { namespace = '', uid } = candidate.object.metadata;
      const isOfSet = ownersOf(candidate.object).some((owner) => options.sets.includes(owner));
      const isLeft = isOfSet && options.formerNamespaces.includes(namespace);
      const wanted = namespace === '' || inScope === undefined || inScope.has(namespace) || isLeft;
      // One object can be served under two groups.
      const identity = uid ?? keyOf(idOf(candidate.object));
      // A record of a deploy is what a rollback goes back to, and two runs meet at the Lease: they carry kapply's own labels.
      const isOwnNote = isRecord(candidate.object) || isLockLease(candidate.object);
      if (!wanted || seen.has(identity) || isOwnNote) continue;
      seen.add(identity);
      items.push(candidate);
    }
  }
  const unlisted = lists.flatMap((list) => list.unlisted);
  const times = lists.flatMap(({ serverTime }) => (serverTime === undefined ? [] : [serverTime]));
  return {
    items,
    serverTime: times.length === 0 ? undefined : Math.min(...times),
    unlisted,
    warnings: unlisted.map(({ why }) => why),
  };
}

/** What two searches of different places have found together. A kind of the cluster is in both. */
export function joinCandidates(...parts: readonly Candidates[]): Candidates {
  const times = parts.flatMap(({ serverTime }) => serverTime ?? []);
  const items = new Map(
    parts.flatMap((part) =>
      part.items.map((one) => [one.object.metadata.uid ?? keyOf(idOf(one.object)), one] as const),
    ),
  );
  const unlisted = new Map(parts.flatMap((part) => part.unlisted.map((one) => [one.why, one] as const)));
  return {
    items: [...items.values()],
    serverTime: times.length === 0 ? undefined : Math.min(...times),
    unlisted: [...unlisted.values()],
    warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))],
  };
}

interface ResourceList {
  readonly found: readonly Candidate[];
  readonly serverTime: number | undefined;
  readonly unlisted: readonly Unlisted[];
}

async function listResource(
  cluster: Cluster,
  resource: ApiResource,
  options: FindCandidatesOptions,
): Promise<ResourceList> {
  const namespaces =
    options.namespaces === 'all' ? 'all' : [...new Set([...options.namespaces, ...options.formerNamespaces])];
  // A list across namespaces is one request, but reads what is not asked for, and needs more permission.
  if (namespaces === 'all' || !resource.namespaced || namespaces.length > FEW_NAMESPACES) {
    const everywhere = await tryList(cluster, resource, options, '');
    if (everywhere.failure === undefined || !resource.namespaced || namespaces === 'all') {
      return settle(resource, [everywhere]);
    }
  }
  return settle(
    resource,
    await mapConcurrently(namespaces, cluster.concurrency, (namespace) =>
      tryList(cluster, resource, options, namespace),
    ),
  );
}

interface Attempt {
  readonly namespace: string;
  readonly found: readonly Candidate[];
  readonly serverTime: number | undefined;
  readonly failure: ApiError | undefined;
}

function settle(resource: ApiResource, attempts: readonly Attempt[]): ResourceList {
  return {
    found: attempts.flatMap(({ found }) => found),
    serverTime: attempts.find(({ serverTime }) => serverTime !== undefined)?.serverTime,
    unlisted: attempts.flatMap(({ failure, namespace }) => {
      // A kind that vanished since discovery has no objects.
      if (failure === undefined || failure.httpStatus === 404) return [];
      const where = namespace === '' ? '' : ` in ${namespace}`;
      const why = `${resource.kind}${where} could not be listed, so none is pruned: ${refusedWords(failure)}`;
      return [{ resource, namespace, why, rights: failure.rights }];
    }),
  };
}

/** The candidates among what was read whole; undefined where it was not. */
async function foundWithin(
  list: ReturnType<WholeLists>,
  resource: ApiResource,
  selector: string,
): Promise<Pick<Attempt, 'found' | 'serverTime'> | undefined> {
  const whole = await list;
  if (whole === undefined) return undefined;
  const requirements = parsePruneSelector(selector);
  return {
    serverTime: whole.serverTime,
    found: whole.items.flatMap((object) => {
      if (!matchesSelector(requirements, object.metadata.labels)) return [];
      const protectedType = isSecretKind(resource) && FOREIGN_SECRET_TYPES.includes(String(object.type));
      return [{ object: metadataOf(object, resource), resource, protectedType }];
    }),
  };
}

function isSecretKind({ group, kind }: ApiResource): boolean {
  return group === '' && kind === 'Secret';
}

async function tryList(
  cluster: Cluster,
  resource: ApiResource,
  options: FindCandidatesOptions,
  namespace: string,
): Promise<Attempt> {
  const listOptions: ListOptions = { namespace, labelSelector: options.selector, signal: options.signal };
  try {
    const known = await foundWithin(options.whole?.(resource, namespace), resource, options.selector);
    if (known !== undefined) return { namespace, ...known, failure: undefined };
    const list = await cluster.listMetadata(resource, listOptions);
    const own =
      isSecretKind(resource) && list.items.length > 0
        ? await cluster.listMetadata(resource, {
            ...listOptions,
            fieldSelector: FOREIGN_SECRET_TYPES.map((type) => `type!=${type}`).join(','),
          })
        : list;
    const ownUids = new Set(own.items.map(({ metadata }) => metadata.uid));
    return {
      namespace,
      found: list.items.map((object) => ({ object, resource, protectedType: !ownUids.has(object.metadata.uid) })),
      serverTime: list.serverTime,
      failure: undefined,
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { namespace, found: [], serverTime: undefined, failure: error };
  }
}
