import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/objects/object.js';
import { kubernetesSchema } from '../../src/patch/schema/builtinTables.js';
import { strategicMergePatch } from '../../src/patch/strategicMerge.js';

interface Case {
  readonly name: string;
  readonly spec: JsonObject;
  readonly patch: JsonObject;
  readonly expected?: JsonObject;
  readonly error?: string;
}

const cases = parse(readFileSync(new URL('../fixtures/patch/strategicMerge.yaml', import.meta.url), 'utf8')) as Case[];
const pod = { apiVersion: 'v1', kind: 'Pod' };

describe('strategicMergePatch', () => {
  for (const { name, spec, patch, expected, error } of cases) {
    it(name, async () => {
      const table = await kubernetesSchema();
      const original = { ...pod, spec };
      const before = structuredClone(original);
      if (error === undefined) {
        assert.deepEqual(strategicMergePatch(original, { spec: patch }, table), { ...pod, spec: expected });
      } else {
        assert.throws(() => strategicMergePatch(original, { spec: patch }, table), { code: error });
      }
      assert.deepEqual(original, before, 'the original itself is never changed');
    });
  }

  it('merges finalizers as a set, orders them and deletes from them', async () => {
    const original = { ...pod, metadata: { finalizers: ['a', 'b', 'c'] } };
    const patch = {
      metadata: {
        '$setElementOrder/finalizers': ['c', 'd', 'a'],
        finalizers: ['d'],
      },
    };
    const table = await kubernetesSchema();
    assert.deepEqual(strategicMergePatch(original, patch, table).metadata, { finalizers: ['b', 'c', 'd', 'a'] });
    const deletion = { metadata: { '$deleteFromPrimitiveList/finalizers': ['b', 'x'] } };
    assert.deepEqual(strategicMergePatch(original, deletion, table).metadata, { finalizers: ['a', 'c'] });
  });

  it('refuses custom resources', async () => {
    const original = { apiVersion: 'example.com/v1', kind: 'Widget' };
    const table = await kubernetesSchema();
    assert.throws(() => strategicMergePatch(original, {}, table), { code: 'StrategicPatchUnsupported' });
  });
});
