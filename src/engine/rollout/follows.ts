/** What a rollout watches: the kinds of its objects, and the pods and ReplicaSets that tell why one is not ready. */
import { findPreferred, type ApiResource, type Discovery } from '../../cluster/cluster.js';
import type { KubeObject, ObjectId } from '../../objects/object.js';
import type { Follow } from './follow.js';
import { hasPods, hasReplicaSets } from './kinds.js';

/** The watches that a rollout needs: one for each kind and namespace. */
export function followsFor(
  targets: readonly { readonly id: ObjectId; readonly resource: ApiResource }[],
  discovery: Discovery,
): Follow[] {
  const follows = new Map<string, Follow>();
  const add = (resource: ApiResource | undefined, namespace: string, name: string | undefined): void => {
    if (resource === undefined) return;
    const key = `${resource.group}/${resource.plural}/${namespace}`;
    const names = [...(follows.get(key)?.names ?? []), ...(name === undefined ? [] : [name])];
    // A second name in one place widens the watch to all of it.
    follows.set(key, { resource, namespace, names, ...(!follows.has(key) && name !== undefined && { name }) });
  };
  for (const { id, resource } of targets) add(resource, id.namespace, id.name);
  for (const { id } of targets) {
    if (!hasPods(id)) continue;
    add(findPreferred(discovery, '', 'Pod'), id.namespace, undefined);
    if (hasReplicaSets(id)) add(findPreferred(discovery, 'apps', 'ReplicaSet'), id.namespace, undefined);
  }
  return [...follows.values()];
}

export interface Stores {
  readonly pods: Map<string, KubeObject>;
  readonly replicaSets: Map<string, KubeObject>;
}

/** Where what is seen of a kind is kept; undefined for kinds that tell nothing of others. */
export function storeFor({ group, kind }: ApiResource, stores: Stores): Map<string, KubeObject> | undefined {
  if (group === '' && kind === 'Pod') return stores.pods;
  return group === 'apps' && kind === 'ReplicaSet' ? stores.replicaSets : undefined;
}
