import assert from 'node:assert/strict';
import { adoptsPodsOf } from '../../../../src/engine/plan/change/adoptsPodsOf.js';
import type { KubeObject } from '../../../../src/objects/object.js';

describe('adoptsPodsOf', () => {
  const workload = (kind: string, selector: object): KubeObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    spec: { selector },
  });
  const [both, one, other] = [
    { matchLabels: { app: 'web', tier: 'front' } },
    { matchLabels: { app: 'web' } },
    { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
  ];
  const selectors: { before: object; after: object; adopts: boolean }[] = [
    { before: both, after: both, adopts: true },
    { before: both, after: one, adopts: true },
    { before: other, after: one, adopts: true },
    { before: one, after: both, adopts: false },
    { before: one, after: other, adopts: false },
    { before: one, after: { matchLabels: { app: 'api' } }, adopts: false },
    { before: one, after: {}, adopts: false },
  ];
  for (const { before, after, adopts } of selectors) {
    it(`${adopts ? 'leaves' : 'takes'} the pods of ${JSON.stringify(before)} for ${JSON.stringify(after)}`, () => {
      for (const kind of ['StatefulSet', 'Deployment', 'DaemonSet']) {
        assert.equal(adoptsPodsOf(workload(kind, before), workload(kind, after)), adopts, kind);
      }
      assert.equal(adoptsPodsOf(workload('ReplicaSet', before), workload('ReplicaSet', after)), false);
    });
  }
});
