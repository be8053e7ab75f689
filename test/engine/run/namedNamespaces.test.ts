import assert from 'node:assert/strict';
import { namedNamespaces } from '../../../src/engine/run/namedNamespaces.js';

function rendered(kind: string, namespace?: string, apiVersion = 'v1') {
  const metadata = { name: 'a', ...(namespace !== undefined && { namespace }) };
  return { object: { apiVersion, kind, metadata }, origin: { file: 'a.yaml' }, generated: false };
}

describe('namedNamespaces', () => {
  for (const [what, objects, names] of [
    [
      'those that objects name, once each',
      [rendered('Secret', 'b'), rendered('Service', 'a'), rendered('Pod', 'b')],
      ['a', 'b'],
    ],
    ['no default for what belongs to the cluster', [rendered('Namespace'), rendered('ConfigMap', 'shop')], ['shop']],
    [
      'the default as well where something is surely in it',
      [rendered('ConfigMap'), rendered('Pod', 'shop')],
      ['here', 'shop'],
    ],
    ['the default alone where nothing names any', [rendered('Namespace'), rendered('Widget')], ['here']],
  ] as const) {
    it(`says ${what}`, () => assert.deepEqual(namedNamespaces(objects, 'here'), names));
  }
});
