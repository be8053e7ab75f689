import { isJsonArray, isJsonObject } from '../objects/json.js';
import type { Json, JsonObject } from '../objects/object.js';

/**
 * Applies a JSON merge patch (RFC 7386) and returns the new value; neither argument is changed. Null removes a field,
 * objects merge, everything else (lists too) replaces. Fields keep their place; new ones follow in the patch's order.
 *
 * As the API server's library (github.com/evanphx/json-patch v4) and unlike the RFC, null fields of objects inside a list
 * go as well, unless the list takes the place of an object.
 */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return isJsonObject(target) ? patch : withoutNulls(patch);
  const base: JsonObject = isJsonObject(target) ? target : {};
  const fields = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) fields.delete(name);
    else fields.set(name, applyMergePatch(fields.get(name), value));
  }
  return Object.fromEntries(fields);
}

/** A value that takes no other's place: null fields of its objects go, those of lists as well. */
export function withoutNulls(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutNulls);
  return isJsonObject(value) ? applyMergePatch({}, value) : value;
}
