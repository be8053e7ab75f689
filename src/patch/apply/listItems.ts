import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';
import { jsonEqual } from '../jsonEqual.js';
import { type PathElement, fieldName, isKeyElement, keyElement, keysOf, valueElement } from './pathElement.js';
import type { ListShape } from './shape.js';

/**
 * The element by which an item of a set or of a keyed list is known, or a text that says why it has none
 * (structured-merge-diff, typed/helpers.go: the words are what the API server answers).
 */
export function itemElement(shape: ListShape, item: Json): PathElement | { readonly problem: string } {
  return shape.keys.length > 0 ? keyedElement(shape, item) : setElement(item);
}

function keyedElement(shape: ListShape, item: Json): PathElement | { readonly problem: string } {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const fields = shape.keys.flatMap((key): [string, Json][] => {
    const value = ownField(item, key) ?? shape.keyDefault(key);
    return value === undefined ? [] : [[key, value]];
  });
  if (fields.length > 0) return keyElement(fields);
  const names = shape.keys.map((key) => JSON.stringify(key)).join(' ');
  return {
    problem: `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  };
}

function setElement(item: Json): PathElement | { readonly problem: string } {
  if (isJsonArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (isJsonObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  return valueElement(item);
}

/** The elements of a list that validation has passed; items without one are left out. */
export function itemElements(shape: ListShape, items: readonly Json[]): [PathElement, Json][] {
  return items.flatMap((item): [PathElement, Json][] => {
    const element = itemElement(shape, item);
    return typeof element === 'string' ? [[element, item]] : [];
  });
}

/**
 * Tells whether an element may mean an item of a list whose shape is not known: the keys that the item has are the
 * element's. One that it lacks has its default there (a port's protocol). `index` is the place of the item; without it, no
 * item is meant by its place.
 */
export function meaningOf(element: PathElement): (item: Json, index?: number) => boolean {
  if (!isKeyElement(element)) return (item, index) => element === `i:${index}` || element === valueElement(item);
  const keys = keysOf(element);
  return (item) => {
    if (!isJsonObject(item)) return false;
    const present = keys.filter(([name]) => ownField(item, name) !== undefined);
    return present.length > 0 && present.every(([name, value]) => jsonEqual(value, ownField(item, name)));
  };
}

/** The field or item of a value that an element means, by the names and keys that the value has; undefined for none. */
export function partOf(value: Json | undefined, element: PathElement): Json | undefined {
  if (isJsonArray(value)) return value.find(meaningOf(element));
  const name = fieldName(element);
  return isJsonObject(value) && name !== undefined ? ownField(value, name) : undefined;
}
