import { child, copyOf, isDraft } from '../draft.js';
import type { Draft } from '../draft.js';
import { schemaOfField } from './structuralSchema.js';
import type { StructuralSchema } from './structuralSchema.js';

/** Fills in the schema's defaults, and drops null where a field may not be null (pkg/apiserver/schema/defaulting). */
export function defaultCustomResource(schema: StructuralSchema, value: unknown): void {
  if (Array.isArray(value)) {
    const items = child(schema, 'items');
    if (items !== undefined) for (const item of value) defaultCustomResource(items, item);
    return;
  }
  if (!isDraft(value)) return;
  defaultProperties(child(schema, 'properties') ?? {}, value);
  for (const [field, item] of Object.entries(value)) {
    const known = schemaOfField(schema, field);
    if (known !== undefined) defaultCustomResource(known, item);
  }
}

function defaultProperties(properties: Draft, value: Draft): void {
  for (const field of Object.keys(properties)) {
    const property = child(properties, field);
    if (property === undefined || property['default'] === undefined) continue;
    const given = value[field];
    if (given === undefined || (given === null && property['nullable'] !== true)) {
      value[field] = copyOf(property['default']);
    }
  }
}
