import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { schemaNode } from './openApi.js';
import { type KindSchema, type Schema, type SchemaNode, type SchemaTable, mergeTables } from './schemaTable.js';

const OBJECT_META = '#io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * Adds the kinds of a CustomResourceDefinition (apiextensions.k8s.io/v1) to a table that has Kubernetes' own definitions,
 * every version with the structural schema that it has. A version without one accepts any fields.
 */
export function withCustomResource(table: SchemaTable, definition: JsonObject): SchemaTable {
  const spec = objectField(definition, 'spec');
  const group = textField(spec, 'group');
  const kind = textField(objectField(spec, 'names'), 'kind');
  const namespaced = textField(spec, 'scope') === 'Namespaced';
  const versions = ownField(spec, 'versions');
  const kinds = new Map<string, KindSchema>();
  const definitions = new Map<string, SchemaNode>();
  for (const version of isJsonArray(versions) ? versions : []) {
    if (!isJsonObject(version)) continue;
    const name = textField(version, 'name');
    const schema = ownField(objectField(version, 'schema'), 'openAPIV3Schema');
    const root = isJsonObject(schema) ? schemaNode(schema) : { type: 'object' as const, preserveUnknownFields: true };
    const key = [...group.split('.').reverse(), name, kind].join('.');
    definitions.set(key, asResource(asSchema(structural(root, false))));
    kinds.set(`${group}/${name}/${kind}`, { definition: key, namespaced });
  }
  const added = { kinds: Object.fromEntries(kinds), definitions: Object.fromEntries(definitions) };
  return mergeTables(table, { version: table.version, ...added });
}

/** Every object of the API has these, whatever its schema says of them. */
function asResource(schema: Schema): Schema {
  return {
    ...schema,
    type: 'object',
    properties: { ...schema.properties, apiVersion: 'string', kind: 'string', metadata: OBJECT_META },
  };
}

/**
 * Hands x-kubernetes-preserve-unknown-fields down, as schemaconv does, and gives embedded resources the fields of a
 * resource.
 */
function structural(node: SchemaNode, open: boolean): SchemaNode {
  const schema = asSchema(node);
  const opens = open || schema.preserveUnknownFields === true;
  const { properties, items, additionalProperties, ...rest } = schema;
  const walked: Schema = {
    ...rest,
    ...(opens ? { mergesUnknownFields: true } : {}),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, structural(property, opens)]),
      ),
    }),
    ...(items === undefined ? {} : { items: structural(items, opens) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: openable(additionalProperties, opens) }),
  };
  if (walked.embeddedResource === true) return asResource(walked);
  return Object.keys(walked).length === 0 || (typeof node === 'string' && !opens) ? node : walked;
}

function openable(additional: SchemaNode | boolean, open: boolean): SchemaNode | boolean {
  return typeof additional === 'boolean' ? additional : structural(additional, open);
}

function asSchema(node: SchemaNode): Schema {
  if (typeof node !== 'string') return node;
  if (node.startsWith('#')) return { ref: node.slice(1) };
  const [type, format] = node.split('/');
  return {
    ...(type === '' || type === undefined ? {} : { type: type as NonNullable<Schema['type']> }),
    ...(format === undefined ? {} : { format }),
  };
}

function objectField(object: JsonObject, name: string): JsonObject {
  const value: Json | undefined = ownField(object, name);
  return isJsonObject(value) ? value : {};
}

function textField(object: JsonObject, name: string): string {
  const value = ownField(object, name);
  return typeof value === 'string' ? value : '';
}
