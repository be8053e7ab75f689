import { isJsonArray, isJsonObject } from '../objects/json.js';
import type { Json, JsonObject } from '../objects/object.js';

/**
 * Deep equality of JSON data: the order of fields does not matter, a field that is undefined is absent, and an integer
 * is the same as a number and as a bigint.
 */
export function jsonEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (Object.is(left, right) || (left === 0 && right === 0)) return true;
  if (isJsonArray(left)) {
    return (
      isJsonArray(right) && left.length === right.length && left.every((item, index) => jsonEqual(item, right[index]))
    );
  }
  if (isJsonObject(left)) return isJsonObject(right) && !isJsonArray(right) && objectsEqual(left, right);
  if (typeof left === 'bigint' && typeof right === 'number') return Number.isInteger(right) && left === BigInt(right);
  if (typeof left === 'number' && typeof right === 'bigint') return Number.isInteger(left) && right === BigInt(left);
  return false;
}

function objectsEqual(left: JsonObject, right: JsonObject): boolean {
  const names = presentNames(left);
  return (
    names.length === presentNames(right).length &&
    names.every((name) => Object.hasOwn(right, name) && jsonEqual(left[name], right[name]))
  );
}

function presentNames(object: JsonObject): string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}
