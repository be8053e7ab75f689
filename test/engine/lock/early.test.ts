/** A Lease that is asked for before it is known where it lies. */
import assert from 'node:assert/strict';
import { askEarly, observedEarly } from '../../../src/engine/lock/observeLease.js';
import { guessLockNamespace } from '../../../src/engine/lock/lockNamespace.js';
import { fakeCluster, forbidden, resource, RESOURCES } from '../fakeCluster.js';

const { signal } = new AbortController();
const discovery = { resources: [...RESOURCES, resource('coordination.k8s.io/v1', 'Lease', 'leases')], failures: [] };
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kapply-shop', namespace: 'shop' },
  spec: { holderIdentity: 'other' },
};
const rendered = (kind: string, name: string, namespace?: string) => ({
  object: { apiVersion: 'v1', kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
});

describe('a Lease that is asked for early', () => {
  const asked = (where: { set: string; namespace: string }, react?: () => void) => {
    const cluster = fakeCluster({ objects: [lease], discovery, ...(react !== undefined && { react }) });
    return observedEarly(askEarly(cluster, { ...where, signal }), { set: 'shop', namespace: 'shop', discovery });
  };

  it('is the one that is observed, where it was looked for in the right place', async () => {
    const observed = await asked({ set: 'shop', namespace: 'shop' });
    assert.equal(observed?.holder, 'other');
    assert.ok(observed.object?.metadata.resourceVersion);
  });

  it('counts for nothing in another place, of another set, or where it could not be read', async () => {
    assert.equal(await asked({ set: 'shop', namespace: 'default' }), undefined);
    assert.equal(await asked({ set: 'api', namespace: 'shop' }), undefined);
    const refused = await asked({ set: 'shop', namespace: 'shop' }, () => {
      throw forbidden('no');
    });
    assert.equal(refused, undefined);
  });
});

describe('guessLockNamespace', () => {
  for (const [objects, expected] of [
    [[rendered('ConfigMap', 'a', 'shop'), rendered('ConfigMap', 'b', 'api')], 'api'],
    [[rendered('ConfigMap', 'a'), rendered('ClusterRole', 'b')], 'mine'],
    [[rendered('Namespace', 'api'), rendered('ConfigMap', 'a', 'api'), rendered('ConfigMap', 'b', 'shop')], 'shop'],
    [[rendered('Namespace', 'api'), rendered('ConfigMap', 'a', 'api')], 'default'],
  ] as const) {
    it(`says ${expected} of ${objects.map(({ object: { kind, metadata } }) => `${kind} in ${'namespace' in metadata ? metadata.namespace : '-'}`).join(', ')}`, () => {
      assert.equal(guessLockNamespace(objects, 'mine'), expected);
    });
  }
});
