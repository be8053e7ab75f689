import type { KubeObject } from '../objects/object.js';

/** The objects of one kind, by namespace ('' for objects of the cluster) and name. */
export type ObjectTable = Map<string, Map<string, KubeObject>>;

/** A table without objects. */
export function emptyTable(): ObjectTable {
  return new Map<string, Map<string, KubeObject>>();
}

/** Stores an object in the place that its metadata names. */
export function putObject(table: ObjectTable, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? '';
  const names = table.get(namespace) ?? new Map<string, KubeObject>();
  table.set(namespace, names);
  names.set(object.metadata.name, object);
}

/** A copy that can be changed without the table. */
export function copyTable(table: ObjectTable | undefined): ObjectTable {
  return new Map([...(table ?? [])].map(([space, names]) => [space, new Map(names)]));
}

/** Every object of a namespace, or of all of them, by namespace and name. */
export function objectsIn(table: ObjectTable, namespace: string | undefined): KubeObject[] {
  const spaces = namespace === undefined ? [...table.keys()].sort() : [namespace];
  return spaces.flatMap((space) =>
    [...(table.get(space)?.entries() ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object),
  );
}

/** How many objects there are. */
export function sizeOf(table: ObjectTable | undefined): number {
  return [...(table?.values() ?? [])].reduce((sum, names) => sum + names.size, 0);
}
