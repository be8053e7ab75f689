import { ApiError } from '../../cluster/apiError.js';
import type { Discovery } from '../../cluster/cluster.js';
import { idOf, keyOf } from '../../objects/object.js';
import { familyKey, isRevision, newestFirst } from './revisions.js';
import type { PlanContext } from '../run/options.js';
import type { PlannedChange } from '../plan/plan.js';

/** For each generated config that is created, the newest live revision of its family: by key. */
export async function replacedRevisions(
  changes: readonly PlannedChange[],
  discovery: Discovery,
  { cluster, signal }: PlanContext,
): Promise<Map<string, string>> {
  const created = changes.filter(({ action, generated, id }) => action === 'create' && generated && isRevision(id));
  const places = new Map(created.map((change) => [`${change.id.kind}/${change.id.namespace}`, change]));
  const lists = await Promise.all(
    [...places.values()].map(async ({ id, resource, validated }) => {
      if (!discovery.resources.includes(resource) || !validated) return [];
      try {
        return (await cluster.listMetadata(resource, { namespace: id.namespace, signal })).items;
      } catch (error) {
        // Only a word in the summary: whoever may not list deploys all the same.
        if (error instanceof ApiError && error.httpStatus === 403) return [];
        throw error;
      }
    }),
  );
  const newest = new Map<string, string>();
  for (const object of lists.flat().sort(newestFirst)) {
    const family = familyKey(idOf(object));
    if (family !== undefined && !newest.has(family)) newest.set(family, object.metadata.name);
  }
  return new Map(
    created.flatMap(({ id }) => {
      const replaced = newest.get(familyKey(id) ?? '');
      return replaced === undefined ? [] : [[keyOf(id), replaced] as const];
    }),
  );
}
