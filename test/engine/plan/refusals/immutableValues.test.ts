import assert from 'node:assert/strict';
import { immutableValues } from '../../../../src/engine/plan/refusals/immutableValues.js';
import type { KubeObject } from '../../../../src/objects/object.js';

const object = (kind: string, more: object): KubeObject => ({
  apiVersion: kind === 'Secret' ? 'v1' : 'apps/v1',
  kind,
  metadata: { name: 'db' },
  ...more,
});
const set = (labels: object, more: object = {}): KubeObject =>
  object('StatefulSet', { spec: { selector: { matchLabels: labels }, ...more } });

describe('immutableValues', () => {
  it('says what is there and what the manifest says, below the fields that are named', () => {
    const live = set({ app: 'db' }, { serviceName: 'db', replicas: 1 });
    const desired = set({ app: 'db', team: 'shop' }, { serviceName: 'data', replicas: 3 });
    assert.deepEqual(immutableValues(live, desired, ['spec.selector', 'spec.serviceName']), [
      'spec.selector.matchLabels.team: nothing there, shop in the manifest',
      'spec.serviceName: db there, data in the manifest',
    ]);
  });

  it('says at most three, and no long or nested ones', () => {
    const many = (value: string): KubeObject => set({ a: value, b: value, c: value, d: value });
    assert.equal(immutableValues(many('1'), many('2'), ['spec.selector']).length, 3);
    assert.deepEqual(immutableValues(many('1'), many('2'.repeat(50)), ['spec.selector']), []);
    assert.deepEqual(immutableValues(set({}), set({ a: { b: 1 } }), ['spec.selector']), []);
  });

  it('says nothing of a Secret', () => {
    const [live, desired] = ['YQ==', 'Yg=='].map((password) => object('Secret', { data: { password } }));
    assert.deepEqual(immutableValues(live!, desired!, ['data']), []);
  });
});
