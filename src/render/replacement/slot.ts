/** A place in a tree that can be read and written. */
import { setSharedField } from '../resources/sharedFields.js';
import { type Tree, type TreeMap, getField } from '../resources/tree.js';

/** What stands at the end of a path that is made. */
export type NodeKind = 'scalar' | 'map' | 'list';

export interface Slot {
  readonly get: () => Tree;
  readonly set: (value: Tree) => void;
}

/** The place of a field in a map. */
export function fieldSlot(map: TreeMap, name: string): Slot {
  return { get: () => getField(map, name) as Tree, set: (value) => setSharedField(map, name, value) };
}

/** The place of an item in a list. */
export function itemSlot(list: Tree[], index: number): Slot {
  return { get: () => list[index] as Tree, set: (value) => (list[index] = value) };
}

/** A path of a replacement does not fit the object. */
export class PathProblem extends Error {}

/** `[name=app]` as `name` and `app`; the name is empty where the items are scalars. */
export function splitItemSelector(part: string): { name: string; value: string } | undefined {
  if (!part.startsWith('[') || !part.endsWith(']')) return undefined;
  const inner = part.slice(1, -1);
  const equals = inner.indexOf('=');
  if (equals < 0) throw new PathProblem(`${part} is not of the form [field=value]`);
  return { name: inner.slice(0, equals), value: inner.slice(equals + 1) };
}

/** Whether a part of a path is the index of an item. */
export function isIndex(part: string): boolean {
  return /^\+?[0-9]+$/.test(part);
}
