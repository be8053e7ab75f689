/**
 * Fields that are one and the same scalar to kustomize: when its label and annotation transformers add an entry in several
 * places of an object, they put one YAML node into all of them (api/filters/filtersutil SetEntry), so whoever changes it later
 * in one place, a patch or another `labels` entry, changes it in all. An overlay that only relabels metadata.labels relabels
 * the selector and the pod template with it.
 */
import { keepStyle } from './keptStyle.js';
import { type Tree, type TreeMap, isScalar, setField } from './tree.js';

export interface FieldSlot {
  readonly map: TreeMap;
  readonly name: string;
}

/** By map and field: all the slots that hold the same node. Maps that are copied or made anew are not in it. */
const shares = new WeakMap<TreeMap, Map<string, readonly FieldSlot[]>>();

/** Makes one node of what has just been put into these slots. */
export function shareFields(slots: readonly FieldSlot[]): void {
  if (slots.length < 2) return;
  for (const { map, name } of slots) {
    const fields = shares.get(map) ?? new Map<string, readonly FieldSlot[]>();
    shares.set(map, fields);
    fields.set(name, slots);
  }
}

/** Sets a field as kustomize does: where it is there already, its node is changed, wherever that is. */
export function setSharedField(map: TreeMap, name: string, value: Tree): void {
  const slots = shares.get(map)?.get(name);
  keepStyle(map, name, value);
  setField(map, name, value);
  if (slots === undefined || !isScalar(value)) return;
  for (const slot of slots) {
    if (shares.get(slot.map)?.get(slot.name) === slots) setField(slot.map, slot.name, value);
  }
}

/** To be told that a field is removed: what comes in its place later is another node. */
export function unshareField(map: TreeMap, name: string): void {
  shares.get(map)?.delete(name);
}
