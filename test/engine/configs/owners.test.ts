import assert from 'node:assert/strict';
import { releaseOwners, releaseStaleOwners, settleOwners } from '../../../src/engine/configs/owners.js';
import type { Applied, Change } from '../../../src/engine/plan/member.js';
import { idOf, type KubeObject } from '../../../src/objects/object.js';
import { addressOf, fakeCluster, forbidden, RESOURCES, type FakeCluster, type FakeRequest } from '../fakeCluster.js';

const discovery = { resources: RESOURCES, failures: [] };
const { signal } = new AbortController();
const CONFIG = 'cfg-2222222222';

const config = (name = CONFIG): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data: { a: '1' },
});
const podSpec = (name: string) => ({ containers: [{ name: 'app', envFrom: [{ configMapRef: { name } }] }] });
const workload = (kind: string, name: string, uses = CONFIG): KubeObject => ({
  apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec:
    kind === 'CronJob'
      ? { jobTemplate: { spec: { template: { spec: podSpec(uses) } } } }
      : { template: { spec: podSpec(uses) } },
});
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bare', namespace: 'shop' },
  spec: podSpec(CONFIG),
};

/** What the apply of these came to: the server has them. */
function appliedOf(cluster: FakeCluster, objects: readonly KubeObject[]): Applied[] {
  return objects.map((object) => {
    const { resource } = addressOf(object);
    const rendered = { object, origin: { file: 'all.yaml' }, generated: false };
    const member = { id: idOf(object), object, resource, rendered, pendingKind: false };
    const change: Change = {
      member,
      action: 'create',
      replaces: undefined,
      validated: true,
      live: undefined,
      desired: object,
      after: object,
      changed: [],
      takesOver: [],
      notes: [],
    };
    return { change, address: addressOf(object), object: cluster.find(object.kind, object.metadata.name) };
  });
}

function clusterWith(objects: readonly KubeObject[], react?: (request: FakeRequest) => void): FakeCluster {
  return fakeCluster({ objects, ...(react !== undefined && { react }) });
}

const ownersOf = (cluster: FakeCluster, name = CONFIG): string[] =>
  (cluster.find('ConfigMap', name)?.metadata.ownerReferences ?? []).map((owner) => `${owner.kind}/${owner.name}`);
const settle = (cluster: FakeCluster, set: readonly KubeObject[], own = true): Promise<void> =>
  settleOwners(appliedOf(cluster, set), own, { cluster, discovery, signal });
const uidOf = (cluster: FakeCluster, kind: string, name: string): string =>
  cluster.find(kind, name)?.metadata.uid ?? '';

/** A config that the Deployment `web` owns. */
async function owned(others: readonly KubeObject[] = [], react?: (request: FakeRequest) => void): Promise<FakeCluster> {
  const set = [config(), workload('Deployment', 'web')];
  const cluster = clusterWith([...set, ...others], react);
  await settle(cluster, set);
  assert.deepEqual(ownersOf(cluster), ['Deployment/web']);
  cluster.log.length = 0;
  return cluster;
}

describe('who owns a generated config with --own', () => {
  for (const [what, set, others, owners] of [
    ['the workload that uses it', [workload('Deployment', 'web')], [], ['Deployment/web']],
    [
      'every workload that uses it',
      [workload('Deployment', 'web'), workload('CronJob', 'nightly')],
      [],
      ['CronJob/nightly', 'Deployment/web'],
    ],
    ['nobody, where nothing uses it', [workload('Deployment', 'web', 'other')], [], []],
    ['nobody, where a bare Pod uses it as well', [workload('Deployment', 'web'), pod], [], []],
    [
      'nobody, where a workload outside of the set uses it as well',
      [workload('Deployment', 'web')],
      [workload('Deployment', 'neighbour')],
      [],
    ],
  ] as const) {
    it(what, async () => {
      const cluster = clusterWith([config(), ...set, ...others]);
      await settle(cluster, [config(), ...set]);
      assert.deepEqual(ownersOf(cluster).sort(), owners);
    });
  }

  it('nobody, where not everything that could use it can be listed', async () => {
    const set = [config(), workload('Deployment', 'web')];
    const cluster = clusterWith(set, ({ verb, resource }) => {
      if (verb === 'list' && resource?.kind === 'Pod') throw forbidden('pods');
    });
    await settle(cluster, set);
    assert.deepEqual(ownersOf(cluster), []);
  });

  it('never of a plain name, which no hash says to be of one revision', async () => {
    const set = [config('plain'), workload('Deployment', 'web', 'plain')];
    const cluster = clusterWith(set);
    await settle(cluster, set);
    assert.deepEqual([ownersOf(cluster, 'plain'), cluster.log], [[], []]);
  });

  it('is written once, and given up without --own, other owners excepted', async () => {
    const set = [config(), workload('Deployment', 'web')];
    const cluster = await owned();
    await settle(cluster, set);
    assert.deepEqual(
      cluster.log.filter((line) => line.startsWith('apply')),
      [],
    );
    const foreign = { apiVersion: 'v1', kind: 'Pod', name: 'theirs', uid: 'theirs' };
    const { apiVersion, kind, metadata } = config();
    const theirs: KubeObject = { apiVersion, kind, metadata: { ...metadata, ownerReferences: [foreign] } };
    await cluster.apply(addressOf(theirs), theirs, { fieldManager: 'other' });
    assert.deepEqual(ownersOf(cluster).sort(), ['Deployment/web', 'Pod/theirs']);
    await settle(cluster, set, false);
    assert.deepEqual(ownersOf(cluster), ['Pod/theirs']);
  });
});

describe('ownerReferences to workloads that go', () => {
  const unwarned = (message: string): void => {
    throw new Error(message);
  };
  const leaving = (cluster: FakeCluster, name: string) => ({
    id: idOf(workload('Deployment', name)),
    uid: uidOf(cluster, 'Deployment', name),
  });

  it('are given up before a workload is deleted, so that its configs stay', async () => {
    const cluster = await owned();
    const held = await releaseOwners([leaving(cluster, 'web')], { cluster, discovery, signal }, unwarned);
    assert.deepEqual([ownersOf(cluster), held.size], [[], 0]);
  });

  it('stay where another workload goes', async () => {
    const other = workload('Deployment', 'other', 'other');
    const cluster = await owned([other]);
    await releaseOwners([leaving(cluster, 'other')], { cluster, discovery, signal }, unwarned);
    assert.deepEqual(ownersOf(cluster), ['Deployment/web']);
  });

  it('that cannot be given up keep the workload: it is named with the refusal', async () => {
    let refuses = false;
    const cluster = await owned([], ({ verb }) => {
      if (refuses && verb === 'apply') throw forbidden('configmaps');
    });
    refuses = true;
    const held = await releaseOwners([leaving(cluster, 'web')], { cluster, discovery, signal }, unwarned);
    assert.deepEqual(
      [...held].map(([uid, { code }]) => [uid, code]),
      [[uidOf(cluster, 'Deployment', 'web'), 'Forbidden']],
    );
  });

  it('that cannot be looked for are warned of', async () => {
    let refuses = false;
    const cluster = await owned([], ({ verb, resource }) => {
      if (refuses && verb === 'list' && resource?.kind === 'Secret') throw forbidden('secrets');
    });
    refuses = true;
    const said: string[] = [];
    await releaseOwners([leaving(cluster, 'web')], { cluster, discovery, signal }, (text) => said.push(text));
    assert.match(said.join(), /^Secret in shop could not be listed \(needs list on secrets\)/);
    assert.deepEqual(ownersOf(cluster), []);
  });

  it('are given up where the workload is there no more, or is made anew', async () => {
    for (const [living, left] of [
      [true, ['Deployment/web']],
      [false, []],
    ] as const) {
      const cluster = await owned();
      const live = cluster.find('ConfigMap', CONFIG) as KubeObject;
      const uids = new Set(living ? [uidOf(cluster, 'Deployment', 'web')] : []);
      await releaseStaleOwners([{ live, address: addressOf(live) }], uids, { cluster, signal });
      assert.deepEqual(ownersOf(cluster), left);
    }
  });
});
