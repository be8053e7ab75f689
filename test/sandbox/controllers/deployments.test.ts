import assert from 'node:assert/strict';
import { condition } from '../../../src/sandbox/controllers/conditions.js';
import { cleanUp } from '../../../src/sandbox/controllers/deployments/revisions.js';
import { isActive, isReady } from '../../../src/sandbox/controllers/podState.js';
import type { DeploymentObject, PodTemplate } from '../../../src/sandbox/controllers/workloadTypes.js';
import { type Simulated, simulate, template } from './simulated.js';

const DEPLOYMENT = 'apps/Deployment';

describe('deployments', () => {
  let cluster: Simulated;
  beforeEach(async () => {
    cluster = await simulate();
  });

  const web = () => cluster.client.get(DEPLOYMENT, 'default', 'web')!;
  const create = (spec: object) =>
    cluster.client.create(DEPLOYMENT, {
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web:1'), ...spec },
    });
  const change = (spec: object) => {
    const current = web();
    return cluster.client.update(DEPLOYMENT, { ...current, spec: { ...current.spec, ...spec } });
  };
  const progress = (object: DeploymentObject) => condition(object.status?.conditions, 'Progressing');
  const revision = (object: DeploymentObject) => object.metadata.annotations?.['deployment.kubernetes.io/revision'];
  const sets = () =>
    cluster.client
      .list('apps/ReplicaSet', 'default')
      .map((set) => [
        (set.spec.template.spec.containers as { image: string }[])[0]?.image,
        set.spec.replicas,
        set.metadata.annotations?.['deployment.kubernetes.io/revision'],
      ])
      .sort();

  it('come to what kubectl rollout status and kstatus wait for', () => {
    create({});
    cluster.pass(100);
    const { status, metadata } = web();
    assert.equal(metadata.generation, 1);
    assert.equal(revision(web()), '1');
    assert.deepEqual(
      { ...status, conditions: undefined },
      {
        observedGeneration: 1,
        replicas: 3,
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        terminatingReplicas: 0,
        conditions: undefined,
      },
    );
    assert.equal(progress(web())?.reason, 'NewReplicaSetAvailable');
    assert.equal(condition(status?.conditions, 'Available')?.reason, 'MinimumReplicasAvailable');
  });

  it('keep as many pods as maxSurge and maxUnavailable allow', () => {
    create({
      replicas: 4,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      template: template('web:1', {}, { 'sandbox.kapply.dev/ready-after': '1s' }),
    });
    cluster.pass(2000);
    change({ template: template('web:2', {}, { 'sandbox.kapply.dev/ready-after': '1s' }) });
    for (let step = 0; step < 100; step += 1) {
      cluster.pass(100);
      const pods = cluster.client.list('Pod', 'default').filter((pod) => pod.metadata.deletionTimestamp === undefined);
      const ready = pods.filter((pod) => condition(pod.status?.conditions, 'Ready')?.status === 'True');
      assert.ok(pods.length <= 5, `${pods.length} pods`);
      assert.ok(ready.length >= 3, `${ready.length} ready`);
    }
    assert.deepEqual(sets(), [
      ['web:1', 0, '1'],
      ['web:2', 4, '2'],
    ]);
    assert.equal(progress(web())?.reason, 'NewReplicaSetAvailable');
  });

  it('get through without a pod more, and with percentages that come to none', () => {
    for (const rollingUpdate of [
      { maxSurge: 0, maxUnavailable: 1 },
      { maxSurge: '0%', maxUnavailable: '10%' },
    ]) {
      create({ strategy: { type: 'RollingUpdate', rollingUpdate } });
      cluster.pass(2000);
      change({ template: template('web:2', {}, { 'sandbox.kapply.dev/ready-after': '1s' }) });
      for (let step = 0; step < 60; step += 1) {
        cluster.pass(100);
        const pods = cluster.client.list('Pod', 'default').filter(isActive);
        assert.ok(pods.length <= 3 && pods.filter(isReady).length >= 2, `${pods.length} pods`);
      }
      assert.deepEqual(sets(), [
        ['web:1', 0, '1'],
        ['web:2', 3, '2'],
      ]);
      cluster.client.remove(DEPLOYMENT, web());
      cluster.pass(2000);
    }
  });

  it('leave a ReplicaSet of before that still has pods, however short the history', () => {
    create({ revisionHistoryLimit: 0 });
    cluster.pass(100);
    change({ template: template('web:2') });
    cluster.pass(1000);
    const [set] = cluster.client.list('apps/ReplicaSet', 'default');
    const simulation = { world: cluster.world, client: cluster.client, now: cluster.world.store.now };
    cleanUp(simulation, web(), [{ ...set!, spec: { ...set!.spec, replicas: 1 } }]);
    cleanUp(simulation, web(), [{ ...set!, metadata: { ...set!.metadata, generation: 99 } }]);
    assert.equal(cluster.client.list('apps/ReplicaSet', 'default').length, 1);
  });

  it('stay as they were rolled out, whatever becomes of a pod later', () => {
    create({ replicas: 2, progressDeadlineSeconds: 30 });
    cluster.pass(100);
    const rolledOut = progress(web());
    for (const pod of cluster.client.list('Pod', 'default'))
      cluster.client.update('Pod', {
        ...pod,
        metadata: { ...pod.metadata, annotations: { 'sandbox.kapply.dev/exit-code': '1' } },
      });
    cluster.pass(40_000);
    assert.equal(web().status?.availableReplicas, undefined);
    assert.deepEqual(progress(web()), rolledOut);
    cluster.client.remove('Pod', cluster.client.list('Pod', 'default')[0]!);
    cluster.pass(1000);
    assert.equal(web().status?.availableReplicas, 1);
    assert.deepEqual(progress(web()), rolledOut);
  });

  it('stop before an old pod goes where the new ones do not start, and give up at the deadline', () => {
    create({ replicas: 2, progressDeadlineSeconds: 30 });
    cluster.pass(100);
    change({ template: template('web:does-not-exist') });
    cluster.pass(29_000);
    assert.equal(progress(web())?.reason, 'ReplicaSetUpdated');
    assert.deepEqual(sets(), [
      ['web:1', 2, '1'],
      ['web:does-not-exist', 1, '2'],
    ]);
    cluster.pass(3000);
    const { status, reason } = progress(web())!;
    assert.deepEqual([status, reason], ['False', 'ProgressDeadlineExceeded']);
    assert.equal(web().status?.availableReplicas, 2);
  });

  it('go back to an earlier revision, which becomes the newest', () => {
    const first = create({}).spec.template;
    cluster.pass(100);
    change({ template: template('web:2') });
    cluster.pass(1000);
    change({ template: first });
    cluster.pass(1000);
    assert.deepEqual(sets(), [
      ['web:1', 3, '3'],
      ['web:2', 0, '2'],
    ]);
    assert.equal(revision(web()), '3');
    const set = cluster.client.list('apps/ReplicaSet').find(({ spec }) => spec.replicas === 3);
    assert.equal(set?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  });

  it('stop all old pods first with the strategy Recreate', () => {
    create({ strategy: { type: 'Recreate' } });
    cluster.pass(100);
    change({ template: template('web:2') });
    cluster.pass(10);
    assert.ok(cluster.client.list('Pod').every((pod) => pod.metadata.deletionTimestamp !== undefined));
    assert.equal(cluster.client.list('apps/ReplicaSet').length, 1);
    cluster.pass(200);
    assert.deepEqual(sets(), [
      ['web:1', 0, '1'],
      ['web:2', 3, '2'],
    ]);
  });

  it('keep no more old ReplicaSets than the history', () => {
    create({ revisionHistoryLimit: 1 });
    for (const image of ['web:2', 'web:3', 'web:4']) {
      cluster.pass(1000);
      change({ template: template(image) });
    }
    cluster.pass(1000);
    assert.deepEqual(sets(), [
      ['web:3', 0, '3'],
      ['web:4', 3, '4'],
    ]);
  });

  it('scale but do not roll while paused', () => {
    create({});
    cluster.pass(100);
    change({ paused: true, replicas: 5, template: template('web:2') as PodTemplate });
    cluster.pass(1000);
    assert.deepEqual(sets(), [['web:1', 5, '1']]);
    assert.equal(progress(web())?.reason, 'DeploymentPaused');
    change({ paused: false });
    cluster.pass(1000);
    assert.deepEqual(sets(), [
      ['web:1', 0, '1'],
      ['web:2', 5, '2'],
    ]);
  });

  it('replace pods that somebody deletes', () => {
    create({});
    cluster.pass(100);
    const [pod] = cluster.client.list('Pod', 'default');
    cluster.client.remove('Pod', pod!);
    cluster.pass(200);
    const names = cluster.client.list('Pod', 'default').map(({ metadata }) => metadata.name);
    assert.equal(names.length, 3);
    assert.ok(!names.includes(pod!.metadata.name));
  });
});
