/** A list that may be forbidden, or hang: the rest of a status is still worth having, as long as it is said what is missing. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, ListOptions } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { isNoVerdict } from '../plan/live/noVerdict.js';
import type { Unlisted } from '../prune/candidate.js';

export interface Listed {
  readonly items: readonly KubeObject[];
  readonly unlisted: readonly Unlisted[];
}

/**
 * Lists objects, of all namespaces without one; where that is forbidden, or hangs, none, and says that they are unlisted.
 * @throws ApiError for every refusal but 403, and where the server itself got no answer
 */
export async function tryList(
  cluster: Cluster,
  resource: ApiResource,
  { namespace = '', metadataOnly = false, ...options }: ListOptions & { readonly metadataOnly?: boolean },
): Promise<Listed> {
  try {
    const given = { ...options, namespace };
    const list = metadataOnly ? cluster.listMetadata(resource, given) : cluster.list(resource, given);
    return { items: (await list).items, unlisted: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || (error.httpStatus !== 403 && !isNoVerdict(error))) throw error;
    const where = namespace === '' ? '' : ` in ${namespace}`;
    const why = `${resource.kind}${where} could not be listed: ${error.httpStatus === 403 ? error.message : refusedWords(error)}`;
    return { items: [], unlisted: [{ resource, namespace, why, rights: error.rights }] };
  }
}
