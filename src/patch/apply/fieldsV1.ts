import { inputError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject, ManagedFieldsEntry } from '../../objects/object.js';
import { type FieldNode, type FieldSet, NO_FIELDS, sortedNodes, union } from './fieldSet.js';
import { type Path, type PathElement, parseElement } from './pathElement.js';

/**
 * Reads the `fieldsV1` of a managedFields entry (meta/v1 FieldsV1). Elements of an unknown kind are ignored, as the API
 * server does; throws KapplyError `InvalidFieldsV1` for malformed ones.
 */
export function parseFieldsV1(fields: Json | undefined): FieldSet {
  return parseLevel(fields).children;
}

function parseLevel(fields: Json | undefined): FieldNode {
  const children = new Map<PathElement, FieldNode>();
  let member = false;
  for (const [name, below] of isJsonObject(fields) ? Object.entries(fields) : []) {
    if (name === '.') {
      member = true;
      continue;
    }
    const element = elementOf(name);
    if (element !== undefined) children.set(element, parseLevel(below));
  }
  return { member: member || children.size === 0, children };
}

function elementOf(name: string): PathElement | undefined {
  try {
    return parseElement(name);
  } catch (cause) {
    throw inputError('InvalidFieldsV1', `managedFields: "${name}" is not a field, key, value or index`, { cause });
  }
}

/** What these entries own together. Throws as `parseFieldsV1`. */
export function ownedBy(entries: readonly ManagedFieldsEntry[]): FieldSet {
  return entries.reduce((fields, { fieldsV1 }) => union(fields, parseFieldsV1(fieldsV1)), NO_FIELDS);
}

/** True where a `fieldsV1` has the path of these fields, or more below it: only the way there is read. */
export function fieldsV1LeadsTo(fields: JsonObject | undefined, path: Path): boolean {
  const [element, ...rest] = path;
  if (element === undefined) return true;
  if (fields === undefined || !Object.hasOwn(fields, element)) return false;
  const child = fields[element];
  return fieldsV1LeadsTo(isJsonObject(child) ? child : {}, rest);
}

/** Writes a set as `fieldsV1`, in the API server's canonical order. */
export function serializeFieldsV1(set: FieldSet): JsonObject {
  return Object.fromEntries(
    sortedNodes(set).map(([element, node]) => [
      element,
      node.member && node.children.size > 0
        ? { '.': {}, ...serializeFieldsV1(node.children) }
        : serializeFieldsV1(node.children),
    ]),
  );
}
