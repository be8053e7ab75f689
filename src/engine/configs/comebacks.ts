/**
 * The configs that come back with a deploy: something of the set begins to name one that is there already, or one that
 * nothing names (it is found by its label) was replaced and is rendered again. A plain redeploy brings nothing back.
 */
import { ApiError } from '../../cluster/apiError.js';
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';
import type { Member } from '../plan/member.js';
import { lastTouched } from '../prune/lastTouched.js';
import { metadataIn, type WholeLists } from '../plan/live/wholeLists.js';
import type { PlanContext } from '../run/options.js';
import { ownersOf } from '../sets/ownership.js';
import { findNames } from '../uses/mentions.js';
import { familyKey, isRevision } from './revisions.js';
import { newlyMentioned } from './usedAt.js';

export interface ComebackOptions extends Pick<PlanContext, 'cluster' | 'signal'> {
  /** The names of the set that deploys. */
  readonly sets: readonly string[];
  /** Lists that are read anyway: they are not asked for again. */
  readonly whole: WholeLists;
}

/** The keys of the configs that come back. `live` holds what is there of the members, by key. */
export async function comebacks(
  members: readonly Member[],
  live: ReadonlyMap<string, KubeObject>,
  options: ComebackOptions,
): Promise<Set<string>> {
  const configs = members.filter(({ id }) => isRevision(id) && live.has(keyOf(id)));
  if (configs.length === 0) return new Set();
  const names = new Set(configs.map(({ id }) => id.name));
  const others = members.filter(({ id }) => !isRevision(id));
  const begun = newlyMentioned(
    others.map(({ id, object }) => ({ object, live: live.get(keyOf(id)) })),
    names,
  );
  const mentioned = new Set(others.flatMap(({ object }) => findNames(object, names).map(({ name }) => name)));
  const unnamed = configs.filter(({ id }) => !mentioned.has(id.name));
  const replaced = await replacedOf(unnamed, members, live, options);
  return new Set([...configs.filter(({ id }) => begun.has(id.name)).map(({ id }) => keyOf(id)), ...replaced]);
}

/** Those of which a newer revision lives that the set does not render. */
async function replacedOf(
  configs: readonly Member[],
  members: readonly Member[],
  live: ReadonlyMap<string, KubeObject>,
  { cluster, signal, sets, whole }: ComebackOptions,
): Promise<string[]> {
  const places = new Map(
    configs.map(({ id: { kind, namespace }, resource }) => [`${kind}/${namespace}`, { resource, namespace }] as const),
  );
  const lists = await Promise.all(
    [...places.values()].map(async ({ resource, namespace }) => {
      try {
        return await metadataIn(cluster, resource, { namespace, whole, signal });
      } catch (error) {
        // Whoever may not list prunes nothing either: a delete by somebody else is seen after the apply.
        if (error instanceof ApiError && error.httpStatus === 403) return [];
        throw error;
      }
    }),
  );
  const rendered = new Set(members.map(({ id }) => keyOf(id)));
  // Another set that gives a generator the same name has a family of its own.
  const siblings = lists.flat().filter((object) => {
    const owners = ownersOf(object);
    const isOwn = owners.length === 0 || owners.some((owner) => sets.includes(owner));
    return isOwn && object.metadata.deletionTimestamp === undefined && !rendered.has(keyOf(idOf(object)));
  });
  const newest = new Map<string, number>();
  for (const sibling of siblings) {
    const family = familyKey(idOf(sibling));
    if (family === undefined) continue;
    const touched = lastTouched(sibling);
    if (touched > (newest.get(family) ?? 0)) newest.set(family, touched);
  }
  return configs.flatMap(({ id }) => {
    const now = live.get(keyOf(id));
    const touched = newest.get(familyKey(id) ?? '');
    const isReplaced = now !== undefined && touched !== undefined && touched > lastTouched(now);
    return isReplaced ? [keyOf(id)] : [];
  });
}
