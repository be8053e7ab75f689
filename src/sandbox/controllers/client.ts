import type { KubeObject } from '../../objects/object.js';
import { keyOfResource } from '../catalog.js';
import type { Resource } from '../kinds/builtIn.js';
import { type RemovalOptions, removeObject } from '../registry/removal.js';
import type { World } from '../registry/world.js';
import { createObject, updateObject } from '../registry/writes.js';
import type { KindKey } from '../store.js';
import type { ObjectOf } from './workloadTypes.js';

/** What a controller does to the world: the same writes as requests make, with admission, validation and managedFields. */
export interface Client {
  get<K extends KindKey>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined;
  /** `namespace` is '' for objects of the cluster; without it, those of all namespaces. */
  list<K extends KindKey>(kind: K, namespace?: string): readonly ObjectOf<K>[];
  create<K extends KindKey>(kind: K, object: NewObject): ObjectOf<K>;
  /** Replaces an object where it differs; the changed part of a status goes through `updateStatus`. */
  update<T extends KubeObject>(kind: KindKey, object: T): T;
  updateStatus<T extends KubeObject>(kind: KindKey, object: T): T;
  /** Nothing happens where the object is gone, or is another one by now. */
  remove(kind: KindKey, object: KubeObject, options?: RemovalOptions): void;
}

export interface NewObject {
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A client for a controller: writes through the same registry as requests, by the field manager that is named. */
export function createClient(world: World, manager: string): Client {
  const resources = new Map<KindKey, Resource>();
  const resourceOf = (kind: KindKey): Resource => {
    const known = resources.get(kind) ?? world.catalog.resources().find((resource) => keyOfResource(resource) === kind);
    if (known === undefined) throw new Error(`the sandbox does not serve ${kind}`);
    if (known.definition === undefined) resources.set(kind, known);
    return known;
  };
  const write = <T extends KubeObject>(kind: KindKey, object: T, subresource?: 'status'): T => {
    const { namespace = '', name } = object.metadata;
    const options = { manager, ...(subresource === undefined ? {} : { subresource }) };
    return updateObject(world, resourceOf(kind), { namespace, name }, object, options).object as T;
  };
  return {
    get: <K extends KindKey>(kind: K, namespace: string, name: string) =>
      world.store.get(kind, namespace, name) as ObjectOf<K> | undefined,
    list: <K extends KindKey>(kind: K, namespace?: string) =>
      world.store.list(kind, namespace === undefined ? {} : { namespace }) as readonly ObjectOf<K>[],
    create: <K extends KindKey>(kind: K, object: NewObject) => {
      const namespace = object.metadata.namespace ?? '';
      return createObject(world, resourceOf(kind), namespace, object, { manager }).object as ObjectOf<K>;
    },
    update: (kind, object) => write(kind, object),
    updateStatus: (kind, object) => write(kind, object, 'status'),
    remove: (kind, object, options = {}) => {
      const { namespace = '', name, uid } = object.metadata;
      if (world.store.get(kind, namespace, name)?.metadata.uid !== uid) return;
      removeObject(world, resourceOf(kind), { namespace, name }, { propagation: 'Background', ...options });
    },
  };
}
