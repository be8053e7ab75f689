import { child, drop, isDraft } from '../draft.js';
import type { Draft } from '../draft.js';
import { isEmbeddedResource, keepsUnknownFields, schemaOfField } from './structuralSchema.js';
import type { StructuralSchema } from './structuralSchema.js';

const RESOURCE_FIELDS = ['apiVersion', 'kind', 'metadata'];

/** Drops the fields that the schema does not know (apiextensions-apiserver pkg/apiserver/schema/pruning), and names them. */
export function pruneCustomResource(schema: StructuralSchema, object: Draft, onUnknown: (path: string) => void): void {
  pruneObject(schema, object, '', true, onUnknown);
}

function pruneValue(schema: StructuralSchema, value: unknown, path: string, onUnknown: (path: string) => void): void {
  if (Array.isArray(value)) {
    const items = child(schema, 'items');
    if (items !== undefined) value.forEach((item, i) => pruneValue(items, item, `${path}[${i}]`, onUnknown));
  } else if (isDraft(value)) {
    pruneObject(schema, value, path, isEmbeddedResource(schema), onUnknown);
  }
}

function pruneObject(
  schema: StructuralSchema,
  object: Draft,
  path: string,
  isResource: boolean,
  onUnknown: (path: string) => void,
): void {
  for (const [field, value] of Object.entries(object)) {
    if (isResource && RESOURCE_FIELDS.includes(field)) continue;
    const inner = path === '' ? field : `${path}.${field}`;
    const known = schemaOfField(schema, field);
    if (known !== undefined) pruneValue(known, value, inner, onUnknown);
    else if (!keepsUnknownFields(schema) && schema['additionalProperties'] !== true) {
      drop(object, field);
      onUnknown(inner);
    }
  }
}
