/**
 * From OpenAPI, version 2 or 3, to a walk table: Kubernetes' own documents, a kustomization's `openapi.path`, and the
 * structural schemas of CustomResourceDefinitions, which are OpenAPI as well.
 */
import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import type { KindSchema, Schema, SchemaNode, SchemaTable } from './schemaTable.js';

/** Any value, owned as a whole: the one definition that kube-openapi's schemaconv does not take from the document. */
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

const TYPES: readonly string[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

/**
 * Reads the definitions of an OpenAPI document (`definitions` of version 2, `components.schemas` of version 3), the kinds
 * that they name (x-kubernetes-group-version-kind), and from the paths whether these are namespaced.
 */
export function tableFromOpenApi(document: JsonObject, version = ''): SchemaTable {
  const schemas = ownField(document, 'definitions') ?? path(document, 'components', 'schemas');
  const definitions: [string, SchemaNode][] = [];
  const kinds = new Map<string, KindSchema>();
  const scopes = scopesOf(document);
  for (const [name, schema] of isJsonObject(schemas) ? Object.entries(schemas) : []) {
    if (!isJsonObject(schema)) continue;
    definitions.push([name, name === RAW_EXTENSION ? { mapType: 'atomic', listType: 'atomic' } : schemaNode(schema)]);
    for (const key of kindKeys(ownField(schema, 'x-kubernetes-group-version-kind'))) {
      const namespaced = scopes.get(key);
      kinds.set(key, { definition: name, ...(namespaced === undefined ? {} : { namespaced }) });
    }
  }
  return { version, kinds: Object.fromEntries(kinds), definitions: Object.fromEntries(definitions) };
}

/** Turns one OpenAPI schema into a node of a table: what merging does not need is left out. */
export function schemaNode(source: JsonObject): SchemaNode {
  const schema = schemaOf(source);
  const names = Object.keys(schema);
  if (names.length === 1 && schema.ref !== undefined) return `#${schema.ref}`;
  if (names.every((name) => name === 'type' || name === 'format')) {
    return schema.format === undefined ? (schema.type ?? '') : `${schema.type ?? ''}/${schema.format}`;
  }
  return schema;
}

function schemaOf(source: JsonObject): Schema {
  const type = ownField(source, 'type');
  const first = isJsonArray(type) ? type[0] : type;
  const ref = referenceOf(source);
  const properties = ownField(source, 'properties');
  const additional = ownField(source, 'additionalProperties');
  const items = ownField(source, 'items');
  const keys = ownField(source, 'x-kubernetes-list-map-keys');
  const value = ownField(source, 'default');
  const found: Record<string, Json | undefined> = {
    type: typeof first === 'string' && TYPES.includes(first) ? first : undefined,
    format: text(source, 'format'),
    ref,
    properties: isJsonObject(properties) ? mapped(properties) : undefined,
    additionalProperties: isJsonObject(additional) ? asJson(schemaNode(additional)) : flag(additional),
    items: isJsonObject(items) ? asJson(schemaNode(items)) : undefined,
    listType: text(source, 'x-kubernetes-list-type'),
    listKeys: isJsonArray(keys) ? keys.filter((key) => typeof key === 'string') : undefined,
    mapType: text(source, 'x-kubernetes-map-type'),
    patchStrategy: text(source, 'x-kubernetes-patch-strategy'),
    patchMergeKey: text(source, 'x-kubernetes-patch-merge-key'),
    default: value,
    nullable: truth(source, 'nullable'),
    preserveUnknownFields: truth(source, 'x-kubernetes-preserve-unknown-fields'),
    intOrString: truth(source, 'x-kubernetes-int-or-string'),
    embeddedResource: truth(source, 'x-kubernetes-embedded-resource'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, entry]) => entry !== undefined));
}

/** A `$ref`, or one that stands alone in an `allOf`: how version 3 gives a reference a default. */
function referenceOf(source: JsonObject): string | undefined {
  const all = ownField(source, 'allOf');
  const only = isJsonArray(all) && all.length === 1 ? all[0] : undefined;
  const reference = text(source, '$ref') ?? (isJsonObject(only) ? text(only, '$ref') : undefined);
  return reference
    ?.slice(reference.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

function mapped(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      asJson(isJsonObject(property) ? schemaNode(property) : ''),
    ]),
  );
}

/** `apiVersion/kind` of each entry of an x-kubernetes-group-version-kind, which is a list or a single one. */
function kindKeys(extension: Json | undefined): string[] {
  return (isJsonArray(extension) ? extension : [extension ?? null]).flatMap((entry) => {
    if (!isJsonObject(entry)) return [];
    const { group, version, kind } = entry;
    if (typeof version !== 'string' || typeof kind !== 'string') return [];
    return [typeof group === 'string' && group !== '' ? `${group}/${version}/${kind}` : `${version}/${kind}`];
  });
}

/** Kinds that can be read below `/namespaces/{namespace}/` are namespaced; the others that can be read are not. */
function scopesOf(document: JsonObject): Map<string, boolean> {
  const scopes = new Map<string, boolean>();
  const paths = ownField(document, 'paths');
  for (const [route, item] of isJsonObject(paths) ? Object.entries(paths) : []) {
    const get = isJsonObject(item) ? ownField(item, 'get') : undefined;
    if (!isJsonObject(get)) continue;
    for (const key of kindKeys(ownField(get, 'x-kubernetes-group-version-kind'))) {
      scopes.set(key, route.includes('namespaces/{namespace}') || scopes.get(key) === true);
    }
  }
  return scopes;
}

function path(document: JsonObject, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>(
    (node, name) => (isJsonObject(node) ? ownField(node, name) : undefined),
    document,
  );
}

function text(source: JsonObject, name: string): string | undefined {
  const value = ownField(source, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function truth(source: JsonObject, name: string): true | undefined {
  return ownField(source, name) === true ? true : undefined;
}

function flag(value: Json | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A node is JSON; an interface without an index signature does not say so. */
function asJson(node: SchemaNode): Json {
  return node as Json;
}
