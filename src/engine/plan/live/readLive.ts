/** The objects of the set as the server has them now. */
import { ApiError } from '../../../cluster/apiError.js';
import type { Cluster } from '../../../cluster/cluster.js';
import { idOf, keyOf, type KubeObject } from '../../../objects/object.js';
import { mapConcurrently } from '../../run/mapConcurrently.js';
import { isBuiltInGroup } from '../../uses/builtInGroups.js';
import { isNoVerdict } from './noVerdict.js';
import { addressOf, type Member } from '../member.js';
import { listWhole, membersByPlace, type WholeLists } from './wholeLists.js';

export interface ReadLiveOptions {
  readonly signal: AbortSignal;
  /** The lists of where the set has many objects; without them, they are read here. */
  readonly whole?: WholeLists;
  /** Told of a custom resource for which the server got no answer; without it, that ends the reading. */
  readonly unread?: (key: string, why: string) => void;
  /** Told of an object that may not be read; without it, that ends the reading. */
  readonly forbidden?: (member: Member, error: ApiError) => void;
}

/** The live objects by key; what does not exist is not in the map. */
export async function readLive(
  cluster: Cluster,
  members: readonly Member[],
  options: ReadLiveOptions,
): Promise<Map<string, KubeObject>> {
  const whole = options.whole ?? listWhole(cluster, members, options.signal);
  const found = await mapConcurrently([...membersByPlace(members).values()], cluster.concurrency, (group) =>
    readGroup(cluster, group, whole, options),
  );
  return new Map(found.flat().map((object) => [keyOf(idOf(object)), object]));
}

async function readGroup(
  cluster: Cluster,
  group: readonly Member[],
  whole: WholeLists,
  options: ReadLiveOptions,
): Promise<KubeObject[]> {
  const [first] = group;
  const listed = first === undefined ? undefined : await whole(first.resource, first.id.namespace);
  if (listed !== undefined) {
    // What else lives there need not be held for the whole run.
    const names = new Set(group.map(({ id }) => id.name));
    return listed.items.filter(({ metadata }) => names.has(metadata.name));
  }
  const objects = await mapConcurrently(group, cluster.concurrency, async (member) => {
    try {
      return await cluster.get(addressOf(member), { signal: options.signal });
    } catch (error) {
      if (options.forbidden !== undefined && error instanceof ApiError && error.httpStatus === 403) {
        options.forbidden(member, error);
        return undefined;
      }
      const isUnread = error instanceof ApiError && isNoVerdict(error) && !isBuiltInGroup(member.id.group);
      if (options.unread === undefined || !isUnread) throw error;
      options.unread(keyOf(member.id), error.message);
      return undefined;
    }
  });
  return objects.filter((object) => object !== undefined);
}
