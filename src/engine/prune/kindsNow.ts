/** The kinds that the server serves by the time of the deletes: a question or a rollout may have taken long. */
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { apiVersionOf } from '../../objects/object.js';

/**
 * Asks once more: a custom resource of a kind that was defined meanwhile may use what is about to be deleted. What a group
 * has that does not answer now is taken from before, so that its lists are tried, and their failure is known.
 */
export async function kindsNow(cluster: Cluster, known: Discovery, signal: AbortSignal): Promise<Discovery> {
  const now = await cluster.discover({ refresh: true, signal });
  const silent = new Set(now.failures.map(({ groupVersion }) => groupVersion));
  const served = new Set(now.resources.map(apiVersionOf));
  const before = known.resources.filter((resource) => {
    const groupVersion = apiVersionOf(resource);
    return silent.has(groupVersion) && !served.has(groupVersion);
  });
  return before.length === 0 ? now : { ...now, resources: [...now.resources, ...before] };
}
