/** Which cluster it is: addresses and contexts have many names, and a cluster that is made anew keeps them. */
import { ApiError } from '../../cluster/apiError.js';
import { findPreferred, type Cluster } from '../../cluster/cluster.js';
import type { ClusterIdentity } from './planFile.js';

const SYSTEM_NAMESPACE = 'kube-system';

/** The UID of kube-system; where it may not be read, that of the namespace that is deployed to; null where neither may. */
export async function clusterIdentity(
  cluster: Cluster,
  options: { readonly signal: AbortSignal },
): Promise<ClusterIdentity | null> {
  for (const namespace of new Set([SYSTEM_NAMESPACE, cluster.namespace])) {
    const uid = await uidOfNamespace(cluster, namespace, options);
    if (uid !== undefined) return { namespace, uid };
  }
  return null;
}

/** undefined where there is none, or none that may be read. */
export async function uidOfNamespace(
  cluster: Cluster,
  name: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<string | undefined> {
  const resource = findPreferred(await cluster.discover({ signal }), '', 'Namespace');
  if (resource === undefined) return undefined;
  try {
    return (await cluster.get({ resource, namespace: '', name }, { signal }))?.metadata.uid;
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 403) return undefined;
    throw error;
  }
}
