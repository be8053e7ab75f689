/** The objects of the set as the server has them now. */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster } from '../../cluster/cluster.js';
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { isBuiltInGroup } from '../uses/builtInGroups.js';
import { isNoVerdict } from './noVerdict.js';
import type { PreparedObject } from './prepare.js';

/** From so many objects of one kind in one namespace on, one list is cheaper than a get for each. */
const LIST_FROM = 8;

export interface ReadLiveOptions {
  readonly signal: AbortSignal;
  /** Told of a custom resource for which the server got no answer; without it, that ends the reading. */
  readonly unread?: (key: string, why: string) => void;
  /** Told of an object that may not be read; without it, that ends the reading. */
  readonly forbidden?: (member: PreparedObject, error: ApiError) => void;
}

/** The live objects by key; what does not exist is not in the map. */
export async function readLive(
  cluster: Cluster,
  members: readonly PreparedObject[],
  options: ReadLiveOptions,
): Promise<Map<string, KubeObject>> {
  const groups = new Map<string, PreparedObject[]>();
  for (const member of members) {
    if (member.pendingKind) continue;
    const { group, version, plural } = member.resource;
    const place = [group, version, plural, member.object.metadata.namespace ?? ''].join('/');
    groups.set(place, [...(groups.get(place) ?? []), member]);
  }
  const found = await mapConcurrently([...groups.values()], cluster.concurrency, (group) =>
    readGroup(cluster, group, options),
  );
  return new Map(found.flat().map((object) => [keyOf(idOf(object)), object]));
}

async function readGroup(
  cluster: Cluster,
  group: readonly PreparedObject[],
  options: ReadLiveOptions,
): Promise<KubeObject[]> {
  const [first] = group;
  if (first !== undefined && group.length >= LIST_FROM) {
    const listed = await tryList(cluster, first.resource, first.object.metadata.namespace ?? '', options.signal);
    if (listed !== undefined) return listed;
  }
  const objects = await mapConcurrently(group, cluster.concurrency, async (member) => {
    const { resource, object } = member;
    try {
      return await cluster.get(
        { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name },
        { signal: options.signal },
      );
    } catch (error) {
      if (options.forbidden !== undefined && error instanceof ApiError && error.httpStatus === 403) {
        options.forbidden(member, error);
        return undefined;
      }
      const isUnread = error instanceof ApiError && isNoVerdict(error) && !isBuiltInGroup(resource.group);
      if (options.unread === undefined || !isUnread) throw error;
      options.unread(keyOf(idOf(object)), error.message);
      return undefined;
    }
  });
  return objects.filter((object) => object !== undefined);
}

/** Undefined where listing is not allowed, or not answered: reading one by one may be. */
async function tryList(
  cluster: Cluster,
  resource: ApiResource,
  namespace: string,
  signal: AbortSignal,
): Promise<KubeObject[] | undefined> {
  try {
    const { items } = await cluster.list(resource, { namespace, signal });
    return [...items];
  } catch (error) {
    if (error instanceof ApiError && (error.httpStatus === 403 || isNoVerdict(error))) return undefined;
    throw error;
  }
}
