import { controllerOf, type KubeObject, type OwnerReference } from '../../objects/object.js';
import type { KindKey, StoreEvent } from '../store.js';
import type { Client } from './client.js';
import { keyOf } from './simulation.js';
import type { ObjectOf } from './workloadTypes.js';

/** The reference by which an object belongs to its controller. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The objects of a kind that the owner controls, by name. */
export function controlledBy<K extends KindKey>(client: Client, kind: K, owner: KubeObject): ObjectOf<K>[] {
  return client
    .list(kind, owner.metadata.namespace ?? '')
    .filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}

/** The keys for a loop over one kind that also hears of the children which its objects control. */
export function ownOrControlled(kind: KindKey, kindName: string): (event: StoreEvent) => readonly string[] {
  return (event) => {
    if (event.kind === kind) return [keyOf(event.object)];
    return [event.object, ...(event.previous === undefined ? [] : [event.previous])].flatMap((object) => {
      const owner = controllerOf(object);
      return owner?.kind === kindName ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : [];
    });
  };
}
