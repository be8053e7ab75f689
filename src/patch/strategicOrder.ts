import { isJsonObject, ownField } from '../objects/json.js';
import type { Json } from '../objects/object.js';

/** What tells items apart: the merge key's value, or the item itself where there is none. */
export function itemKey(item: Json, mergeKey: string | undefined): Json | undefined {
  if (mergeKey === undefined) return item;
  return isJsonObject(item) ? ownField(item, mergeKey) : undefined;
}

/**
 * The order of a merged list (apimachinery, util/strategicpatch, normalizeElementOrder): items that `patchOrder` names
 * in its order, the others in the live order, each of these put before the first named item that it stood before.
 */
export function inMergedOrder<T extends Json>(
  merged: readonly T[],
  patchOrder: readonly Json[],
  liveOrder: readonly Json[],
  mergeKey: string | undefined,
): T[] {
  const placeIn = (order: readonly Json[]) => {
    const places = new Map<Json | undefined, number>();
    order.forEach((item, index) => {
      const key = itemKey(item, mergeKey);
      if (!places.has(key)) places.set(key, index);
    });
    return (item: T) => places.get(itemKey(item, mergeKey)) ?? -1;
  };
  const [inPatch, inLive] = [placeIn(patchOrder), placeIn(liveOrder)];
  const named = merged.filter((item) => inPatch(item) >= 0).sort((a, b) => inPatch(a) - inPatch(b));
  const others = merged.filter((item) => inPatch(item) < 0).sort((a, b) => inLive(a) - inLive(b));

  const result: T[] = [];
  let next = 0;
  for (const item of named) {
    while (next < others.length) {
      const other = others[next] as T;
      if (!(inLive(other) >= 0 && inLive(item) >= 0 && inLive(other) < inLive(item))) break;
      result.push(other);
      next += 1;
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}
