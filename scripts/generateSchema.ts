/**
 * Writes the schema tables of src/patch/schema/: `npx tsx scripts/generateSchema.ts`. Needs Go and its module proxy.
 *
 * - kustomize.json: what kustomize v5.8 embeds (sigs.k8s.io/kustomize/kyaml): Kubernetes v1.21.2, and its own kinds.
 * - kubernetes.json: Kubernetes v1.37.2, the OpenAPI v3 documents of every API that a cluster serves by default.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../src/objects/object.js';
import { tableFromOpenApi } from '../src/patch/schema/openApi.js';
import { mergeTables } from '../src/patch/schema/schemaTable.js';
import type { KindSchema, Schema, SchemaNode, SchemaTable } from '../src/patch/schema/schemaTable.js';

const KYAML = 'sigs.k8s.io/kustomize/kyaml@v0.21.2';
const KUBERNETES = 'k8s.io/kubernetes@v1.37.2';

function moduleDirectory(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', module], { cwd: '/', encoding: 'utf8' });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

function readJson(...path: string[]): unknown {
  const bytes = readFileSync(join(...path));
  return JSON.parse((path.at(-1)?.endsWith('.gz') === true ? gunzipSync(bytes) : bytes).toString());
}

function kustomizeTable(): SchemaTable {
  const openapi = join(moduleDirectory(KYAML), 'openapi');
  const data = join(openapi, 'kubernetesapi', 'data');
  const [bundle = ''] = readdirSync(data);
  const { definitions, resources } = readJson(data, bundle) as {
    definitions: JsonObject;
    resources: { apiVersion: string; kind: string; definition?: string; scope?: 'Namespaced' | 'Cluster' }[];
  };
  const kinds = resources.map(({ apiVersion, kind, definition, scope }): [string, KindSchema] => [
    `${apiVersion}/${kind}`,
    {
      ...(definition === undefined ? {} : { definition }),
      ...(scope === undefined ? {} : { namespaced: scope === 'Namespaced' }),
    },
  ]);
  const own = tableFromOpenApi(readJson(openapi, 'kustomizationapi', 'swagger.json') as JsonObject);
  const builtin = { ...tableFromOpenApi({ definitions }), kinds: Object.fromEntries(kinds) };
  return { ...mergeTables(builtin, own), version: 'v1.21.2' };
}

/** Alpha and beta versions are off by default, and internal ones are nobody's. */
const SERVED = /^(api__v1|apis__[a-z.0-9]+__v[0-9]+)_openapi\.json$/;

function kubernetesTable(): SchemaTable {
  const directory = join(moduleDirectory(KUBERNETES), 'api', 'openapi-spec', 'v3');
  const merged = readdirSync(directory)
    .filter((file) => SERVED.test(file))
    .map((file) => withOwnKinds(tableFromOpenApi(readJson(directory, file) as JsonObject)))
    .reduce(mergeTables);
  return { ...merged, version: KUBERNETES.slice(KUBERNETES.indexOf('@') + 1) };
}

/** Only kinds that have paths in the same document: not DeleteOptions, nor the claims of a StatefulSet, which groups repeat. */
function withOwnKinds(table: SchemaTable): SchemaTable {
  const kinds = Object.entries(table.kinds).filter(([, kind]) => kind.namespaced !== undefined);
  return { ...table, kinds: Object.fromEntries(kinds) };
}

/** Leaves out definitions that no kind leads to, and defaults that are the type's zero value and no key of a list. */
function compact(table: SchemaTable): SchemaTable {
  const keys = new Set<string>();
  const kept = new Map<string, SchemaNode>();
  const visit = (node: SchemaNode | boolean | undefined): void => {
    if (node === undefined || typeof node === 'boolean') return;
    const schema: Schema =
      typeof node === 'string' ? { ...(node.startsWith('#') ? { ref: node.slice(1) } : {}) } : node;
    if (schema.ref !== undefined && !kept.has(schema.ref)) {
      const target = table.definitions[schema.ref];
      if (target === undefined) throw new Error(`no definition of ${schema.ref}`);
      kept.set(schema.ref, target);
      visit(target);
    }
    for (const key of schema.listKeys ?? []) keys.add(key);
    Object.values(schema.properties ?? {}).forEach(visit);
    visit(schema.items);
    visit(schema.additionalProperties);
  };
  for (const { definition } of Object.values(table.kinds)) if (definition !== undefined) visit(`#${definition}`);
  const trimmed = [...kept].map(([name, node]): [string, SchemaNode] => [name, withoutZeroDefaults(node, keys)]);
  const sorted = <T>(entries: [string, T][]) => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return { version: table.version, kinds: sorted(Object.entries(table.kinds)), definitions: sorted(trimmed) };
}

function withoutZeroDefaults(node: SchemaNode, keys: ReadonlySet<string>, name = ''): SchemaNode {
  if (typeof node === 'string') return node;
  const { default: value, properties, items, additionalProperties, ...rest } = node;
  const zero = value === undefined || value === '' || value === 0 || value === false || JSON.stringify(value) === '{}';
  const schema: Schema = {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([field, property]) => [field, withoutZeroDefaults(property, keys, field)]),
      ),
    }),
    ...(items !== undefined && { items: withoutZeroDefaults(items, keys) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'boolean'
          ? additionalProperties
          : withoutZeroDefaults(additionalProperties, keys),
    }),
    ...(value !== undefined && (!zero || keys.has(name)) && JSON.stringify(value) !== '{}' ? { default: value } : {}),
  };
  return bare(schema);
}

/** The short form of a schema that has become a bare type or a bare reference. */
function bare(schema: Schema): SchemaNode {
  const { type, format, ref, ...rest } = schema;
  if (Object.keys(rest).length > 0) return schema;
  if (ref !== undefined) return type === undefined && format === undefined ? `#${ref}` : schema;
  return format === undefined ? (type ?? '') : `${type ?? ''}/${format}`;
}

function write(name: string, table: SchemaTable): void {
  const file = join(import.meta.dirname, '..', 'src', 'patch', 'schema', name);
  writeFileSync(file, `${JSON.stringify(compact(table))}\n`);
}

write('kustomize.json', kustomizeTable());
write('kubernetes.json', kubernetesTable());
