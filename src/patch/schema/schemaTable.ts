/**
 * Schema walk tables: what merging needs to know of a kind's fields, taken from OpenAPI and small enough to ship.
 *
 * A table maps kinds to definitions and definitions to fields. Walk it from a kind down:
 *
 *     const table = await kubernetesSchema();
 *     const pod = schemaFor(table, { apiVersion: 'v1', kind: 'Pod' });
 *     const spec = pod && fieldSchema(table, pod, 'spec');
 *     const containers = spec && fieldSchema(table, spec, 'containers');   // .type 'array', .patchMergeKey 'name', .listKeys ['name']
 *     const container = containers && itemSchema(table, containers);
 *
 * What a walk returns is always resolved: `ref` is gone and the other fields of a reference are laid over its definition
 * (kustomize ignores those: its Deployment.spec.strategy knows nothing of `retainKeys`).
 * The same field of the same table gives the same object, so that a Schema can be a key of a WeakMap.
 */
import type { Json } from '../../objects/object.js';

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

export interface Schema {
  /** Absent where any type is allowed. */
  readonly type?: SchemaType;
  /** OpenAPI's format: `int32`, `byte`, `date-time`, `int-or-string`, … */
  readonly format?: string;
  /** The name of a definition in the same table; the other fields here override those of the definition. */
  readonly ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  /** The schema of fields that `properties` does not name; true allows any, false none. */
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  /** x-kubernetes-list-type. */
  readonly listType?: 'atomic' | 'set' | 'map';
  /** x-kubernetes-list-map-keys. */
  readonly listKeys?: readonly string[];
  /** x-kubernetes-map-type. */
  readonly mapType?: 'atomic' | 'granular';
  /** x-kubernetes-patch-strategy: `merge`, `replace`, `retainKeys` or `merge,retainKeys`. */
  readonly patchStrategy?: string;
  /** x-kubernetes-patch-merge-key. */
  readonly patchMergeKey?: string;
  /** A default other than the type's zero value, or of a field that is a key of a list. */
  readonly default?: Json;
  readonly nullable?: boolean;
  /** x-kubernetes-preserve-unknown-fields, of custom resources: what `properties` does not name is kept, not pruned. */
  readonly preserveUnknownFields?: boolean;
  /** Of custom resources: this schema or one around it preserves unknown fields, so that server-side apply merges them. */
  readonly mergesUnknownFields?: boolean;
  /** x-kubernetes-int-or-string, of custom resources. */
  readonly intOrString?: boolean;
  /** x-kubernetes-embedded-resource, of custom resources: apiVersion, kind and metadata are allowed besides the properties. */
  readonly embeddedResource?: boolean;
}

/** A schema as a table stores it: `string` or `integer/int32` for a bare type, `#NAME` for a bare reference. */
export type SchemaNode = string | Schema;

export interface SchemaTable {
  /** Where it comes from: `v1.37.2`. */
  readonly version: string;
  /** By `apiVersion/kind`: `apps/v1/Deployment`, `v1/Pod`. */
  readonly kinds: Readonly<Record<string, KindSchema>>;
  /** By OpenAPI's name: `io.k8s.api.core.v1.PodSpec`. */
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}

export interface KindSchema {
  /** Absent where only the scope of the kind is known. */
  readonly definition?: string;
  /** Absent where the OpenAPI document does not tell. */
  readonly namespaced?: boolean;
}

export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The schema of a kind's objects; undefined where the table does not know the kind. */
export function schemaFor(table: SchemaTable, type: TypeMeta): Schema | undefined {
  const definition = kindIn(table, type)?.definition;
  return definition === undefined ? undefined : definitionSchema(table, definition);
}

/** Whether the kind lives in namespaces; undefined where the table does not know. */
export function isNamespaced(table: SchemaTable, type: TypeMeta): boolean | undefined {
  return kindIn(table, type)?.namespaced;
}

/** The schema of a definition by its OpenAPI name; undefined where the table has none. */
export function definitionSchema(table: SchemaTable, name: string): Schema | undefined {
  const node = Object.hasOwn(table.definitions, name) ? table.definitions[name] : undefined;
  return node === undefined ? undefined : resolveSchema(table, node);
}

/** The schema of an object's field, or of a map's values; undefined where the schema says nothing of it. */
export function fieldSchema(table: SchemaTable, schema: Schema, name: string): Schema | undefined {
  const { properties, additionalProperties } = schema;
  const node = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  return node === undefined || typeof node === 'boolean' ? undefined : resolveSchema(table, node);
}

/** Whether `properties` names the field, as opposed to a key of a map. */
export function hasProperty(schema: Schema, name: string): boolean {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, name);
}

/** The schema of a list's items; undefined where there is none. */
export function itemSchema(table: SchemaTable, schema: Schema): Schema | undefined {
  return schema.items === undefined ? undefined : resolveSchema(table, schema.items);
}

/** One table in which the later one's kinds and definitions win: built-in kinds with custom resources besides. */
export function mergeTables(base: SchemaTable, over: SchemaTable): SchemaTable {
  return {
    version: over.version,
    kinds: { ...base.kinds, ...over.kinds },
    definitions: { ...base.definitions, ...over.definitions },
  };
}

function kindIn(table: SchemaTable, { apiVersion, kind }: TypeMeta): KindSchema | undefined {
  const key = `${apiVersion}/${kind}`;
  return Object.hasOwn(table.kinds, key) ? table.kinds[key] : undefined;
}

/** Bare types, one object each. */
const bareTypes = new Map<string, Schema>();
/** References with overrides, resolved, for each table. */
const overlaid = new WeakMap<SchemaTable, WeakMap<Schema, Schema>>();

/** Follows references until there is none; undefined where one leads nowhere or in a circle. */
export function resolveSchema(table: SchemaTable, node: SchemaNode): Schema | undefined {
  if (typeof node === 'string' && !node.startsWith('#')) return bareType(node);
  if (typeof node === 'object' && node.ref === undefined) return node;
  const known = typeof node === 'object' ? overlaid.get(table)?.get(node) : undefined;
  if (known !== undefined) return known;

  const layers: Omit<Schema, 'ref'>[] = [];
  const seen = new Set<string>();
  let current: SchemaNode | undefined = node;
  for (;;) {
    if (typeof current === 'object') {
      const { ref, ...overrides }: Schema = current;
      if (ref === undefined) break;
      if (Object.keys(overrides).length > 0) layers.unshift(overrides);
      current = `#${ref}`;
    }
    if (!current.startsWith('#')) break;
    const name: string = current.slice(1);
    if (seen.has(name)) return undefined;
    seen.add(name);
    current = Object.hasOwn(table.definitions, name) ? table.definitions[name] : undefined;
    if (current === undefined) return undefined;
  }
  const target = typeof current === 'object' ? current : bareType(current);
  return layers.length === 0 ? target : remembered(table, node, Object.assign({}, target, ...layers) as Schema);
}

function remembered(table: SchemaTable, node: SchemaNode, schema: Schema): Schema {
  if (typeof node === 'object') {
    const ofTable = overlaid.get(table) ?? new WeakMap<Schema, Schema>();
    overlaid.set(table, ofTable.set(node, schema));
  }
  return schema;
}

function bareType(text: string): Schema {
  let schema = bareTypes.get(text);
  if (schema === undefined) {
    const [type = '', format] = text.split('/');
    schema = { ...(type === '' ? {} : { type: type as SchemaType }), ...(format === undefined ? {} : { format }) };
    bareTypes.set(text, schema);
  }
  return schema;
}
