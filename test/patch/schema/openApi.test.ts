import assert from 'node:assert/strict';
import { tableFromOpenApi } from '../../../src/patch/schema/openApi.js';

const gvk = { group: 'example.com', version: 'v1', kind: 'Widget' };

describe('tableFromOpenApi', () => {
  const widget = {
    type: 'object',
    description: 'left out',
    properties: {
      name: { type: 'string', description: 'left out' },
      port: { type: 'integer', format: 'int32' },
      parts: { type: 'array', items: { $ref: '#/definitions/Part' }, 'x-kubernetes-patch-merge-key': 'name' },
      any: {},
      part: { allOf: [{ $ref: '#/components/schemas/Part' }], default: {} },
      odd: true,
    },
    'x-kubernetes-group-version-kind': [gvk, { group: '', version: 'v1', kind: 'Widget' }, { version: 1 }],
  };
  const paths = {
    '/apis/example.com/v1/widgets': { get: { 'x-kubernetes-group-version-kind': gvk } },
    '/apis/example.com/v1/namespaces/{namespace}/widgets': { get: { 'x-kubernetes-group-version-kind': gvk } },
    '/apis/example.com/v1/watch/widgets': { get: { 'x-kubernetes-group-version-kind': gvk } },
    '/api/v1/widgets': { post: { 'x-kubernetes-group-version-kind': gvk } },
  };
  const expected = {
    version: 'v1',
    kinds: {
      'example.com/v1/Widget': { definition: 'Widget', namespaced: true },
      'v1/Widget': { definition: 'Widget' },
    },
    definitions: {
      Widget: {
        type: 'object',
        properties: {
          name: 'string',
          port: 'integer/int32',
          parts: { type: 'array', items: '#Part', patchMergeKey: 'name' },
          any: '',
          part: { ref: 'Part', default: {} },
          odd: '',
        },
      },
    },
  };

  it('reads version 2', () => {
    assert.deepEqual(tableFromOpenApi({ definitions: { Widget: widget }, paths }, 'v1'), expected);
  });

  it('reads version 3', () => {
    assert.deepEqual(tableFromOpenApi({ components: { schemas: { Widget: widget } }, paths }, 'v1'), expected);
  });

  it('takes a document without definitions for an empty one', () => {
    assert.deepEqual(tableFromOpenApi({ definitions: [] }), { version: '', kinds: {}, definitions: {} });
  });
});
