/** A Lease that is written to while it is held: by a newer run that wants it, by another tool, by whoever takes it. */
import assert from 'node:assert/strict';
import type { ObjectAddress } from '../../../src/cluster/cluster.js';
import { acquireLease, renewLease } from '../../../src/engine/lock/lease.js';
import { askToStop, stopAskedBy } from '../../../src/engine/lock/stopMark.js';
import { observeLease } from '../../../src/engine/lock/observeLease.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, resource, RESOURCES } from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const LEASES = resource('coordination.k8s.io/v1', 'Lease', 'leases');
const ADDRESS: ObjectAddress = { resource: LEASES, namespace: 'shop', name: 'kapply-shop' };
const { signal } = new AbortController();

async function heldBy(identity: string) {
  const discovery = { resources: [...RESOURCES, LEASES], failures: [] };
  const cluster = fakeCluster({ objects: [], discovery });
  const observe = () => observeLease(cluster, { set: 'shop', namespace: 'shop', discovery, signal });
  const free = await observe();
  const lease = await acquireLease(cluster, free!, { identity, now: NOW, signal });
  return {
    cluster,
    observe,
    lease: lease!,
    renew: (one: KubeObject) => renewLease(cluster, ADDRESS, one, { now: NOW + 5000, signal }),
  };
}

describe('a Lease that others write to', () => {
  it('carries the mark of a newer run to its holder, who still holds it', async () => {
    const { cluster, observe, lease, renew } = await heldBy('old');
    assert.equal(await askToStop(cluster, (await observe())!, { identity: 'new', signal }), true);
    const renewed = await renew(lease);
    assert.equal(stopAskedBy(renewed!), 'new');
    // The answer is what lives now: the next renewal succeeds again.
    const again = await renew(renewed!);
    assert.notEqual(again?.metadata.resourceVersion, renewed?.metadata.resourceVersion);
    assert.equal((again?.spec as { renewTime: string }).renewTime, '2026-01-01T12:00:05.000000Z');
  });

  it('is kept where another tool labels it', async () => {
    const { cluster, lease, renew } = await heldBy('old');
    await cluster.patch(ADDRESS, { metadata: { labels: { audited: 'yes' } } }, { type: 'merge' });
    const renewed = await renew(lease);
    assert.equal(renewed?.metadata.labels?.audited, 'yes');
    assert.equal(stopAskedBy(renewed), undefined);
  });

  it('is lost where another run took it, or somebody deleted it', async () => {
    const taken = await heldBy('old');
    await acquireLease(taken.cluster, (await taken.observe())!, { identity: 'new', now: NOW + 20_000, signal });
    assert.equal(await taken.renew(taken.lease), undefined);
    const deleted = await heldBy('old');
    await deleted.cluster.remove(ADDRESS, { signal });
    assert.equal(await deleted.renew(deleted.lease), undefined);
  });

  it('is not marked for whoever took it since it was observed, nor where nobody holds it', async () => {
    const { cluster, observe } = await heldBy('old');
    const observed = (await observe())!;
    await acquireLease(cluster, observed, { identity: 'other', now: NOW, signal });
    assert.equal(await askToStop(cluster, observed, { identity: 'new', signal }), false);
    assert.equal(stopAskedBy(cluster.find('Lease', 'kapply-shop')!), undefined);
    assert.equal(
      await askToStop(cluster, { ...observed, object: undefined, holder: '' }, { identity: 'new', signal }),
      false,
    );
  });

  it('loses the mark with its next holder', async () => {
    const { cluster, observe } = await heldBy('old');
    await askToStop(cluster, (await observe())!, { identity: 'new', signal });
    const next = await acquireLease(cluster, (await observe())!, { identity: 'new', now: NOW, signal });
    assert.equal(stopAskedBy(next!), undefined);
  });
});
