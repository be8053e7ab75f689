/** Finds what carries the prune label. Only metadata is requested: a Secret's data leaves the server only where it is deleted. */
import type { Cluster } from '../../cluster/cluster.js';
import { idOf, keyOf } from '../../objects/object.js';
import { ownersOf } from '../sets/ownership.js';
import { isLockLease } from '../lock/leaseName.js';
import { isRecord } from '../records/record.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { type FindCandidatesOptions, listResource } from './listCandidates.js';
import type { Candidates, Candidate } from './candidate.js';

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
