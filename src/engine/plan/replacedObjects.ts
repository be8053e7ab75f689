/** The configs that new revisions replace, for whoever compares the two. */
import type { Cluster } from '../../cluster/cluster.js';
import { keyOf, type KubeObject } from '../../objects/object.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { addressOf } from './member.js';
import { changesOf, type Plan } from './plan.js';

/** By the key of the change that replaces them. What is gone meanwhile is left out. Rejects as `Cluster.get`. */
export async function readReplaced(
  plan: Plan,
  cluster: Cluster,
  { signal }: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, KubeObject>> {
  const replacing = changesOf(plan).filter(({ action, replaces }) => action === 'create' && replaces !== undefined);
  const entries = await mapConcurrently(replacing, cluster.concurrency, async ({ member, replaces = '' }) => {
    const object = await cluster.get({ ...addressOf(member), name: replaces }, { signal });
    return object === undefined ? [] : [[keyOf(member.id), object] as const];
  });
  return new Map(entries.flat());
}
