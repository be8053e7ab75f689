/** A list that may be forbidden: the rest of a status is still worth having, as long as it is said what is missing. */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, ListOptions } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import type { Unlisted } from '../prune/candidates.js';

export interface Listed {
  readonly items: readonly KubeObject[];
  readonly unlisted: readonly Unlisted[];
}

/**
 * Lists objects, of all namespaces without one; where that is forbidden, none, and says that they are unlisted.
 * @throws ApiError for every refusal but 403
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
    if (!(error instanceof ApiError) || error.httpStatus !== 403) throw error;
    const where = namespace === '' ? '' : ` in ${namespace}`;
    const why = `${resource.kind}${where} could not be listed: ${error.message}`;
    return { items: [], unlisted: [{ resource, namespace, why, rights: error.rights }] };
  }
}
