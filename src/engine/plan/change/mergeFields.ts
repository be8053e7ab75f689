/** Server-side apply's merge of what is applied into what is there, led by the fields that the server says are applied. */
import { isJsonObject } from '../../../objects/json.js';
import type { Json, KubeObject } from '../../../objects/object.js';
import { childrenOf, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { meaningOf } from '../../../patch/apply/listItems.js';
import { fieldElement, keysOf, type PathElement } from '../../../patch/apply/pathElement.js';

/**
 * What `live` is once `desired` is merged into it (sigs.k8s.io/structured-merge-diff, typed/merge.go).
 * @param applied the fields of `desired` as the server tells them (managedFields): they say which lists have keys, and
 * which maps and lists are one value
 */
export function mergeFields(live: KubeObject, desired: KubeObject, applied: FieldSet): KubeObject {
  const merged = mergeValue(live as unknown as Json, desired as unknown as Json, applied) as unknown as KubeObject;
  // What identifies the object is in nobody's fields.
  return { ...merged, apiVersion: desired.apiVersion, kind: desired.kind };
}

function mergeValue(live: Json | undefined, desired: Json, applied: FieldSet): Json {
  if (applied.size === 0) return isEmpty(desired) ? emptied(live, desired) : desired;
  if (Array.isArray(desired)) return mergeItems(Array.isArray(live) ? live : [], desired, applied);
  if (!isJsonObject(desired)) return desired;
  const before = isJsonObject(live) ? live : {};
  const fields = Object.entries(desired).flatMap(([name, value]): [string, Json][] => {
    const node = applied.get(fieldElement(name));
    if (value === undefined || node === undefined) return [];
    return [[name, mergeValue(Object.hasOwn(before, name) ? before[name] : undefined, value, node.children)]];
  });
  return { ...before, ...Object.fromEntries(fields) };
}

/** An empty map or list that is applied takes nothing away from what others have in it. */
function emptied(live: Json | undefined, desired: Json): Json {
  if (live === undefined) return desired;
  return Array.isArray(live) === Array.isArray(desired) && typeof live === 'object' && live !== null ? live : desired;
}

/** The applied items in their order, each with what is there; what only the live list has keeps its place among them. */
function mergeItems(live: readonly Json[], desired: readonly Json[], applied: FieldSet): Json[] {
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
    merged.push(mergeValue(at < 0 ? undefined : live[at], desired[index] ?? null, childrenOf(applied, key)));
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

/** The element of each item in the set. A port that names no protocol is the one that no other item is by name. */
function keysOfItems(items: readonly Json[], fields: FieldSet): (PathElement | undefined)[] {
  const elements = [...fields.keys()].map((element) => ({ element, means: meaningOf(element) }));
  const named = items.map(
    (item, at) => elements.find(({ element, means }) => means(item, at) && isWhole(element, item))?.element,
  );
  return items.map(
    (item, at) =>
      named[at] ?? elements.find(({ element, means }) => means(item, at) && !named.includes(element))?.element,
  );
}

/** Whether the item has every field that its key is made of. */
function isWhole(element: PathElement, item: Json): boolean {
  return keysOf(element).every(([name]) => isJsonObject(item) && Object.hasOwn(item, name));
}

function isEmpty(value: Json): boolean {
  return value !== null && typeof value === 'object' && Object.keys(value).length === 0;
}
