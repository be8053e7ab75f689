import assert from 'node:assert/strict';
import { pathWords } from '../../../../src/engine/plan/refusals/pathWords.js';
import { leavesOf } from '../../../../src/patch/apply/fieldSet.js';
import { parseFieldsV1 } from '../../../../src/patch/apply/fieldsV1.js';

describe('pathWords', () => {
  it('writes paths as the server does', () => {
    const item = 'k:{"name":"app"}';
    const fields = parseFieldsV1({
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { [item]: { '.': {}, 'f:image': {} } } } } },
      'f:metadata': { 'f:labels': { 'f:a.b/c': {} }, 'f:finalizers': { 'v:"x"': {} } },
      'f:list': { 'i:3': {} },
    });
    assert.deepEqual(leavesOf(fields).map(pathWords), [
      '.spec.template.spec.containers[name="app"].image',
      '.metadata.labels["a.b/c"]',
      '.metadata.finalizers[="x"]',
      '.list[3]',
    ]);
  });
});
