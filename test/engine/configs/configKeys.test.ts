import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/objects/object.js';
import { configKeys } from '../../../src/engine/configs/configKeys.js';

const config = (...fields: JsonObject[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cfg', managedFields: fields.map((fieldsV1) => ({ manager: 'any', fieldsV1 })) },
});

describe('configKeys', () => {
  for (const { what, object, keys } of [
    { what: 'nobody tracked it', object: config(), keys: undefined },
    { what: 'only its labels have owners', object: config({ 'f:metadata': { 'f:labels': {} } }), keys: undefined },
    { what: 'its data is empty', object: config({ 'f:data': {} }), keys: undefined },
    { what: 'one owner has all', object: config({ 'f:data': { '.': {}, 'f:a': {}, 'f:b.c': {} } }), keys: 2 },
    {
      what: 'two own one key, and bytes are data as well',
      object: config(
        { 'f:data': { 'f:a': {} } },
        { 'f:data': { 'f:a': {}, 'f:b': {} }, 'f:binaryData': { 'f:c': {} } },
      ),
      keys: 3,
    },
  ]) {
    it(`is ${String(keys)} where ${what}`, () => assert.equal(configKeys(object), keys));
  }
});
