import assert from 'node:assert/strict';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { openApiSchemas } from '../../../src/sandbox/http/openApiSchemas.js';
import { BUILT_IN } from '../../../src/sandbox/kinds/builtIn.js';

describe('sandbox/http/openApiSchemas', () => {
  it('has each kind, and every schema that another one names', async () => {
    const table = await kubernetesSchema();
    for (const version of new Set(BUILT_IN.map((resource) => `${resource.group}/${resource.version}`))) {
      const resources = BUILT_IN.filter((resource) => `${resource.group}/${resource.version}` === version);
      const schemas = openApiSchemas(table, resources);
      const text = JSON.stringify(schemas);
      for (const { kind } of resources) assert.ok(text.includes(`"kind":"${kind}"}]`), kind);
      const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
      assert.ok(named.length > 0);
      assert.deepEqual(
        named.filter((name) => !Object.hasOwn(schemas, name)),
        [],
      );
    }
  });

  it('ends where a schema names itself', () => {
    const table = {
      version: 'v1',
      kinds: { 'example.com/v1/Tree': { definition: 'Tree' } },
      definitions: {
        Tree: { type: 'object', properties: { children: { type: 'array', items: '#Tree' }, size: 'integer/int32' } },
      },
    } as const;
    const tree = { ...BUILT_IN[0]!, group: 'example.com', version: 'v1', kind: 'Tree' };
    const { description, ...schema } = openApiSchemas(table, [tree])['Tree'] as { description: string };
    assert.match(description, /sandbox/);
    assert.deepEqual(schema, {
      type: 'object',
      properties: {
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
        size: { type: 'integer', format: 'int32' },
      },
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Tree' }],
    });
  });
});
