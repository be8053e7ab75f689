import type { Schema, SchemaNode, SchemaTable } from '../../patch/schema/schemaTable.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';

/** The table has the fields and their types, not the texts. */
const DESCRIPTION = 'The sandbox knows the fields and their types. What they mean, a real server tells.';

/** OpenAPI v3 schemas of the kinds and of all that they are made of. */
export function openApiSchemas(table: SchemaTable, resources: readonly Resource[]): Readonly<Record<string, object>> {
  const schemas = new Map<string, object>();
  const add = (name: string): string => {
    const node = Object.hasOwn(table.definitions, name) ? table.definitions[name] : undefined;
    if (node !== undefined && !schemas.has(name)) {
      schemas.set(name, {});
      schemas.set(name, openApiSchema(node, add));
    }
    return `#/components/schemas/${name}`;
  };
  for (const resource of resources) {
    const { group, version, kind } = resource;
    const name = table.kinds[`${apiVersionOf(resource)}/${kind}`]?.definition;
    if (name === undefined) continue;
    add(name);
    const type = { 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
    schemas.set(name, { description: DESCRIPTION, ...schemas.get(name), ...type });
  }
  return Object.fromEntries(schemas);
}

function openApiSchema(node: SchemaNode, reference: (name: string) => string): object {
  if (typeof node === 'string') {
    if (node.startsWith('#')) return { $ref: reference(node.slice(1)) };
    const [type, format] = node.split('/');
    return { ...(type !== '' && { type }), ...(format !== undefined && { format }) };
  }
  const { ref, type, format, properties, additionalProperties, items }: Schema = node;
  const inner = (child: SchemaNode): object => openApiSchema(child, reference);
  return {
    ...(ref !== undefined && { allOf: [{ $ref: reference(ref) }] }),
    ...(type !== undefined && { type }),
    ...(format !== undefined && { format }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, inner(child)])),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'boolean' ? additionalProperties : inner(additionalProperties),
    }),
    ...(items !== undefined && { items: inner(items) }),
  };
}
