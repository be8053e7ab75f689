/**
 * Finding and replacing the elements of a list by the values of their merge keys (kyaml/yaml/fns.go, ElementSetter and
 * ElementMatcher). An empty key means that the elements are scalars and are their own keys.
 */
import { type Tree, hasFields, isMap, isMissing, isScalar, textOf, textUnlessNull } from '../resources/tree.js';
import { MergeProblem } from './mergeProblem.js';

/**
 * Puts an element in the place of those that match, or at the end where none does; without one, removes those that match.
 * Null elements and empty ones go as well. An empty value matches any value of its key.
 */
export function setElement(
  list: Tree[],
  keys: readonly string[],
  values: readonly string[],
  element: Tree | undefined,
): void {
  const byFields = keys[0] !== '' && values.length > 0 && values[0] !== '';
  const kept: Tree[] = [];
  let matched = false;
  for (const item of list) {
    if (isMissing(item) || (isMap(item) && !hasFields(item))) continue;
    if (!isMap(item) && byFields) kept.push(item);
    else if (!matches(item, keys, values)) {
      // Without any value nothing can match, and what does not match goes: what kustomize does, wanted or not.
      if (values.length > 0) kept.push(item);
    } else {
      matched = true;
      if (element !== undefined) kept.push(element);
    }
  }
  list.length = 0;
  for (const item of kept) list.push(item);
  if (!matched && element !== undefined && !isMissing(element)) list.push(element);
}

function matches(item: Tree, keys: readonly string[], values: readonly string[]): boolean {
  let found = false;
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    // Fewer values than keys: the last comparison counts for the keys without one.
    if (value !== undefined) found = fieldMatches(item, key, value);
    if (!found) return false;
  }
  return found;
}

function fieldMatches(item: Tree, key: string, value: string): boolean {
  if (key === '') {
    if (!isScalar(item)) throw new MergeProblem('a list of scalars holds something else');
    return textUnlessNull(item) === value;
  }
  const field = fieldOf(item, key);
  return field !== undefined && (value === '' || textOf(field) === value);
}

/** A field of an element. Throws MergeProblem where the element is a scalar or a list. */
export function fieldOf(item: Tree, key: string): Tree | undefined {
  if (isMissing(item)) return undefined;
  if (!isMap(item)) throw new MergeProblem(`a list whose items are merged by ${key} holds something other than a map`);
  return Object.hasOwn(item, key) ? item[key] : undefined;
}

/** The first element that has exactly these values; undefined where there is none. */
export function findElement(
  list: readonly Tree[],
  keys: readonly string[],
  values: readonly string[],
): Tree | undefined {
  if (keys[0] === '') return list.find((item) => textOf(item) === values[0]);
  return list.find(
    (item) =>
      isMap(item) && keys.every((key, index) => Object.hasOwn(item, key) && textOf(item[key]) === values[index]),
  );
}
