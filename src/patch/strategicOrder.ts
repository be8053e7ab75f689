import { isJsonObject, ownField } from '../objects/json.js';
import type { Json } from '../objects/object.js';

/** The field of a patch that says what to do with what it stands in. */
export const PATCH = '$patch';

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

/**
 * The order of the live list as the server remembers it: it merges in place, so new items stand where deleted ones made
 * room at the end.
 */
export function placesAfterMerge(
  live: readonly Json[],
  merged: readonly Json[],
  mergeKey: string | undefined,
): readonly Json[] {
  if (mergeKey === undefined) return live;
  const liveKeys = new Set(live.map((item) => itemKey(item, mergeKey)));
  const mergedKeys = new Set(merged.map((item) => itemKey(item, mergeKey)));
  const kept = live.filter((item) => mergedKeys.has(itemKey(item, mergeKey)));
  const added = merged.filter((item) => !liveKeys.has(itemKey(item, mergeKey)));
  return [...kept, ...added].slice(0, live.length);
}

/** Whether the items of a patch come in the order that it gives, and are all named there; of directives it says nothing. */
export function follows(patch: readonly Json[], order: readonly Json[], mergeKey: string | undefined): boolean {
  const directive = (item: Json | undefined) => (isJsonObject(item) ? ownField(item, PATCH) : undefined);
  const items = patch.filter((item) => mergeKey === undefined || directive(item) !== 'delete');
  if (order.length === 0 || patch.length === 0) return true;
  let next = 0;
  for (let place = 0; next < items.length && place < order.length;) {
    const item = items[next] ?? null;
    if (directive(item) !== undefined) next += 1;
    else {
      if (itemKey(item, mergeKey) === itemKey(order[place] ?? null, mergeKey)) next += 1;
      place += 1;
    }
  }
  return next === items.length;
}
