/** The lists that a plan reads whole, each once: what lives, what is stale and what uses it are all looked for in them. */
import { ApiError } from '../../../cluster/apiError.js';
import type { ApiResource, Cluster, ListOptions, ObjectList } from '../../../cluster/cluster.js';
import { metadataOf } from '../../../cluster/requests/metadata.js';
import type { KubeObject } from '../../../objects/object.js';
import { isNoVerdict } from './noVerdict.js';
import type { Member } from '../member.js';

/** From so many objects of one kind in one namespace on, one list is cheaper than a get for each. */
const LIST_FROM = 8;

/**
 * All of a kind in a namespace ('' for what lives in none), where the plan reads it; undefined where it does not. The list is
 * undefined where it is not allowed, or not answered: reading one by one may be.
 */
export type WholeLists = (
  resource: ApiResource,
  namespace: string,
) => Promise<Pick<ObjectList, 'items' | 'serverTime'> | undefined> | undefined;

/** The metadata of all of a kind in a namespace: out of the list that is read anyway, or asked for. Rejects as `listMetadata` does. */
export async function metadataIn(
  cluster: Cluster,
  resource: ApiResource,
  {
    namespace,
    whole,
    signal,
  }: { readonly namespace: string; readonly whole: WholeLists; readonly signal: AbortSignal },
): Promise<readonly KubeObject[]> {
  const read = await whole(resource, namespace);
  if (read !== undefined) return read.items.map((object) => metadataOf(object, resource));
  return (await cluster.listMetadata(resource, { namespace, signal })).items;
}

/** Members of one kind in one namespace. */
export function membersByPlace(members: readonly Member[]): ReadonlyMap<string, readonly Member[]> {
  const places = new Map<string, Member[]>();
  for (const member of members) {
    if (member.pendingKind) continue;
    const place = placeOf(member.resource, member.id.namespace);
    const there = places.get(place);
    if (there === undefined) places.set(place, [member]);
    else there.push(member);
  }
  return places;
}

/**
 * Asks for the lists of every place with many members, all at once.
 * @param metadataOnly where it is enough to know what is there
 */
export function listWhole(
  cluster: Cluster,
  members: readonly Member[],
  signal: AbortSignal,
  metadataOnly = false,
): WholeLists {
  const lists = new Map<string, Promise<ObjectList | undefined>>();
  for (const [place, [first, ...others]] of membersByPlace(members)) {
    if (first === undefined || others.length + 1 < LIST_FROM) continue;
    const list = tryList(cluster, first.resource, { namespace: first.id.namespace, metadataOnly, signal });
    // Whoever looks into it hears of a failure; nobody may.
    list.catch(() => undefined);
    lists.set(place, list);
  }
  return (resource, namespace) => lists.get(placeOf(resource, namespace));
}

function placeOf({ group, version, plural }: ApiResource, namespace: string): string {
  return [group, version, plural, namespace].join('/');
}

async function tryList(
  cluster: Cluster,
  resource: ApiResource,
  { metadataOnly, ...options }: ListOptions & { readonly metadataOnly: boolean },
): Promise<ObjectList | undefined> {
  try {
    return await (metadataOnly ? cluster.listMetadata(resource, options) : cluster.list(resource, options));
  } catch (error) {
    if (error instanceof ApiError && (error.httpStatus === 403 || isNoVerdict(error))) return undefined;
    throw error;
  }
}
