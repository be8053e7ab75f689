/**
 * Lists whose elements are merged one by one (kyaml/yaml/walk/associative_sequence.go). Elements can have several keys, some
 * of which may be left out (the protocol of a port); those of the patch come first.
 */
import { type Tree, hasFields, isEmpty, isMap, isMissing, setField, textOf } from '../resources/tree.js';
import { fieldOf, findElement, setElement } from './elements.js';

type Values = readonly string[];
export type ListOrder = 'patch-first' | 'patch-last';

/** Merges an element of the target with one of the patch; undefined where nothing remains of it. */
export type MergeElement = (target: Tree | undefined, patch: Tree | undefined) => Tree | undefined;

/**
 * Merges a patch into a list whose items have keys (kyaml/yaml/walk/associative_sequence.go). Without `schemaKeys` the items are
 * scalars and are their own keys; with several, an item that lacks one of them is matched by the others. The list itself is changed.
 */
export function mergeAssociativeList(
  target: Tree[],
  patch: Tree[] | undefined,
  schemaKeys: readonly string[],
  order: ListOrder,
  mergeElement: MergeElement,
): Tree[] {
  const sources = order === 'patch-first' ? [patch, target] : [target, patch];
  const keys = schemaKeys.length > 0 ? schemaKeys : [''];
  let wanted = schemaKeys.length > 0 ? keyValues(sources, keys) : scalarValues(sources);
  if (keys.length > 1) wanted = completed(wanted);

  const merged: Tree[] = [];
  let usedKeys: readonly string[] = keys;
  for (const values of wanted) {
    const used = usedOf(wanted, values, keys);
    usedKeys = used.keys;
    const exact = usedOf([used.values], used.values, used.keys);
    const element = mergeElement(
      findElement(target, exact.keys, exact.values),
      patch && findElement(patch, exact.keys, exact.values),
    );
    if (element === undefined || isMissing(element) || (isMap(element) && !hasFields(element))) {
      setElement(target, used.keys, used.values, undefined);
      continue;
    }
    for (const [index, key] of used.keys.entries()) {
      const value = used.values[index] ?? '';
      if (key !== '' && value !== '' && fieldOf(element, key) === undefined && isMap(element))
        setField(element, key, value);
    }
    setElement(merged, used.keys, used.values, element);
  }
  if (wanted.length === 0) return target;
  return order === 'patch-first' ? appended(merged, target, usedKeys) : appended(target, merged, usedKeys);
}

/** Puts every element of `more` into `list`: in the place of the one with the same key, at the end where there is none. */
function appended(list: Tree[], more: readonly Tree[], keys: readonly string[]): Tree[] {
  for (const item of [...more]) {
    if (keys[0] === '') {
      setElement(list, [''], [textOf(item)], item);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = fieldOf(item, key);
      if (value === undefined) list.push(item);
      else values.push(textOf(value));
    }
    if (keys.length > 1) setElement(list, keys, values, undefined);
    setElement(list, keys, values, item);
  }
  return list;
}

function keyValues(sources: readonly (Tree[] | undefined)[], keys: readonly string[]): Values[] {
  const found = new Map<string, Values>();
  for (const item of sources.flatMap((source) => source ?? [])) {
    const values = keys.map((key) => {
      const value = isMap(item) && Object.hasOwn(item, key) ? item[key] : undefined;
      return isEmpty(value) ? '' : textOf(value);
    });
    const seen = JSON.stringify(values);
    if (!found.has(seen)) found.set(seen, values);
  }
  return [...found.values()];
}

function scalarValues(sources: readonly (Tree[] | undefined)[]): Values[] {
  return [...new Set(sources.flatMap((source) => source ?? []).map(textOf))].map((text) => [text]);
}

/** Fills keys that are left out from elements that agree in the others: a port without a protocol is the one with it. */
function completed(wanted: readonly Values[]): Values[] {
  const result = [...wanted];
  for (let index = 0; index < result.length; index++) {
    const values = result[index] as Values;
    for (let other = 0; other < result.length; other++) {
      const joined = joinedValues(values, result[other] as Values);
      if (joined !== undefined) {
        result[index] = joined;
        result[other] = joined;
      }
    }
  }
  return result;
}

function joinedValues(left: Values, right: Values): Values | undefined {
  let common = false;
  const joined: string[] = [];
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? '';
    if (value === other) common = true;
    else if (value !== '' && other !== '') return undefined;
    joined.push(value !== '' ? value : other);
  }
  return common ? joined : undefined;
}

/** The keys that any element uses, with the values of this one. All keys where none uses any. */
function usedOf(wanted: readonly Values[], values: Values, keys: readonly string[]): { keys: Values; values: Values } {
  const used = new Set<string>();
  for (const other of wanted) {
    for (const [index, value] of other.entries()) if (value !== '') used.add(keys[index] ?? '');
  }
  if (used.size === 0) return { keys, values };
  return {
    keys: keys.filter((key) => used.has(key)),
    values: values.filter((value, index) => value !== '' || used.has(keys[index] ?? '')),
  };
}
