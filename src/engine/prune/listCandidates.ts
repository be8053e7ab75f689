/** Lists one kind in the namespaces of a search: each by itself or all at once, and what is read anyway not again. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, ListOptions } from '../../cluster/cluster.js';
import { metadataOf } from '../../cluster/requests/metadata.js';
import { matchesSelector, parsePruneSelector } from '../../objects/selector.js';
import type { WholeLists } from '../plan/live/wholeLists.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { Candidate, Unlisted } from './candidate.js';

/** Secrets that belong to Kubernetes or to Helm, whatever label they carry. Metadata lists lack the type. */
const FOREIGN_SECRET_TYPES = [
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
  'helm.sh/release.v1',
];

/** Up to so many, lists of single namespaces are preferred to one across all of them. */
export const FEW_NAMESPACES = 3;

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

interface ResourceList {
  readonly found: readonly Candidate[];
  readonly serverTime: number | undefined;
  readonly unlisted: readonly Unlisted[];
}

/**
 * What carries the label among the objects of one kind, and where they could not be listed: a refusal is a result, not an error.
 */
export async function listResource(
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
