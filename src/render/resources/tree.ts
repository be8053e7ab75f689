/**
 * What a manifest is while it is being rendered: JSON data that remembers, where it matters, how a scalar was written.
 *
 * kustomize works on YAML nodes and copies their text (an annotation `1.50` stays "1.50", a null written as nothing is
 * dropped by a merge while one written as `null` is kept), so the text of a scalar is part of its meaning. Nearly every
 * scalar is written in its canonical form; only the others are wrapped in a SourceScalar.
 *
 * Trees belong to the resource that holds them and are changed in place until rendering hands out plain JSON.
 */
import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';
import { refold } from '../yaml/refold.js';
import { copyStyles, foldedFields, forgetFieldStyle, isFlow } from './styles.js';

/** A number, boolean, null or date whose text differs from the canonical one: `1.50`, `0x1F`, `~`, `True`, `2001-01-01`. */
export class SourceScalar {
  readonly value: string | number | bigint | boolean | null;
  readonly text: string;

  constructor(value: string | number | bigint | boolean | null, text: string) {
    this.value = value;
    this.text = text;
  }
}

export type TreeScalar = string | number | bigint | boolean | null | SourceScalar;
export type Tree = TreeScalar | TreeMap | Tree[];
/** Made with a null prototype: `__proto__` is a key like any other. */
export interface TreeMap {
  [field: string]: Tree | undefined;
}

/** A map without fields, and without a prototype. */
export function emptyMap(): TreeMap {
  return Object.create(null) as TreeMap;
}

/** Whether it is a map; absent is none. */
export function isMap(tree: Tree | undefined): tree is TreeMap {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof SourceScalar);
}

/** Whether it is a list; absent is none. */
export function isList(tree: Tree | undefined): tree is Tree[] {
  return Array.isArray(tree);
}

/** Whether it is neither a map nor a list; absent is none of the three. */
export function isScalar(tree: Tree | undefined): tree is TreeScalar {
  return tree !== undefined && (typeof tree !== 'object' || tree === null || tree instanceof SourceScalar);
}

/** Whether it is null, however that is written. */
export function isNull(tree: Tree | undefined): boolean {
  return tree === null || (tree instanceof SourceScalar && tree.value === null);
}

/** Absent or null: what kustomize treats as not there (yaml.IsMissingOrNull). */
export function isMissing(tree: Tree | undefined): boolean {
  return tree === undefined || isNull(tree);
}

/** Absent, null, `{}` or `[]` (yaml.IsYNodeNilOrEmpty). */
export function isEmpty(tree: Tree | undefined): boolean {
  if (isMissing(tree)) return true;
  if (isList(tree)) return tree.length === 0;
  return isMap(tree) && !hasFields(tree);
}

/** Whether the map has any field. */
export function hasFields(map: TreeMap): boolean {
  for (const _ in map) return true;
  return false;
}

/** The text of a scalar as its author wrote it; '' for a map, a list, or nothing (a YAML node's Value). */
export function textOf(tree: Tree | undefined): string {
  if (typeof tree === 'string') return tree;
  if (tree instanceof SourceScalar) return tree.text;
  if (tree === null) return 'null';
  return tree === undefined || typeof tree === 'object' ? '' : String(tree);
}

/** The text of a scalar, and '' for null (yaml.GetValue). */
export function textUnlessNull(tree: Tree | undefined): string {
  return isNull(tree) ? '' : textOf(tree);
}

/** A field whose name comes from a user. */
export function getField(map: TreeMap, name: string): Tree | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Sets a field whose name comes from a user. */
export function setField(map: TreeMap, name: string, value: Tree): void {
  if (name === '__proto__') {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else map[name] = value;
}

/** Takes a field away, and how it was written with it. */
export function removeField(map: TreeMap, name: string): void {
  forgetFieldStyle(map, name);
  Reflect.deleteProperty(map, name);
}

/** A copy that shares nothing with the tree, and remembers how it was written. */
export function cloneTree<T extends Tree>(tree: T): T {
  if (isList(tree)) return copyStyles<Tree[]>(tree, tree.map(cloneTree)) as T;
  if (!isMap(tree)) return tree;
  const copy = emptyMap();
  copyStyles<TreeMap>(tree, copy);
  for (const field of Object.keys(tree)) setField(copy, field, cloneTree(tree[field] as Tree));
  return copy as T;
}

/**
 * Plain JSON without any memory of how it was written: what kustomize reads of what it has written. Within braces and brackets
 * it cannot write a null as nothing, and writes `""`; until then it counts as null, and a merge drops it.
 */
export function plainJson(tree: Tree, inFlow = false): Json {
  if (tree instanceof SourceScalar) return inFlow && tree.value === null && tree.text === '' ? '' : tree.value;
  if (typeof tree !== 'object' || tree === null) return tree;
  const within = inFlow || isFlow(tree);
  if (isList(tree)) return tree.map((item) => plainJson(item, within));
  const plain = emptyMap();
  const folded = foldedFields(tree);
  for (const field of Object.keys(tree)) {
    const value = tree[field];
    if (value === undefined) continue;
    const json = plainJson(value, within);
    setField(plain, field, (typeof json === 'string' && folded?.has(field) ? refold(json) : json) as Tree);
  }
  return plain as Json;
}

/**
 * A tree of JSON that kustomize has read from a JSON text (the result of a JSON patch), where every number is a 64-bit float
 * and its text is what Go's strconv makes of it: `1e+06` for a million.
 */
export function treeFromJson(json: Json | undefined): Tree {
  if (json === undefined) return null;
  if (typeof json === 'bigint' || typeof json === 'number') return floatScalar(Number(json));
  if (isJsonArray(json)) return json.map(treeFromJson);
  if (!isJsonObject(json)) return json;
  const map = emptyMap();
  for (const field of Object.keys(json)) setField(map, field, treeFromJson(json[field]));
  return map;
}

/** strconv.FormatFloat(value, 'g', -1, 64): exponential below 1e-4 and from a million on. */
function floatScalar(value: number): TreeScalar {
  const exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < 6) return value;
  const [mantissa, power] = value.toExponential().split('e') as [string, string];
  const digits = power.slice(1).padStart(2, '0');
  return new SourceScalar(value, `${mantissa}e${power.startsWith('-') ? '-' : '+'}${digits}`);
}
