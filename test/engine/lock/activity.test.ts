import assert from 'node:assert/strict';
import { activityOf, holderOf, holderWords } from '../../../src/engine/lock/activity.js';
import { renewLease } from '../../../src/engine/lock/lease.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, resource, RESOURCES } from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const lease = (more: object = {}): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kapply-shop', namespace: 'shop', annotations: { other: 'x' } },
  spec: { holderIdentity: 'ci', acquireTime: '2026-01-01T11:56:30.000000Z', ...more },
});

describe('what the holder of a lock is doing', () => {
  it('is in its Lease once it renews', async () => {
    const leases = resource('coordination.k8s.io/v1', 'Lease', 'leases');
    const cluster = fakeCluster({ objects: [lease()], discovery: { resources: [...RESOURCES, leases] } });
    const address = { resource: leases, namespace: 'shop', name: 'kapply-shop' };
    const { signal } = new AbortController();
    const doing = activityOf('rollout');
    const renewed = await renewLease(cluster, address, cluster.find('Lease', 'kapply-shop')!, {
      now: NOW,
      signal,
      doing,
    });
    assert.equal(renewed?.metadata.annotations?.other, 'x');
    assert.equal(
      holderWords(holderOf('ci', renewed), NOW),
      'ci, for 3m: it has applied everything, and only waits for the rollout',
    );
  });

  it('is named without what only machines tell apart', () => {
    const named = (identity: string): string => holderOf(identity, undefined).holder;
    assert.equal(
      named('ci@runner-7 pid 4711 3f2a01bc in 3698fffa-d61a-42de-8f4a-e7838439cfc4/4026531836'),
      'ci@runner-7 pid 4711',
    );
    assert.equal(named('ci@runner-7 pid 4711 3f2a01bc'), 'ci@runner-7 pid 4711');
    assert.equal(named('argo-cd_0a1b'), 'argo-cd_0a1b', 'another tool has words of its own');
  });

  for (const [name, object, words] of [
    ['a Lease of a version that says nothing of it', lease(), 'ci, for 3m'],
    ['a Lease without a time', lease({ acquireTime: undefined }), 'ci'],
    ['a Lease that was just taken', lease({ acquireTime: '2026-01-01T11:59:58Z' }), 'ci, for 2s'],
    ['a clock that is behind', lease({ acquireTime: '2026-01-01T12:00:58Z' }), 'ci, for 0s'],
    ['no Lease', undefined, 'ci'],
  ] as const) {
    it(`is said as far as it is known: ${name}`, () => assert.equal(holderWords(holderOf('ci', object), NOW), words));
  }
});
