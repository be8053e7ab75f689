/** What uses goes before what it uses, and keeps it where it stays. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, refusal, type FakeRequest } from '../fakeCluster.js';
import { judging, NOW, ours, planAndPrune, verdicts } from './pruneOptions.js';

const CFG = 'cfg-2222222222';
const service = (name: string): KubeObject => ours('v1', 'Service', name, { spec: { ports: [{ port: 80 }] } });
const ingress = (name: string, backend: string, metadata: object = {}): KubeObject =>
  ours('networking.k8s.io/v1', 'Ingress', name, {
    metadata,
    spec: { defaultBackend: { service: { name: backend, port: { number: 80 } } } },
  });
const gadget = (name: string, of: string): KubeObject =>
  ours('shop.example.com/v1', 'Gadget', name, { spec: { gadgetRef: { name: of } } });

/** A clock that runs a minute at a look, so that a wait ends at once. */
function running(): () => number {
  let now = NOW;
  return () => (now += 60_000);
}

async function pruned(
  objects: readonly KubeObject[],
  options: {
    react?: (request: FakeRequest) => void;
    meanwhile?: (cluster: ReturnType<typeof fakeCluster>) => void;
    now?: () => number;
  } = {},
) {
  const cluster = fakeCluster({ objects, ...(options.react !== undefined && { react: options.react }) });
  const { plan, outcomes } = await planAndPrune(
    cluster,
    judging(),
    () => options.meanwhile?.(cluster),
    options.now ?? running(),
  );
  const deleted = cluster.log.filter((line) => line.startsWith('delete '));
  return { planned: verdicts(plan.prune), outcomes, names: cluster.names(), deleted };
}

const denied = (kind: string) => (request: FakeRequest) => {
  if (request.verb === 'delete' && request.resource?.kind === kind) throw refusal(403, 'Forbidden');
};

describe('deleteUsersFirst', () => {
  it('an Ingress and its Service, and what the Ingress names, go in one run, the Ingress first', async () => {
    const { planned, names, deleted } = await pruned([service('web'), ingress('web', 'web')]);
    assert.deepEqual(planned, ['Ingress/web: delete', 'Service/web: delete']);
    assert.deepEqual(names, []);
    assert.match(deleted.join(), /ingresses.*services/);
  });

  it('an Ingress that may not be deleted keeps its Service', async () => {
    const { outcomes, names } = await pruned([service('web'), ingress('web', 'web')], { react: denied('Ingress') });
    assert.deepEqual(names, ['Ingress/web', 'Service/web']);
    assert.match(outcomes.join('\n'), /^Ingress\/web: failed .*\nService\/web: kept \(in use by Ingress\/web\)$/);
  });

  it('what the Ingress holds that may not be deleted is not waited for, although others went', async () => {
    const objects = [service('other'), service('web'), ingress('web', 'web')];
    // The clock stands still: whoever waits, waits for ever.
    const { names } = await pruned(objects, { react: denied('Ingress'), now: () => NOW });
    assert.deepEqual(names, ['Ingress/web', 'Service/web']);
  });

  it('an Ingress with a keep mark keeps its Service, in the plan already', async () => {
    const kept = ingress('web', 'web', { annotations: { 'kapply.dev/set': 'shop', 'kapply.dev/prune': 'disabled' } });
    const { planned } = await pruned([service('web'), kept]);
    assert.deepEqual(planned, ['Ingress/web: keepMark', 'Service/web: inUse']);
  });

  it('whoever stays keeps what it names, and what that names', async () => {
    const foreign = { ...gadget('outside', 'a'), metadata: { name: 'outside', namespace: 'shop' } };
    const { planned } = await pruned([
      foreign,
      gadget('a', 'b'),
      gadget('b', 'c'),
      gadget('c', 'none'),
      gadget('d', 'none'),
    ]);
    assert.deepEqual(planned, ['Gadget/a: inUse', 'Gadget/b: inUse', 'Gadget/c: inUse', 'Gadget/d: delete']);
  });

  it('a ring goes as a whole', async () => {
    const { planned, names } = await pruned([gadget('a', 'b'), gadget('b', 'a')]);
    assert.deepEqual(planned, ['Gadget/a: delete', 'Gadget/b: delete']);
    assert.deepEqual(names, []);
  });

  it('a ring that somebody begins to use meanwhile stays', async () => {
    const late = { ...gadget('late', 'a'), metadata: { name: 'late', namespace: 'shop' } };
    const { names } = await pruned([gadget('a', 'b'), gadget('b', 'a')], { meanwhile: (cluster) => cluster.put(late) });
    assert.deepEqual(names, ['Gadget/a', 'Gadget/b', 'Gadget/late']);
  });

  it('a config goes with the custom resource that named it', async () => {
    const { names } = await pruned([ours('v1', 'ConfigMap', CFG), gadget('a', CFG)]);
    assert.deepEqual(names, []);
  });

  it('a config stays with the custom resource that may not be deleted', async () => {
    const { names } = await pruned([ours('v1', 'ConfigMap', CFG), gadget('a', CFG)], { react: denied('Gadget') });
    assert.deepEqual(names, [`ConfigMap/${CFG}`, 'Gadget/a']);
  });
});
