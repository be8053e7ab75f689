import assert from 'node:assert/strict';
import { unconsumedClaims } from '../../../src/engine/rollout/unconsumedClaims.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, resource, RESOURCES, type FakeRequest } from '../fakeCluster.js';

const discovery = {
  resources: [...RESOURCES, resource('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { namespaced: false })],
  failures: [],
};
const storageClass = (name: string, volumeBindingMode: string): KubeObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  volumeBindingMode,
});
const claim = (storageClassName: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: { storageClassName },
});
const POD = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] };
const user = (apiVersion: string, kind: string, spec: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec,
});
const template = { template: { spec: POD } };

/** Who uses the claim, and whether it is waited for. */
const CASES: readonly (readonly [string, KubeObject | undefined, boolean])[] = [
  ['nobody', undefined, false],
  ['a Deployment', user('apps/v1', 'Deployment', { replicas: 1, ...template }), true],
  ['a Deployment that says no number', user('apps/v1', 'Deployment', template), true],
  ['a Deployment of 0', user('apps/v1', 'Deployment', { replicas: 0, ...template }), false],
  ['a Job', user('batch/v1', 'Job', template), true],
  ['a Job that is suspended', user('batch/v1', 'Job', { suspend: true, ...template }), false],
  // argo-cd#29201
  ['a CronJob', user('batch/v1', 'CronJob', { jobTemplate: { spec: template } }), false],
  ['a Pod', user('v1', 'Pod', POD), true],
];

describe('unconsumedClaims', () => {
  const asked = async (
    objects: readonly KubeObject[],
    react: (request: FakeRequest) => void = () => undefined,
  ): Promise<boolean> => {
    const classes = [storageClass('wait', 'WaitForFirstConsumer'), storageClass('now', 'Immediate')];
    const cluster = fakeCluster({ objects: classes, discovery, react });
    const { signal } = new AbortController();
    const isUnconsumed = await unconsumedClaims(objects, { cluster, discovery, signal });
    return isUnconsumed(objects[0]!);
  };

  for (const [name, by, isAwaited] of CASES) {
    it(`${isAwaited ? 'waits' : 'does not wait'} for a claim that is used by ${name}`, async () => {
      assert.equal(await asked([claim('wait'), ...(by === undefined ? [] : [by])]), !isAwaited);
    });
  }

  it('waits for a claim of a class that binds at once, and where classes may not be listed', async () => {
    assert.equal(await asked([claim('now')]), false);
    const refuse = ({ verb }: FakeRequest): void => {
      if (verb === 'list') throw forbidden();
    };
    assert.equal(await asked([claim('wait')], refuse), false);
  });
});
