import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Discovery } from '../../../src/cluster/cluster.js';
import { acquireLease, forgetLease, releaseLease, renewLease } from '../../../src/engine/lock/lease.js';
import { observeLease, type ObservedLease } from '../../../src/engine/lock/observeLease.js';
import { leaseName } from '../../../src/engine/lock/leaseName.js';
import { recordOf } from '../../../src/engine/lock/leaseRecord.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, refusal, resource, type FakeCluster, type FakeRequest } from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const LEASES = resource('coordination.k8s.io/v1', 'Lease', 'leases');
const discovery: Discovery = { resources: [LEASES], failures: [] };
const { signal } = new AbortController();

const lease = (spec: object, annotations: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kapply-web', namespace: 'shop', labels: { team: 'a' }, annotations },
  spec: { ...spec },
});

/** What fails at the first request of a verb, and is not asked for again. */
type React = (request: FakeRequest, cluster: FakeCluster) => void;

function clusterWith(object?: KubeObject, react: React = () => undefined): FakeCluster {
  const cluster: FakeCluster = fakeCluster({
    discovery,
    now: () => NOW,
    ...(object !== undefined && { objects: [object] }),
    react: (request) => react(request, cluster),
  });
  return cluster;
}

async function observe(cluster: FakeCluster): Promise<ObservedLease> {
  const observed = await observeLease(cluster, { set: 'web', namespace: 'shop', discovery, signal });
  assert.ok(observed !== undefined);
  return observed;
}

const acquire = (
  cluster: FakeCluster,
  observed: ObservedLease,
  namespaces = ['shop'],
): Promise<KubeObject | undefined> => acquireLease(cluster, observed, { identity: 'me', now: NOW, signal, namespaces });
const stored = (cluster: FakeCluster): KubeObject | undefined => cluster.find('Lease', 'kapply-web', 'shop');
const specOf = (object: KubeObject | undefined): Readonly<Record<string, unknown>> =>
  (object?.spec ?? {}) as Readonly<Record<string, unknown>>;
/** As another run would write it. */
const steal = (cluster: FakeCluster): void => void cluster.put(lease({ holderIdentity: 'other' }));

describe('the name of a Lease', () => {
  for (const [set, name] of [
    ['web', 'kapply-web'],
    ['web.v2-a', 'kapply-web.v2-a'],
    ['Web', /^kapply-web-[0-9a-f]{8}$/],
    ['shop/web', /^kapply-shop-web-[0-9a-f]{8}$/],
    ['web-', /^kapply-web-[0-9a-f]{8}$/],
    // Label values, as names of sets are, and no DNS names.
    ['a..b', /^kapply-a\.b-[0-9a-f]{8}$/],
    ['a.-b', /^kapply-a\.b-[0-9a-f]{8}$/],
    ['a_.b', /^kapply-a\.b-[0-9a-f]{8}$/],
    ['Größe', /^kapply-gr-e-[0-9a-f]{8}$/],
    ['日本', /^kapply--?[0-9a-f]{8}$/],
    ['a'.repeat(80), /^kapply-a{47}-[0-9a-f]{8}$/],
  ] as const) {
    it(`is that of the set where it can be: ${set}`, () => {
      if (typeof name === 'string') assert.equal(leaseName(set), name);
      else assert.match(leaseName(set), name);
    });
  }

  const setName = fc.oneof(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.string({ minLength: 1, unit: fc.constantFrom('a', 'B', '1', '.', '-', '_') }),
  );

  it('is one that the server takes, and another one for another set', () => {
    fc.assert(
      fc.property(setName, fc.string({ minLength: 1 }), (one, other) => {
        // RFC 1123 subdomain, apimachinery pkg/util/validation.
        assert.match(leaseName(one), /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
        assert.ok(leaseName(one).length <= 63);
        assert.equal(leaseName(one) === leaseName(other), one === other);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a Lease that is looked at', () => {
  for (const [what, object, holder] of [
    ['is not there', undefined, ''],
    ['is free', lease({}), ''],
    ['is held', lease({ holderIdentity: 'ci' }), 'ci'],
  ] as const) {
    it(what, async () => {
      const observed = await observe(clusterWith(object));
      assert.deepEqual(
        [observed.holder, observed.object !== undefined, observed.address.name],
        [holder, object !== undefined, 'kapply-web'],
      );
    });
  }

  it('is none where the server has no leases', async () => {
    const none = { set: 'web', namespace: 'shop', discovery: { resources: [], failures: [] }, signal };
    assert.equal(await observeLease(clusterWith(), none), undefined);
  });

  it('that may not be read is an error, and not a free one', async () => {
    const cluster = clusterWith(undefined, () => {
      throw forbidden('leases');
    });
    await assert.rejects(observe(cluster), { code: 'Forbidden' });
  });
});

describe('taking a Lease', () => {
  it('makes one as client-go does, which says whose it is and where the set goes', async () => {
    const cluster = clusterWith();
    const made = await acquire(cluster, await observe(cluster), ['shop', 'audit']);
    assert.ok(made !== undefined);
    assert.deepEqual(specOf(made), {
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T12:00:00.000000Z',
      renewTime: '2026-01-01T12:00:00.000000Z',
      leaseTransitions: 0,
    });
    assert.deepEqual(made.metadata.labels, { 'app.kubernetes.io/managed-by': 'kapply', 'kapply.dev/set': 'web' });
    assert.deepEqual(recordOf(made), ['audit', 'shop']);
  });

  it('keeps what others wrote on it, and only adds to the record', async () => {
    const cluster = clusterWith(lease({ leaseTransitions: 3 }, { 'kapply.dev/namespaces': 'old,shop', note: 'x' }));
    const taken = await acquire(cluster, await observe(cluster), ['new', 'shop']);
    assert.ok(taken !== undefined);
    assert.deepEqual([specOf(taken).holderIdentity, specOf(taken).leaseTransitions], ['me', 4]);
    assert.deepEqual([taken.metadata.labels?.['team'], taken.metadata.annotations?.['note']], ['a', 'x']);
    assert.deepEqual(recordOf(taken), ['new', 'old', 'shop']);
  });

  it('drops what the last holder said that it was doing', async () => {
    const cluster = clusterWith(lease({}, { 'kapply.dev/doing': 'waits' }));
    const taken = await acquire(cluster, await observe(cluster));
    assert.equal(taken?.metadata.annotations?.['kapply.dev/doing'], undefined);
  });

  it('believes no record of a copy', async () => {
    const copied = { 'kapply.dev/namespaces': 'theirs', 'kapply.dev/id': 'coordination.k8s.io/Lease/other/kapply-web' };
    const cluster = clusterWith(lease({}, copied));
    assert.deepEqual(recordOf(stored(cluster) as KubeObject), []);
    assert.deepEqual(recordOf((await acquire(cluster, await observe(cluster))) as KubeObject), ['shop']);
  });

  for (const [what, before] of [
    ['made', undefined],
    ['took', lease({})],
  ] as const) {
    it(`comes second where another run ${what} it meanwhile`, async () => {
      const cluster = clusterWith(before);
      const observed = await observe(cluster);
      steal(cluster);
      assert.equal(await acquire(cluster, observed), undefined);
      assert.equal(specOf(stored(cluster)).holderIdentity, 'other');
    });
  }

  for (const [what, before] of [
    ['made', undefined],
    ['took', lease({})],
  ] as const) {
    it(`has it where it ${what} it itself: the answer to a first attempt was lost`, async () => {
      const cluster = clusterWith(before);
      const observed = await observe(cluster);
      cluster.put(lease({ holderIdentity: 'me' }));
      assert.equal(specOf(await acquire(cluster, observed)).holderIdentity, 'me');
    });
  }

  it('throws what is no other run: a refusal, a namespace that is gone', async () => {
    for (const error of [forbidden('leases'), refusal(404, 'NotFound'), refusal(500, 'InternalError')]) {
      const cluster = clusterWith(undefined, ({ verb }) => {
        if (verb === 'create') throw error;
      });
      await assert.rejects(acquire(cluster, await observe(cluster)), error);
    }
  });
});

describe('a Lease that is held', () => {
  const hold = async (react?: React): Promise<{ cluster: FakeCluster; observed: ObservedLease; held: KubeObject }> => {
    const cluster = clusterWith(lease({}), react);
    const observed = await observe(cluster);
    const held = await acquire(cluster, observed);
    assert.ok(held !== undefined);
    return { cluster, observed, held };
  };
  const at = (later: number) => ({ now: NOW + later, signal });

  it('is renewed by its time alone', async () => {
    const { cluster, observed, held } = await hold();
    const renewed = await renewLease(cluster, observed.address, held, at(5000));
    assert.deepEqual(specOf(renewed), { ...specOf(held), renewTime: '2026-01-01T12:00:05.000000Z' });
    assert.deepEqual(renewed?.metadata.annotations, held.metadata.annotations);
  });

  it('is lost where another run has it, or where it is gone', async () => {
    for (const lose of [steal, (cluster: FakeCluster) => cluster.drop(lease({}))]) {
      const { cluster, observed, held } = await hold();
      lose(cluster);
      assert.equal(await renewLease(cluster, observed.address, held, at(5000)), undefined);
    }
  });

  it('is not lost by an error: the server may be away for a moment', async () => {
    let away = false;
    const { cluster, observed, held } = await hold(() => {
      if (away) throw refusal(503, 'ServiceUnavailable');
    });
    away = true;
    await assert.rejects(renewLease(cluster, observed.address, held, at(5000)), { code: 'ServiceUnavailable' });
  });

  it('stays when it is given up, with its record, so that the next run sees that one was here', async () => {
    const { cluster, observed, held } = await hold();
    await releaseLease(cluster, observed.address, held, signal);
    const free = stored(cluster) as KubeObject;
    assert.deepEqual(
      [specOf(free).holderIdentity, specOf(free).leaseTransitions, recordOf(free)],
      [undefined, 1, ['shop']],
    );
    assert.notEqual(free.metadata.resourceVersion, observed.object?.metadata.resourceVersion);
  });

  it('is given up also where somebody wrote on it since it was read', async () => {
    const { cluster, observed, held } = await hold();
    cluster.put({ ...held, metadata: { ...held.metadata, labels: { team: 'b' } } });
    await releaseLease(cluster, observed.address, held, signal);
    const free = stored(cluster) as KubeObject;
    assert.deepEqual([specOf(free).holderIdentity, free.metadata.labels], [undefined, { team: 'b' }]);
  });

  it('is left to whoever took it, and what fails then is no matter', async () => {
    const { cluster, observed, held } = await hold();
    steal(cluster);
    await releaseLease(cluster, observed.address, held, signal);
    assert.equal(specOf(stored(cluster)).holderIdentity, 'other');
  });
});

describe('forgetting the Lease of a set that is no more', () => {
  const forget = (cluster: FakeCluster): Promise<void> =>
    forgetLease(cluster, { set: 'web', namespace: 'shop', discovery, signal });

  for (const [what, object, react, left] of [
    ['removes one that is free', lease({}), undefined, false],
    ['finds none', undefined, undefined, false],
    ['leaves one that somebody holds', lease({ holderIdentity: 'ci' }), undefined, true],
    [
      'leaves one that somebody took since',
      lease({}),
      ({ verb }: FakeRequest, cluster: FakeCluster) => {
        if (verb === 'delete') steal(cluster);
      },
      true,
    ],
    [
      'leaves one that it may not remove, without a word',
      lease({}),
      ({ verb }: FakeRequest) => {
        if (verb === 'delete') throw forbidden('leases');
      },
      true,
    ],
  ] as const) {
    it(what, async () => {
      const cluster = clusterWith(object, react);
      await forget(cluster);
      assert.equal(stored(cluster) !== undefined, left);
    });
  }
});
