import { inputError } from '../../errors.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { isJsonObject } from '../jsonEqual.js';
import { type FieldNode, type FieldSet, sortedNodes } from './fieldSet.js';
import { type PathElement, parseElement } from './pathElement.js';

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
