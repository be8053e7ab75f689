import { ApiError } from '../../cluster/apiError.js';
import type { Discovery } from '../../cluster/cluster.js';
import { idOf, keyOf } from '../../objects/object.js';
import { familyKey, isRevision, newestFirst } from './revisions.js';
import { ownersOf } from '../sets/ownership.js';
import type { PlanContext } from '../run/options.js';
import type { Change } from '../plan/member.js';
import { metadataIn, type WholeLists } from '../plan/live/wholeLists.js';

export interface ReplacedRevisionsOptions extends Pick<PlanContext, 'cluster' | 'signal'> {
  /** The names of the set that deploys. */
  readonly sets: readonly string[];
  /** Lists that are read anyway: they are not asked for again. */
  readonly whole: WholeLists;
}

/** For each generated config that is created, the newest live revision of its family: by key. */
export async function replacedRevisions(
  changes: readonly Change[],
  discovery: Discovery,
  { cluster, signal, sets, whole }: ReplacedRevisionsOptions,
): Promise<Map<string, string>> {
  const created = changes.filter(({ action, member }) => action === 'create' && isRevision(member.id));
  const places = new Map(created.map((change) => [`${change.member.id.kind}/${change.member.id.namespace}`, change]));
  const lists = await Promise.all(
    [...places.values()].map(async ({ member: { id, resource }, validated }) => {
      if (!discovery.resources.includes(resource) || !validated) return [];
      try {
        return await metadataIn(cluster, resource, { namespace: id.namespace, whole, signal });
      } catch (error) {
        // Only a word in the summary: whoever may not list deploys all the same.
        if (error instanceof ApiError && error.httpStatus === 403) return [];
        throw error;
      }
    }),
  );
  const newest = new Map<string, string>();
  // Another set that gives a generator the same name has a family of its own.
  const own = lists.flat().filter((object) => {
    const owners = ownersOf(object);
    return owners.length === 0 || owners.some((owner) => sets.includes(owner));
  });
  for (const object of own.sort(newestFirst)) {
    const family = familyKey(idOf(object));
    if (family !== undefined && !newest.has(family)) newest.set(family, object.metadata.name);
  }
  return new Map(
    created.flatMap(({ member: { id } }) => {
      const replaced = newest.get(familyKey(id) ?? '');
      return replaced === undefined ? [] : [[keyOf(id), replaced] as const];
    }),
  );
}
