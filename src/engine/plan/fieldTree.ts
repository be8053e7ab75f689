/**
 * The FieldsV1 trees of managedFields as sets of paths: union, difference, and taking their fields out of an object.
 * Keys: `f:NAME` a field, `k:{…}` the list item with these keys, `v:VALUE` the item that is this value, `i:N` the
 * N-th item, `.` the thing itself (sigs.k8s.io/structured-merge-diff fieldpath/serialize-pe).
 */
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';

export type FieldTree = JsonObject;

/** The tree below a key; empty where there is none. */
export function childOf(tree: FieldTree, key: string): FieldTree {
  const child = Object.hasOwn(tree, key) ? tree[key] : undefined;
  return child !== null && typeof child === 'object' && !Array.isArray(child) ? (child as FieldTree) : {};
}

/** Every path that one of the two has. */
export function unite(a: FieldTree, b: FieldTree): FieldTree {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, unite(childOf(a, key), childOf(b, key))]));
}

/**
 * Every path of `a` that `b` lacks. A leaf of `a` under which `b` holds more stays out: `b` has it.
 * @returns an empty tree where nothing is left
 */
export function subtract(a: FieldTree, b: FieldTree): FieldTree {
  return Object.fromEntries(
    Object.keys(a).flatMap((key): [string, FieldTree][] => {
      if (!Object.hasOwn(b, key)) return [[key, childOf(a, key)]];
      const rest = subtract(childOf(a, key), childOf(b, key));
      return Object.keys(rest).length === 0 ? [] : [[key, rest]];
    }),
  );
}

/** True for a tree without any path. */
export function isEmptyTree(tree: FieldTree): boolean {
  return Object.keys(tree).length === 0;
}

/** True where the tree has this path, as itself or as a way to more. */
export function hasPath(tree: FieldTree, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  return key === undefined || (Object.hasOwn(tree, key) && hasPath(childOf(tree, key), rest));
}

/** The paths of a tree's leaves as people write them: `.spec.template.spec.containers[name="app"].image`. */
export function pathsOf(tree: FieldTree): string[] {
  return Object.keys(tree).flatMap((key) => {
    if (key === '.') return [];
    const below = pathsOf(childOf(tree, key));
    const step = stepWords(key);
    return below.length === 0 ? [step] : below.map((path) => step + path);
  });
}

function stepWords(key: string): string {
  const value = key.slice(2);
  if (key.startsWith('f:')) return /^[\w-]+$/.test(value) ? `.${value}` : `["${value}"]`;
  if (key.startsWith('k:')) {
    const keys = Object.entries(JSON.parse(value) as Record<string, Json>);
    return `[${keys.map(([name, part]) => `${name}=${JSON.stringify(part)}`).join(',')}]`;
  }
  return key.startsWith('v:') ? `[=${value}]` : `[${value}]`;
}

/**
 * What an apply gives up: every path of `owned` that `applied` lacks. Where `applied` lacks a whole container, the
 * container itself is marked (`.`): it goes with all that nobody else owns in it, defaults included
 * (structured-merge-diff merge/update.go, prune).
 */
export function givenUp(owned: FieldTree, applied: FieldTree): FieldTree {
  return Object.fromEntries(
    Object.keys(owned).flatMap((key): [string, FieldTree][] => {
      // Whoever applies something in a container keeps the container.
      if (key === '.') return [];
      if (!Object.hasOwn(applied, key)) return [[key, { '.': {}, ...childOf(owned, key) }]];
      const rest = givenUp(childOf(owned, key), childOf(applied, key));
      return isEmptyTree(rest) ? [] : [[key, rest]];
    }),
  );
}

/**
 * A copy of the object without the fields that were given up, but with all that others own, and with its identity:
 * whoever gives up every label gives up no name.
 */
export function removeFields(object: KubeObject, gone: FieldTree, others: FieldTree): KubeObject {
  const left = removeFrom(object as unknown as JsonObject, gone, others) as unknown as Partial<KubeObject>;
  const { labels: _, annotations: __, finalizers: ___, ownerReferences: ____, ...identity } = object.metadata;
  return { ...left, metadata: { ...left.metadata, ...identity } } as KubeObject;
}

function removeFrom(value: Json, gone: FieldTree, others: FieldTree): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item, index) => {
      const key = Object.keys(gone).find((candidate) => isItem(candidate, item, index));
      return key === undefined ? [item] : whatStays(item, key, gone, others);
    });
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).flatMap(([name, child]): [string, Json][] => {
      if (child === undefined) return [];
      const key = `f:${name}`;
      if (!Object.hasOwn(gone, key)) return [[name, child]];
      return whatStays(child, key, gone, others).map((rest) => [name, rest]);
    }),
  );
}

function whatStays(value: Json, key: string, gone: FieldTree, others: FieldTree): Json[] {
  const isOwnedByOthers = Object.hasOwn(others, key);
  if (Object.hasOwn(childOf(gone, key), '.') && !isOwnedByOthers) return [];
  // A leaf of another manager: all of it is theirs.
  if (isOwnedByOthers && isEmptyTree(childOf(others, key))) return [value];
  return [removeFrom(value, childOf(gone, key), childOf(others, key))];
}

/** Whether a list item is the one that a key of a FieldsV1 tree speaks of. */
export function isItem(key: string, item: Json, index: number): boolean {
  const wanted = key.slice(2);
  if (key.startsWith('i:')) return Number(wanted) === index;
  if (key.startsWith('v:')) return JSON.stringify(item) === JSON.stringify(JSON.parse(wanted));
  if (!key.startsWith('k:') || item === null || typeof item !== 'object' || Array.isArray(item)) return false;
  const fields = item as JsonObject;
  // A key that the item lacks has its default there: a port's protocol.
  return Object.entries(JSON.parse(wanted) as JsonObject).every(
    ([name, part]) => !Object.hasOwn(fields, name) || fields[name] === part,
  );
}
