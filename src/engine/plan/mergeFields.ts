/** Server-side apply's merge of what is applied into what is there, led by the fields that the server says are applied. */
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { childOf, isItem, type FieldTree } from './fieldTree.js';

/**
 * What `live` is once `desired` is merged into it (sigs.k8s.io/structured-merge-diff, typed/merge.go).
 * @param applied the fields of `desired` as the server tells them (managedFields): they say which lists have keys, and
 * which maps and lists are one value
 */
export function mergeFields(live: KubeObject, desired: KubeObject, applied: FieldTree): KubeObject {
  const merged = mergeValue(live as unknown as Json, desired as unknown as Json, applied) as unknown as KubeObject;
  // What identifies the object is in nobody's fields.
  return { ...merged, apiVersion: desired.apiVersion, kind: desired.kind };
}

function mergeValue(live: Json | undefined, desired: Json, applied: FieldTree): Json {
  if (Object.keys(applied).every((key) => key === '.')) return isEmpty(desired) ? emptied(live, desired) : desired;
  if (Array.isArray(desired)) return mergeItems(Array.isArray(live) ? live : [], desired, applied);
  if (!isFields(desired)) return desired;
  const before = isFields(live) ? live : {};
  const fields = Object.entries(desired).flatMap(([name, value]): [string, Json][] => {
    const key = `f:${name}`;
    if (value === undefined || !Object.hasOwn(applied, key)) return [];
    return [[name, mergeValue(Object.hasOwn(before, name) ? before[name] : undefined, value, childOf(applied, key))]];
  });
  return { ...before, ...Object.fromEntries(fields) };
}

/** An empty map or list that is applied takes nothing away from what others have in it. */
function emptied(live: Json | undefined, desired: Json): Json {
  if (live === undefined) return desired;
  return Array.isArray(live) === Array.isArray(desired) && typeof live === 'object' && live !== null ? live : desired;
}

/** The applied items in their order, each with what is there; what only the live list has keeps its place among them. */
function mergeItems(live: readonly Json[], desired: readonly Json[], applied: FieldTree): Json[] {
  const desiredKeys = keysOfItems(desired, applied);
  // An item without a key of its own: the whole list is one value.
  if (desiredKeys.includes(undefined)) return [...desired];
  const liveKeys = keysOfItems(live, applied);
  const shared = desiredKeys.filter((key) => liveKeys.includes(key));
  const done = new Set<string | undefined>();
  const merged: Json[] = [];
  const take = (index: number): void => {
    const key = desiredKeys[index] ?? '';
    const at = liveKeys.indexOf(key);
    done.add(key);
    merged.push(mergeValue(at < 0 ? undefined : live[at], desired[index] ?? null, childOf(applied, key)));
  };
  let next = 0;
  for (const [at, item] of live.entries()) {
    const key = liveKeys[at];
    if (!desiredKeys.includes(key)) merged.push(item);
    // What comes before it in the applied list, unless its turn is later: then it waits for that.
    else if (shared.find((candidate) => !done.has(candidate)) === key) {
      while (!done.has(key)) take(next++);
    }
  }
  while (next < desired.length) take(next++);
  return merged;
}

/** The key of each item in the tree. A port that names no protocol is the one that no other item is by name. */
function keysOfItems(items: readonly Json[], tree: FieldTree): (string | undefined)[] {
  const keys = Object.keys(tree).filter((key) => key !== '.');
  const named = items.map((item, index) => keys.find((key) => isItem(key, item, index) && isWhole(key, item)));
  return items.map(
    (item, index) => named[index] ?? keys.find((key) => isItem(key, item, index) && !named.includes(key)),
  );
}

/** Whether the item has every field that its key is made of. */
function isWhole(key: string, item: Json): boolean {
  if (!key.startsWith('k:')) return true;
  return (
    isFields(item) && Object.keys(JSON.parse(key.slice(2)) as JsonObject).every((name) => Object.hasOwn(item, name))
  );
}

function isFields(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isEmpty(value: Json): boolean {
  return value !== null && typeof value === 'object' && Object.keys(value).length === 0;
}
