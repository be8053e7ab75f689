import type { Json } from '../../objects/object.js';
import { isJsonArray, isJsonObject, ownField } from '../jsonEqual.js';
import { type PathElement, keyElement, valueElement } from './pathElement.js';
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
