/** Nothing is written by a run that does not hold its lock any more: it was stopped, or had no server, while another one took it. */
import assert from 'node:assert/strict';
import { changedCluster } from '../../../src/cluster/changedCluster.js';
import type { Cluster, ObjectAddress, WriteOptions } from '../../../src/cluster/cluster.js';
import { keepLease, underLease, type KeptLease } from '../../../src/engine/lock/keepLease.js';
import { acquireLease } from '../../../src/engine/lock/lease.js';
import { observeLease } from '../../../src/engine/lock/observeLease.js';
import { askToStop } from '../../../src/engine/lock/stopMark.js';
import { KapplyError } from '../../../src/errors.js';
import { fakeCluster, forbidden, resource, RESOURCES, type FakeCluster, type FakeRequest } from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const LEASES = resource('coordination.k8s.io/v1', 'Lease', 'leases');
const DISCOVERY = { resources: [...RESOURCES, LEASES], failures: [] };
const CONFIG: ObjectAddress = {
  resource: RESOURCES.find(({ kind }) => kind === 'ConfigMap')!,
  namespace: 'shop',
  name: 'settings',
};
const config = (color: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
  data: { color },
});
const { signal } = new AbortController();

/** As the connection does it: asked before the request is sent. */
function asking(cluster: FakeCluster): Cluster {
  const ask = async <T>({ before }: WriteOptions = {}, send: () => Promise<T>): Promise<T> => {
    await before?.();
    return send();
  };
  return changedCluster(cluster, {
    apply: (address, object, options) => ask(options, () => cluster.apply(address, object, options)),
    create: (address, object, options) => ask(options, () => cluster.create(address, object, options)),
    patch: (address, patch, options) => ask(options, () => cluster.patch(address, patch, options)),
    remove: (address, options) => ask(options, () => cluster.remove(address, options)),
  });
}

interface Held {
  readonly cluster: FakeCluster;
  /** The cluster for the work of the run. */
  readonly under: Cluster;
  readonly kept: KeptLease;
  readonly wait: (ms: number) => void;
  readonly take: (identity: string) => Promise<void>;
  readonly leaseWrites: () => number;
}

describe('a run that holds a lock', () => {
  let time = NOW;
  let ends: (() => Promise<void>)[] = [];
  beforeEach(() => {
    time = NOW;
    ends = [];
  });
  afterEach(() => Promise.all(ends.map((end) => end())));

  async function hold(react: (request: FakeRequest) => void = () => undefined): Promise<Held> {
    const cluster = fakeCluster({ discovery: DISCOVERY, now: () => time, react });
    const observe = async () => {
      const observed = await observeLease(cluster, { set: 'shop', namespace: 'shop', discovery: DISCOVERY, signal });
      assert.ok(observed);
      return observed;
    };
    const observed = await observe();
    const lease = await acquireLease(cluster, observed, { identity: 'old', now: time, signal });
    assert.ok(lease);
    const kept = keepLease({ observed, lease, askedAt: time }, { cluster, now: () => time, signal });
    ends.push(kept.end);
    return {
      cluster,
      under: underLease(asking(cluster), kept.ensure),
      kept,
      wait: (ms) => (time += ms),
      take: async (identity) => {
        assert.ok(await acquireLease(cluster, await observe(), { identity, now: time, signal }));
      },
      leaseWrites: () => cluster.log.filter((line) => /^(patch|create) leases/.test(line)).length,
    };
  }
  const colorIn = ({ cluster }: Held): unknown => cluster.find('ConfigMap', 'settings', 'shop')?.data;

  /** Every way to write, on a config that is there. */
  const WRITES: Readonly<Record<string, (cluster: Cluster) => Promise<unknown>>> = {
    'an apply': (cluster) => cluster.apply(CONFIG, config('late'), { fieldManager: 'kapply', force: true }),
    'a patch': (cluster) => cluster.patch(CONFIG, { data: { color: 'late' } }, { type: 'merge' }),
    'a delete': (cluster) => cluster.remove(CONFIG),
    'a create': (cluster) =>
      cluster.create({ ...CONFIG, name: 'more' }, { ...config('late'), metadata: { name: 'more' } }),
  };
  for (const [what, write] of Object.entries(WRITES)) {
    it(`sends ${what} no more once another run has its lock, however long it slept`, async () => {
      const held = await hold();
      await held.cluster.apply(CONFIG, config('new'), { fieldManager: 'kapply' });
      held.wait(20_000);
      await held.take('new');
      await assert.rejects(write(held.under), { code: 'LockLost' });
      assert.deepEqual(held.cluster.names('ConfigMap'), ['ConfigMap/settings']);
      assert.deepEqual(colorIn(held), { color: 'new' });
      assert.ok(held.kept.lost.aborted);
    });
  }

  it('asks for nothing while the server has just confirmed the lock', async () => {
    const held = await hold();
    held.wait(9_000);
    const before = held.leaseWrites();
    await WRITES['an apply']?.(held.under);
    assert.equal(held.leaseWrites(), before);
  });

  it('goes on after a sleep in which nobody took the lock: it renews once for all that wait, and then writes', async () => {
    const held = await hold();
    held.wait(3_600_000);
    const before = held.leaseWrites();
    const names = ['a', 'b', 'c'];
    const apply = (name: string) =>
      held.under.apply(
        { ...CONFIG, name },
        { ...config('x'), metadata: { name, namespace: 'shop' } },
        { fieldManager: 'kapply' },
      );
    await Promise.all(names.map(apply));
    assert.equal(held.leaseWrites(), before + 1);
    assert.equal(held.cluster.names('ConfigMap').length, 3);
  });

  it('does not trust a clock that was set back', async () => {
    const held = await hold();
    held.wait(-3_600_000);
    await held.take('new');
    await assert.rejects(held.under.remove(CONFIG), { code: 'LockLost' });
  });

  it('stops at a write where a newer run has asked it to', async () => {
    const held = await hold();
    const observed = await observeLease(held.cluster, { set: 'shop', namespace: 'shop', discovery: DISCOVERY, signal });
    assert.ok(observed && (await askToStop(held.cluster, observed, { identity: 'new', signal })));
    held.wait(20_000);
    await assert.rejects(held.under.remove(CONFIG), { code: 'Superseded' });
  });

  it('looks whose the lock is where the server refuses to renew it', async () => {
    let isRefusing = false;
    const held = await hold(({ verb, resource: asked }) => {
      if (isRefusing && verb === 'patch' && asked?.kind === 'Lease') throw forbidden('leases');
    });
    held.wait(20_000);
    isRefusing = true;
    await WRITES['an apply']?.(held.under);
    assert.deepEqual(colorIn(held), { color: 'late' });
    isRefusing = false;
    await held.take('new');
    isRefusing = true;
    held.wait(20_000);
    await assert.rejects(held.under.remove(CONFIG), { code: 'LockLost' });
    assert.deepEqual(colorIn(held), { color: 'late' });
  });

  it('writes nothing where no server says whether the lock is still its own', async () => {
    let isAway = false;
    const away = new KapplyError('Unreachable', 'away', 7);
    const held = await hold(({ resource: asked }) => {
      if (isAway && asked?.kind === 'Lease') throw away;
    });
    held.wait(20_000);
    isAway = true;
    await assert.rejects(WRITES['an apply']?.(held.under) ?? Promise.resolve(), away);
    assert.equal(colorIn(held), undefined);
  });

  it('tries writes without it, and creates again what is in use', async () => {
    const held = await hold();
    held.wait(20_000);
    await held.take('new');
    await held.under.apply(CONFIG, config('x'), { fieldManager: 'kapply', dryRun: true });
    await held.under.apply(CONFIG, config('restored'), { fieldManager: 'kapply', unlocked: true });
    assert.deepEqual(colorIn(held), { color: 'restored' });
  });

  it('makes sure of both, where it holds two', async () => {
    const held = await hold();
    const asked: string[] = [];
    const first = underLease(asking(held.cluster), () => Promise.resolve(void asked.push('first')));
    const both = underLease(first, () => Promise.resolve(void asked.push('second')));
    await both.remove(CONFIG);
    assert.deepEqual(asked, ['second', 'first']);
  });
});
