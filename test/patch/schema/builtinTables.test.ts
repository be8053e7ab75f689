import assert from 'node:assert/strict';
import { kubernetesSchema, kustomizeSchema } from '../../../src/patch/schema/builtinTables.js';
import {
  type Schema,
  type SchemaTable,
  fieldSchema,
  isNamespaced,
  itemSchema,
  resolveSchema,
  schemaFor,
} from '../../../src/patch/schema/schemaTable.js';

/** Follows `a.b[].c` from a kind. */
function at(table: SchemaTable, apiVersion: string, kind: string, path: string): Schema | undefined {
  return path
    .split('.')
    .flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), '[]'] : [part]))
    .reduce<Schema | undefined>(
      (schema, part) => {
        if (schema === undefined) return undefined;
        return part === '[]' ? itemSchema(table, schema) : fieldSchema(table, schema, part);
      },
      schemaFor(table, { apiVersion, kind }),
    );
}

describe('the tables of built-in kinds', () => {
  // What api/openapi-spec of the named release says.
  const cases: ['kubernetes' | 'kustomize', string, string, string, Partial<Schema> | undefined][] = [
    ['kubernetes', 'apps/v1', 'Deployment', 'spec.template.spec.containers', { listType: 'map', listKeys: ['name'] }],
    ['kubernetes', 'v1', 'Pod', 'spec.containers[].ports', { listKeys: ['containerPort', 'protocol'] }],
    ['kubernetes', 'v1', 'Pod', 'spec.containers[].ports', { patchStrategy: 'merge', patchMergeKey: 'containerPort' }],
    ['kubernetes', 'v1', 'Pod', 'spec.containers[].ports[].protocol', { type: 'string', default: 'TCP' }],
    ['kubernetes', 'v1', 'Service', 'spec.ports', { listKeys: ['port', 'protocol'], patchMergeKey: 'port' }],
    ['kubernetes', 'v1', 'Service', 'spec.ports[].protocol', { default: 'TCP' }],
    ['kubernetes', 'apps/v1', 'Deployment', 'spec.strategy', { type: 'object', patchStrategy: 'retainKeys' }],
    ['kubernetes', 'v1', 'Pod', 'spec.volumes', { patchStrategy: 'merge,retainKeys', listKeys: ['name'] }],
    ['kubernetes', 'apps/v1', 'Deployment', 'spec.selector', { mapType: 'atomic' }],
    ['kubernetes', 'v1', 'Pod', 'metadata.finalizers', { listType: 'set', patchStrategy: 'merge' }],
    ['kubernetes', 'v1', 'Pod', 'metadata.labels.any', { type: 'string' }],
    ['kubernetes', 'v1', 'Pod', 'spec.containers[].resources.limits.cpu', {}],
    ['kubernetes', 'apps/v1', 'ControllerRevision', 'data', { mapType: 'atomic' }],
    ['kubernetes', 'v1', 'Pod', 'spec.nothing', undefined],
    ['kubernetes', 'example.com/v1', 'Pod', 'spec', undefined],
    ['kustomize', 'v1', 'Pod', 'spec.containers', { patchStrategy: 'merge', patchMergeKey: 'name' }],
    ['kustomize', 'v1', 'Pod', 'spec.containers[].ports[].protocol', { type: 'string' }],
    ['kustomize', 'extensions/v1beta1', 'Ingress', 'spec.rules', { type: 'array' }],
    ['kustomize', 'kustomize.config.k8s.io/v1beta1', 'Kustomization', 'secretGenerator', { patchMergeKey: 'name' }],
  ];
  for (const [name, apiVersion, kind, path, expected] of cases) {
    it(`${name}: ${kind}.${path}`, async () => {
      const schema = at(await (name === 'kubernetes' ? kubernetesSchema() : kustomizeSchema()), apiVersion, kind, path);
      assert.deepEqual(schema && { ...schema, ...expected }, schema);
      assert.equal(schema === undefined, expected === undefined);
    });
  }

  it('knows which kinds are namespaced', async () => {
    const kubernetes = await kubernetesSchema();
    assert.equal(isNamespaced(kubernetes, { apiVersion: 'v1', kind: 'Pod' }), true);
    assert.equal(isNamespaced(kubernetes, { apiVersion: 'v1', kind: 'Namespace' }), false);
    assert.equal(isNamespaced(kubernetes, { apiVersion: 'v1', kind: 'Nothing' }), undefined);
    const kustomize = await kustomizeSchema();
    assert.equal(isNamespaced(kustomize, { apiVersion: 'extensions/v1beta1', kind: 'Ingress' }), true);
    assert.equal(isNamespaced(kustomize, { apiVersion: 'policy/v1beta1', kind: 'PodSecurityPolicy' }), false);
    assert.equal(isNamespaced(kustomize, { apiVersion: 'v1', kind: 'DeleteOptions' }), undefined);
  });

  it('has as many merged lists as the releases', async () => {
    // Counted in the OpenAPI documents themselves; two of kustomize's are in its own kinds.
    const merged = (table: SchemaTable) =>
      Object.values(table.definitions).flatMap((definition) =>
        Object.values(resolveSchema(table, definition)?.properties ?? {}).filter(
          (node) => typeof node === 'object' && node.patchMergeKey !== undefined,
        ),
      ).length;
    assert.equal(merged(await kubernetesSchema()), 65);
    assert.equal(merged(await kustomizeSchema()), 44);
  });

  it('leads nowhere that is not there', async () => {
    for (const table of [await kubernetesSchema(), await kustomizeSchema()]) {
      for (const [name, definition] of Object.entries(table.definitions)) {
        const schema = resolveSchema(table, definition);
        assert.ok(schema, name);
        const nodes = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
        for (const node of nodes) {
          if (node !== undefined && typeof node !== 'boolean') assert.ok(resolveSchema(table, node), name);
        }
      }
    }
  });
});
