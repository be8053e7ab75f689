/** Custom resources that wait for their operator go before it, and keep it where they do not go. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, type FakeCluster, type FakeRequest } from '../fakeCluster.js';
import { judging, NOW, ours, planAndPrune } from './pruneOptions.js';

const FINALIZER = 'shop.example.com/free-the-account';
const gadget = (name: string, more: object = {}): KubeObject =>
  ours('shop.example.com/v1', 'Gadget', name, { metadata: { finalizers: [FINALIZER], ...more } });

const OPERATOR: readonly KubeObject[] = [
  ours('apps/v1', 'Deployment', 'operator', {
    spec: { selector: {}, template: { spec: { serviceAccountName: 'operator', containers: [] } } },
  }),
  ours('v1', 'ServiceAccount', 'operator'),
  ours('v1', 'Service', 'webhook', { spec: { ports: [{ port: 443 }] } }),
];
const STALE = ours('v1', 'ConfigMap', 'cfg-2222222222', { data: { a: '1' } });

/** A clock that runs ten seconds a look, so that a wait ends. */
function running(): () => number {
  let now = NOW;
  return () => (now += 10_000);
}

/** Time enough for many to be looked at. */
function slow(): () => number {
  let now = NOW;
  return () => (now += 10);
}

/** Frees a gadget some looks after it was asked to go, and only while the Deployment is there. */
function operatorOf(cluster: () => FakeCluster, free: readonly string[]): (request: FakeRequest) => void {
  const looks = new Map<string, number>();
  return ({ verb, resource }) => {
    if (verb !== 'list' || resource?.kind !== 'Gadget') return;
    for (const name of free) {
      const live = cluster().find('Gadget', name);
      if (live?.metadata.deletionTimestamp === undefined) continue;
      const seen = (looks.get(name) ?? 0) + 1;
      looks.set(name, seen);
      if (seen >= 2 && cluster().find('Deployment', 'operator') !== undefined) cluster().drop(live);
    }
  };
}

async function pruned(objects: readonly KubeObject[], free: readonly string[]) {
  const cluster: FakeCluster = fakeCluster({ objects, react: operatorOf(() => cluster, free) });
  const options = judging({ pruneKinds: [] });
  const { outcomes, result } = await planAndPrune(cluster, options, undefined, running());
  const deleted = cluster.log.filter((line) => line.startsWith('delete ')).map((line) => line.slice('delete '.length));
  return { outcomes, result, names: cluster.names(), deleted };
}

describe('operatorsLast', () => {
  it('custom resources with finalizers go first, and the operator when they are gone', async () => {
    const { names, deleted, result } = await pruned([...OPERATOR, gadget('a'), gadget('b'), STALE], ['a', 'b']);
    assert.deepEqual(names, []);
    assert.deepEqual(result, { incomplete: false });
    assert.deepEqual(deleted.slice(0, 2).sort(), ['gadgets shop/a', 'gadgets shop/b']);
  });

  it('more of them than go at once do not wait for one another', async () => {
    const many = Array.from({ length: 20 }, (_, index) => gadget(`g${index}`));
    // Each waits for the last one: a limit on how many go at once must not keep that from being asked to go.
    const cluster: FakeCluster = fakeCluster({
      objects: [...OPERATOR, ...many],
      concurrency: 4,
      react: ({ verb, resource }) => {
        if (verb !== 'list' || resource?.kind !== 'Gadget') return;
        if (cluster.find('Gadget', 'g19')?.metadata.deletionTimestamp === undefined) return;
        for (const { metadata } of many) {
          const live = cluster.find('Gadget', metadata.name);
          if (live?.metadata.deletionTimestamp !== undefined) cluster.drop(live);
        }
      },
    });
    const { result } = await planAndPrune(cluster, judging(), undefined, slow());
    assert.deepEqual(result, { incomplete: false });
  });

  const kept = 'Gadget/a is not gone (finalizer shop.example.com/free-the-account): its operator may need this';
  it('where one stays, the operator and all that it may need stay, and stale configs go', async () => {
    const { names, outcomes, result } = await pruned([...OPERATOR, gadget('a'), gadget('b'), STALE], ['b']);
    assert.deepEqual(names, ['Deployment/operator', 'Gadget/a', 'Service/webhook', 'ServiceAccount/operator']);
    assert.deepEqual(result, { incomplete: true });
    for (const held of ['Deployment/operator', 'Service/webhook']) {
      assert.ok(outcomes.includes(`${held}: kept (${kept})`), outcomes.join('\n'));
    }
  });

  it('one that an earlier run asked to go is waited for, and keeps the operator as well', async () => {
    const going = gadget('a', { deletionTimestamp: '2026-01-01T11:30:00Z' });
    assert.deepEqual((await pruned([...OPERATOR, going], ['a'])).names, []);
    const { names } = await pruned([...OPERATOR, going], []);
    assert.ok(names.includes('Deployment/operator'), names.join());
  });

  it('is not waited for where nothing goes that could be an operator, nor where another set has it', async () => {
    const going = gadget('a', { deletionTimestamp: '2026-01-01T11:30:00Z' });
    assert.deepEqual((await pruned([going, STALE], [])).names, ['Gadget/a']);
    const theirs = gadget('a', {
      deletionTimestamp: '2026-01-01T11:30:00Z',
      annotations: { 'kapply.dev/set': 'another' },
    });
    assert.deepEqual((await pruned([...OPERATOR, theirs], [])).names, ['Gadget/a']);
  });

  it('one without a finalizer waits for nobody', async () => {
    const { names, deleted } = await pruned([...OPERATOR, gadget('a', { finalizers: [] })], []);
    assert.deepEqual(names, []);
    assert.ok(deleted.indexOf('deployments shop/operator') < deleted.indexOf('gadgets shop/a'), deleted.join());
  });
});
