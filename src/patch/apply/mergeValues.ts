import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { itemElements } from './listItems.js';
import type { PathElement } from './pathElement.js';
import { type ListShape, type MapShape, type Shape, branchOf, narrow } from './shape.js';

/**
 * Lays an applied configuration over the live value: what it mentions wins, nothing is taken away
 * (structured-merge-diff, typed/merge.go). The items of keyed lists and sets come in the live order where the
 * configuration agrees with it, otherwise in the configuration's.
 */
export function mergeShaped(shape: Shape, live: Json | undefined, applied: Json | undefined): Json | undefined {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  // Where the two take different branches, the applied one's is it.
  const branch = branchOf(shape, narrow(shape, applied) ?? narrow(shape, live));
  if (branch === 'list' && shape.list?.atomic === false) {
    const left = isJsonArray(live) ? live : [];
    const right = isJsonArray(applied) ? applied : [];
    return left.length === 0 && right.length === 0 ? applied : nonEmpty(mergeItems(shape.list, left, right));
  }
  if (branch === 'map' && shape.map?.atomic === false) {
    const left = isJsonObject(live) ? live : {};
    const right = isJsonObject(applied) ? applied : {};
    const empty = Object.keys(left).length === 0 && Object.keys(right).length === 0;
    return empty ? applied : mergeFields(shape.map, left, right);
  }
  return applied;
}

function mergeFields(map: MapShape, live: JsonObject, applied: JsonObject): JsonObject {
  const fields = new Map(Object.entries(live));
  for (const [name, value] of Object.entries(applied)) {
    if (value === undefined) continue;
    const shape = map.field(name);
    fields.set(name, shape === undefined ? value : mergeShaped(shape, ownField(live, name), value));
  }
  return Object.fromEntries(fields);
}

function nonEmpty(items: readonly Json[]): readonly Json[] | undefined {
  return items.length > 0 ? items : undefined;
}

function mergeItems(list: ListShape, live: readonly Json[], applied: readonly Json[]): Json[] {
  const shape = list.items();
  const olds = itemElements(list, live);
  const news = itemElements(list, applied);
  const newByElement = new Map(news);
  const oldByElement = new Map<PathElement, Json>();
  // Live items that cannot be told apart are not merged with the applied one: it takes their place.
  for (const [element, item] of olds) oldByElement.set(element, oldByElement.has(element) ? null : item);

  const shared = news.map(([element]) => element).filter((element) => oldByElement.has(element));
  let nextShared = 0;
  const done = new Set<PathElement>();
  const merged: Json[] = [];
  const take = (element: PathElement): void => {
    done.add(element);
    const item = mergeShaped(shape, oldByElement.get(element), newByElement.get(element));
    if (item !== undefined) merged.push(item);
    if (shared[nextShared] === element) nextShared += 1;
  };

  let old = 0;
  let next = 0;
  while (old < olds.length || next < news.length) {
    const [oldElement, oldItem] = olds[old] ?? [];
    const newElement = news[next]?.[0];
    if (oldElement !== undefined && oldElement === newElement) {
      take(oldElement);
      old += 1;
      next += 1;
      continue;
    }
    if (oldElement !== undefined && oldItem !== undefined) {
      if (!newByElement.has(oldElement)) {
        merged.push(oldItem);
        old += 1;
        continue;
      }
      // Its turn is where the configuration has it.
      const waits = nextShared < shared.length && shared[nextShared] !== oldElement;
      if (newElement !== undefined && waits) {
        old += 1;
        continue;
      }
      if (done.has(oldElement)) old += 1;
    }
    if (newElement !== undefined) {
      take(newElement);
      next += 1;
    }
  }
  return merged;
}
