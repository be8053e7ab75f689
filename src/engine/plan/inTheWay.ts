/**
 * What an object has besides the fields that are applied, near the fields that the server finds invalid: the `value`
 * beside a new `valueFrom`, the `rollingUpdate` of a strategy that is Recreate now. Pure.
 */
import type { StatusCause } from '../../cluster/apiError.js';
import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { childOf, hasPath, isItem, unite, type FieldTree } from './fieldTree.js';

/** One field, with all below it, that nobody applies any more and that may exclude what is applied. */
export interface Obstacle {
  /** The keys of a FieldsV1 tree. */
  readonly path: readonly string[];
  /** Who put it there; none where it is a default of the server. */
  readonly managers: readonly string[];
}

/** Further than this nobody looks: an object in which so much is foreign is not invalid because of one field. */
const MOST = 24;

/**
 * @param merged what was found invalid
 * @param applied the fields of it that we apply
 * @param entries who owns what on the live object, our own entry aside
 * @returns the nearest first; several where one alone cannot be told from the others
 */
export function obstaclesNear(
  { field = '' }: StatusCause,
  merged: KubeObject,
  applied: FieldTree,
  entries: readonly ManagedFieldsEntry[],
): Obstacle[] {
  const all = entries.reduce<FieldTree>((tree, { fieldsV1 = {} }) => unite(tree, fieldsV1), applied);
  const steps = walk(merged, field, all);
  const own = steps.at(-1);
  const parent = steps.at(-2);
  if (own === undefined) return [];
  const scopes = [own, ...(parent === undefined || parent.path.length < 2 ? twins(field, merged, all) : [parent])];
  const paths = new Map<string, readonly string[]>();
  const list = steps.at(-3);
  for (const scope of scopes) {
    // What stands beside the field itself is in its way sooner than what lies deep in another one.
    const found = unapplied(scope, applied, all).toSorted((a, b) => a.length - b.length);
    for (const path of found) paths.set(path.join('\n'), path);
  }
  // A name that is unique in a list: the item that has it already, where nobody applies that.
  if (list !== undefined && Array.isArray(list.value)) {
    const items = unapplied(list, applied, all).filter((path) => path.length === list.path.length + 1);
    for (const path of items) paths.set(path.join('\n'), path);
  }
  return [...paths.values()].slice(0, MOST).map((path) => ({ path, managers: ownersOf(path, entries) }));
}

/** The same key in the other maps of an object: `binaryData.a` of `data[a]`, of which a ConfigMap has one. */
function twins(field: string, merged: KubeObject, tree: FieldTree): Step[] {
  const [top, key, ...deeper] = namesIn(field);
  if (top === undefined || key === undefined || deeper.length > 0) return [];
  const { apiVersion: _, kind: __, metadata: ___, status: ____, [top]: _____, ...others } = merged;
  return Object.keys(others).flatMap((other) => {
    const steps = walkNames(merged, [other, key], tree);
    return steps.length === 2 ? steps.slice(1) : [];
  });
}

interface Step {
  readonly path: readonly string[];
  readonly value: Json;
}

/** The values on the way to a field of an error, `spec.containers[0].env[1].value`, as far as there are any. */
function walk(object: KubeObject, field: string, tree: FieldTree): Step[] {
  return walkNames(object, namesIn(field), tree);
}

function namesIn(field: string): string[] {
  return field.split(/[.[\]]+/).filter((part) => part !== '');
}

function walkNames(object: KubeObject, names: readonly string[], tree: FieldTree): Step[] {
  const steps: Step[] = [];
  let at: Json = object as unknown as Json;
  let path: readonly string[] = [];
  for (const name of names) {
    const key = keyOfChild(at, name, treeAt(tree, path));
    if (key === undefined) break;
    at = childValue(at, name) ?? null;
    path = [...path, key];
    steps.push({ path, value: at });
  }
  return steps;
}

function childValue(value: Json, name: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[Number(name)];
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function keyOfChild(value: Json, name: string, tree: FieldTree): string | undefined {
  const child = childValue(value, name);
  if (child === undefined) return undefined;
  if (!Array.isArray(value)) return `f:${name}`;
  return Object.keys(tree).find((key) => key !== '.' && isItem(key, child, Number(name)));
}

/** The outermost fields at or below a step that nobody applies. */
function unapplied({ path, value }: Step, applied: FieldTree, all: FieldTree): (readonly string[])[] {
  if (!hasPath(applied, path)) return [path];
  // A leaf in everybody's tree is one value: what is applied of it is all of it.
  if (Object.keys(treeAt(all, path)).length === 0) return [];
  const children: (readonly [string, Json])[] = Array.isArray(value)
    ? (value as readonly Json[]).map((item, index) => [String(index), item] as const)
    : isFields(value)
      ? Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const]))
      : [];
  return children.flatMap(([name, item]) => {
    const key = keyOfChild(value, name, treeAt(all, path));
    return key === undefined ? [] : unapplied({ path: [...path, key], value: item }, applied, all);
  });
}

function treeAt(tree: FieldTree, path: readonly string[]): FieldTree {
  return path.reduce(childOf, tree);
}

function ownersOf(path: readonly string[], entries: readonly ManagedFieldsEntry[]): string[] {
  const owners = entries.filter(({ fieldsV1 = {} }) => hasPath(fieldsV1, path));
  return [...new Set(owners.map(({ manager = 'unknown' }) => manager))];
}

/** The tree that has just this path. */
export function treeOf(path: readonly string[]): FieldTree {
  return path.reduceRight<FieldTree>((below, key) => ({ [key]: below }), {});
}

function isFields(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
