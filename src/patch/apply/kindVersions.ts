import type { JsonObject, KubeObject } from '../../objects/object.js';
import { type SchemaTable, schemaFor } from '../schema/schemaTable.js';
import { type FieldSet, NO_FIELDS } from './fieldSet.js';
import type { Versions } from './ownership.js';
import { DEDUCED, type Shape, shapeOf } from './shape.js';

export interface KindOptions {
  readonly schema: SchemaTable;
  /** Fields that the request may not own (the API server's reset fields): none by default. */
  readonly ignored?: FieldSet;
  /**
   * The object in another served version of its kind; undefined where that version is not served. By default no other
   * version is, and entries of other versions go, as the API server lets those of removed versions go.
   */
  readonly convert?: (object: JsonObject, apiVersion: string) => JsonObject | undefined;
}

/** How the API server sees the kind of an object in the version of the request. */
export function versionsOf(apiVersion: string, kind: string, options: KindOptions): Versions {
  const { schema, ignored = NO_FIELDS, convert = () => undefined } = options;
  return {
    apiVersion,
    shape: (version) => shapeFor(schema, version, kind, version === apiVersion),
    convert,
    ignored,
  };
}

/** Without a schema, the request's own version is typed by its values. */
function shapeFor(schema: SchemaTable, apiVersion: string, kind: string, deduce: boolean): Shape | undefined {
  return shapeOfKind(schema, apiVersion, kind) ?? (deduce ? DEDUCED : undefined);
}

/** The shape of a kind that the table has. */
export function shapeOfKind(schema: SchemaTable, apiVersion: string, kind: string): Shape | undefined {
  const found = schemaFor(schema, { apiVersion, kind });
  return found === undefined ? undefined : shapeOf(schema, found);
}

/** An object is JSON; its interface does not say so. */
export function asData(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}

/** The other way round: data as the object that it is. */
export function asObject(data: JsonObject): KubeObject {
  return data as unknown as KubeObject;
}
