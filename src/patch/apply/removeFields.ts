import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import type { FieldSet } from './fieldSet.js';
import { itemElement } from './listItems.js';
import { fieldElement } from './pathElement.js';
import { type ListShape, type MapShape, type Shape, branchOf, narrow } from './shape.js';

/**
 * Takes these fields and items out of a value (structured-merge-diff, typed/remove.go). An object or list of which
 * nothing is left becomes null, so that a later look still sees that the field was there: see `withoutEmptied`.
 */
export function removeFields(shape: Shape, value: Json, fields: FieldSet): Json {
  const branch = branchOf(shape, narrow(shape, value));
  if (branch === 'list' && shape.list !== undefined) {
    if (!isJsonArray(value) || value.length === 0 || shape.list.atomic) return null;
    return removeItems(shape.list, value, fields);
  }
  if (branch === 'map' && shape.map !== undefined) {
    if (!isJsonObject(value) || Object.keys(value).length === 0 || shape.map.atomic) return null;
    return removeFromObject(shape.map, value, fields);
  }
  return value;
}

function removeItems(list: ListShape, items: readonly Json[], fields: FieldSet): Json {
  const shape = list.items();
  const kept = items.flatMap((item) => {
    const element = itemElement(list, item);
    const node = typeof element === 'string' ? fields.get(element) : undefined;
    if (node === undefined) return [item];
    return node.member ? [] : [removeFields(shape, item, node.children)];
  });
  return kept.length === 0 ? null : kept;
}

function removeFromObject(map: MapShape, object: JsonObject, fields: FieldSet): Json {
  const kept = Object.entries(object).flatMap(([name, value]): [string, Json][] => {
    const node = fields.get(fieldElement(name));
    if (value === undefined || node?.member === true) return [];
    const shape = map.field(name);
    return [[name, node === undefined || shape === undefined ? value : removeFields(shape, value, node.children)]];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** Leaves out the nulls that `removeFields` made: those that were not null in the value it was given. */
export function withoutEmptied(value: Json, original: Json | undefined): Json {
  if (!isJsonObject(value) || !isJsonObject(original)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, Json][] => {
      if (field === undefined) return [];
      const before = Object.hasOwn(original, name) ? original[name] : undefined;
      if (field === null) return before === null || before === undefined ? [[name, null]] : [];
      return [[name, withoutEmptied(field, before)]];
    }),
  );
}
