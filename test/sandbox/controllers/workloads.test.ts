import assert from 'node:assert/strict';
import { condition } from '../../../src/sandbox/controllers/conditions.js';
import { type Simulated, simulate, template } from './simulated.js';

const selector = { matchLabels: { app: 'web' } };
const metadata = { name: 'web', namespace: 'default' };

describe('workloads', () => {
  let cluster: Simulated;
  beforeEach(async () => {
    cluster = await simulate();
  });
  const imagesOf = () =>
    cluster.client
      .list('Pod', 'default')
      .filter((pod) => pod.metadata.deletionTimestamp === undefined)
      .map((pod) => `${pod.metadata.name} ${(pod.spec.containers as { image: string }[])[0]?.image ?? ''}`);

  describe('statefulSets', () => {
    const KIND = 'apps/StatefulSet';
    const get = () => cluster.client.get(KIND, 'default', 'web')!;
    const create = (spec: object) =>
      cluster.client.create(KIND, {
        metadata,
        spec: { replicas: 3, serviceName: 'web', selector, template: template('web:1'), ...spec },
      });
    const change = (spec: object) => cluster.client.update(KIND, { ...get(), spec: { ...get().spec, ...spec } });

    it('start one pod after another', () => {
      create({ template: template('web:1', {}, { 'sandbox.kapply.dev/ready-after': '1s' }) });
      cluster.pass(500);
      assert.deepEqual(imagesOf(), ['web-0 web:1']);
      cluster.pass(1000);
      assert.deepEqual(imagesOf(), ['web-0 web:1', 'web-1 web:1']);
      cluster.pass(5000);
      const { status } = get() as {
        status?: { readyReplicas?: number; currentRevision?: string; updateRevision?: string };
      };
      assert.equal(status?.readyReplicas, 3);
      assert.equal(status.currentRevision, status.updateRevision);
    });

    it('update from the last pod down to the partition', () => {
      create({});
      cluster.pass(1000);
      change({
        template: template('web:2'),
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      });
      cluster.pass(5000);
      assert.deepEqual(imagesOf(), ['web-0 web:1', 'web-1 web:2', 'web-2 web:2']);
      const { status } = get() as {
        status?: { updatedReplicas?: number; currentRevision?: string; updateRevision?: string };
      };
      assert.equal(status?.updatedReplicas, 2);
      assert.notEqual(status.currentRevision, status.updateRevision);
      // A pod below the partition comes back as it was.
      cluster.client.remove('Pod', cluster.client.get('Pod', 'default', 'web-0')!);
      cluster.pass(1000);
      assert.deepEqual(imagesOf()[0], 'web-0 web:1');
    });

    it('count the partition from their first pod, whatever its number', () => {
      create({ ordinals: { start: 5 } });
      cluster.pass(1000);
      change({
        template: template('web:2'),
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      });
      cluster.pass(5000);
      assert.deepEqual(imagesOf(), ['web-5 web:1', 'web-6 web:2', 'web-7 web:2']);
      cluster.client.remove('Pod', cluster.client.get('Pod', 'default', 'web-5')!);
      cluster.pass(1000);
      assert.deepEqual(imagesOf()[0], 'web-5 web:1');
    });

    it('have one revision again when the last pod was deleted with OnDelete', () => {
      create({ updateStrategy: { type: 'OnDelete' }, replicas: 1 });
      cluster.pass(1000);
      change({ template: template('web:2') });
      cluster.pass(1000);
      const revisions = () => {
        const { currentRevision, updateRevision } = get().status ?? {};
        return currentRevision === updateRevision;
      };
      assert.equal(revisions(), false);
      cluster.client.remove('Pod', cluster.client.get('Pod', 'default', 'web-0')!);
      cluster.pass(1000);
      assert.equal(revisions(), true);
    });

    it('wait for somebody to delete the pods with OnDelete', () => {
      create({ updateStrategy: { type: 'OnDelete' } });
      cluster.pass(1000);
      change({ template: template('web:2') });
      cluster.pass(1000);
      assert.ok(imagesOf().every((image) => image.endsWith('web:1')));
      cluster.client.remove('Pod', cluster.client.get('Pod', 'default', 'web-1')!);
      cluster.pass(1000);
      assert.deepEqual(imagesOf(), ['web-0 web:1', 'web-1 web:2', 'web-2 web:1']);
    });

    it('make claims that are bound, and shrink from the end', () => {
      const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
      create({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }] });
      cluster.pass(1000);
      change({ replicas: 1 });
      cluster.pass(1000);
      assert.deepEqual(imagesOf(), ['web-0 web:1']);
      const claims = cluster.client.list('PersistentVolumeClaim', 'default');
      assert.deepEqual(
        claims.map((claim) => [claim.metadata.name, (claim.status as { phase: string }).phase]),
        [0, 1, 2].map((ordinal) => [`data-web-${ordinal}`, 'Bound']),
      );
    });
  });

  describe('replicaSets', () => {
    const KIND = 'apps/ReplicaSet';

    it('say why a pod cannot be made, and make it when it can', () => {
      const { client } = cluster;
      const spec = { replicas: 2, selector, template: template('web:1', { serviceAccountName: 'robot' }) };
      client.create(KIND, { metadata, spec });
      cluster.pass(1500);
      const failure = () => condition(client.get(KIND, 'default', 'web')?.status?.conditions, 'ReplicaFailure');
      assert.match(failure()?.message ?? '', /serviceaccount "robot" not found/);
      client.create('ServiceAccount', { metadata: { name: 'robot', namespace: 'default' } });
      cluster.pass(2000);
      assert.equal(imagesOf().length, 2);
      assert.equal(failure(), undefined);
    });
  });

  describe('daemonSets', () => {
    const KIND = 'apps/DaemonSet';
    const create = (spec: object) =>
      cluster.client.create(KIND, { metadata, spec: { selector, template: template('web:1'), ...spec } });
    const status = () => cluster.client.get(KIND, 'default', 'web')!.status;

    it('run on the one node and replace their pod', () => {
      create({});
      cluster.pass(1000);
      const counts = { currentNumberScheduled: 1, numberMisscheduled: 0, desiredNumberScheduled: 1, numberReady: 1 };
      const served = { ...counts, observedGeneration: 1, updatedNumberScheduled: 1, numberAvailable: 1 };
      assert.deepEqual(status(), served);
      const set = cluster.client.get(KIND, 'default', 'web')!;
      cluster.client.update(KIND, { ...set, spec: { ...set.spec, template: template('web:2') as never } });
      cluster.pass(1000);
      assert.deepEqual(
        imagesOf().map((image) => image.split(' ')[1]),
        ['web:2'],
      );
      assert.deepEqual(status(), { ...served, observedGeneration: 2 });
    });

    it('have a second pod beside the old one until it serves, where they may', () => {
      const slow = (image: string) => template(image, {}, { 'sandbox.kapply.dev/ready-after': '1s' });
      const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
      create({ template: slow('web:1'), updateStrategy });
      cluster.pass(2000);
      const set = cluster.client.get(KIND, 'default', 'web')!;
      cluster.client.update(KIND, { ...set, spec: { ...set.spec, template: slow('web:2') as never } });
      const seen = new Set<string>();
      for (let step = 0; step < 30; step += 1) {
        cluster.pass(100);
        const images = imagesOf().map((image) => image.split(' ')[1]);
        seen.add(images.sort().join());
      }
      assert.deepEqual([...seen], ['web:1,web:2', 'web:2']);
    });

    it('run nowhere where no node fits', () => {
      create({ template: template('web:1', { nodeSelector: { gpu: 'yes' } }) });
      cluster.pass(1000);
      assert.equal((status() as { desiredNumberScheduled?: number }).desiredNumberScheduled, 0);
      assert.deepEqual(imagesOf(), []);
    });
  });

  describe('jobs', () => {
    const KIND = 'batch/Job';
    const create = (spec: object, annotations: Record<string, string> = {}) =>
      cluster.client.create(KIND, {
        metadata,
        spec: { template: template('job:1', { restartPolicy: 'Never' }, annotations), ...spec },
      });
    const get = () => cluster.client.get(KIND, 'default', 'web');

    it('complete when enough pods have succeeded', () => {
      create({ completions: 3, parallelism: 2 }, { 'sandbox.kapply.dev/runs-for': '1s' });
      cluster.pass(500);
      assert.deepEqual([get()?.status?.active, get()?.status?.succeeded], [2, undefined]);
      cluster.pass(3000);
      const { status } = get()!;
      assert.deepEqual([status?.active, status?.succeeded, status?.failed], [undefined, 3, undefined]);
      assert.deepEqual(
        status?.conditions?.map(({ type, status: holds, reason }) => [type, holds, reason]),
        ['SuccessCriteriaMet', 'Complete'].map((type) => [type, 'True', 'CompletionsReached']),
      );
      assert.ok(get()!.status?.completionTime);
    });

    it('fail after too many failures', () => {
      create({ backoffLimit: 2 }, { 'sandbox.kapply.dev/exit-code': '1' });
      cluster.pass(60_000);
      const failed = condition(get()?.status?.conditions, 'Failed');
      assert.deepEqual([failed?.status, failed?.reason, get()?.status?.failed], ['True', 'BackoffLimitExceeded', 3]);
    });

    for (const [backoffLimit, restarts] of [
      [0, 1],
      [3, 3],
    ] as const) {
      it(`fail at restart ${restarts} of a container where ${backoffLimit} retries are allowed`, () => {
        const annotations = { 'sandbox.kapply.dev/exit-code': '1' };
        create({ backoffLimit, template: template('job:1', { restartPolicy: 'OnFailure' }, annotations) });
        const most = { restarts: 0 };
        for (let step = 0; step < 200; step += 1) {
          cluster.pass(50);
          for (const pod of cluster.client.list('Pod', 'default'))
            most.restarts = Math.max(most.restarts, pod.status?.containerStatuses?.[0]?.restartCount ?? 0);
        }
        assert.equal(condition(get()?.status?.conditions, 'Failed')?.reason, 'BackoffLimitExceeded');
        assert.equal(most.restarts, restarts);
      });
    }

    it('wait a little after a failure, and not while another pod runs', () => {
      create({ backoffLimit: 5 }, { 'sandbox.kapply.dev/exit-code': '1', 'sandbox.kapply.dev/runs-for': '1s' });
      const podsAfter = (milliseconds: number): number => {
        cluster.pass(milliseconds);
        return cluster.client.list('Pod', 'default').length;
      };
      // The condition that the failure is timed by has whole seconds.
      assert.equal(podsAfter(1100), 1);
      assert.equal(podsAfter(300), 2);
    });

    it('fail when their time is over, and go when their time to live is', () => {
      create({ activeDeadlineSeconds: 5, ttlSecondsAfterFinished: 10 }, { 'sandbox.kapply.dev/runs-for': '60s' });
      cluster.pass(6000);
      assert.equal(condition(get()?.status?.conditions, 'Failed')?.reason, 'DeadlineExceeded');
      cluster.pass(11_000);
      assert.equal(get(), undefined);
    });

    it('wait while suspended', () => {
      create({ suspend: true });
      cluster.pass(1000);
      assert.equal(condition(get()?.status?.conditions, 'Suspended')?.status, 'True');
      assert.deepEqual(imagesOf(), []);
      cluster.client.update(KIND, { ...get()!, spec: { ...get()!.spec, suspend: false } });
      cluster.pass(1000);
      assert.equal(condition(get()?.status?.conditions, 'Complete')?.status, 'True');
      assert.equal(condition(get()?.status?.conditions, 'Suspended')?.status, 'False');
    });
  });

  describe('cronJobs', () => {
    const create = (spec: object) =>
      cluster.client.create('batch/CronJob', {
        metadata,
        spec: {
          schedule: '*/5 * * * *',
          jobTemplate: { spec: { template: template('job:1', { restartPolicy: 'Never' }) } },
          ...spec,
        },
      });

    it('start a Job when its time has come, and keep as many as the history', () => {
      create({ successfulJobsHistoryLimit: 2 });
      cluster.pass(4 * 60_000);
      assert.equal(cluster.client.list('batch/Job').length, 0);
      cluster.pass(22 * 60_000);
      const jobs = cluster.client.list('batch/Job').map(({ metadata: { name } }) => name);
      const minute = Date.parse('2026-01-01T00:00:00Z') / 60_000;
      assert.deepEqual(jobs, [`web-${minute + 20}`, `web-${minute + 25}`]);
      const { status } = cluster.client.get('batch/CronJob', 'default', 'web')!;
      assert.equal(status?.lastScheduleTime, '2026-01-01T00:25:00Z');
    });

    it('start another Job in place of the one that runs, where that is what they are to do', () => {
      const long = template('job:1', { restartPolicy: 'Never' }, { 'sandbox.kapply.dev/runs-for': '600s' });
      create({ concurrencyPolicy: 'Replace', schedule: '* * * * *', jobTemplate: { spec: { template: long } } });
      cluster.pass(150_000);
      const minute = Date.parse('2026-01-01T00:00:00Z') / 60_000;
      assert.deepEqual(
        cluster.client.list('batch/Job').map(({ metadata: { name } }) => name),
        [`web-${minute + 2}`],
      );
    });

    it('start nothing for a time that has been missed for longer than their deadline', () => {
      create({ startingDeadlineSeconds: 60, suspend: true });
      cluster.pass(9 * 60_000);
      const cronJob = cluster.client.get('batch/CronJob', 'default', 'web')!;
      cluster.client.update('batch/CronJob', { ...cronJob, spec: { ...cronJob.spec, suspend: false } });
      cluster.pass(10_000);
      assert.equal(cluster.client.list('batch/Job').length, 0);
      cluster.pass(60_000);
      assert.equal(cluster.client.list('batch/Job').length, 1);
    });

    it('start nothing while suspended or while the last one runs and that is forbidden', () => {
      create({
        concurrencyPolicy: 'Forbid',
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: template('job:1', { restartPolicy: 'Never' }, { 'sandbox.kapply.dev/runs-for': '150s' }) },
        },
      });
      cluster.pass(3 * 60_000);
      assert.equal(cluster.client.list('batch/Job').length, 1);
      const cronJob = cluster.client.get('batch/CronJob', 'default', 'web')!;
      assert.equal(cronJob.status?.active?.length, 1);
      cluster.client.update('batch/CronJob', { ...cronJob, spec: { ...cronJob.spec, suspend: true } });
      cluster.pass(10 * 60_000);
      assert.equal(cluster.client.list('batch/Job').length, 1);
    });
  });

  describe('endpointSlices', () => {
    it("mirror a Service's labels and list its ready pods", () => {
      const { client } = cluster;
      const service = client.create('Service', {
        metadata: { ...metadata, labels: { appconfig: 'myconfig' } },
        spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
      });
      const containers = [{ name: 'main', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }] }];
      client.create('Pod', {
        metadata: { name: 'a', namespace: 'default', labels: { app: 'web' } },
        spec: { containers },
      });
      cluster.pass(100);
      const [slice] = client.list('discovery.k8s.io/EndpointSlice', 'default');
      assert.deepEqual(slice?.metadata.labels, {
        appconfig: 'myconfig',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': 'web',
      });
      assert.deepEqual(slice.ports, [{ name: '', port: 8080, protocol: 'TCP' }]);
      assert.deepEqual(
        (slice.endpoints as { conditions: object }[]).map(({ conditions }) => conditions),
        [{ ready: true, serving: true, terminating: false }],
      );
      client.remove('Service', service);
      cluster.pass(100);
      assert.deepEqual(client.list('discovery.k8s.io/EndpointSlice', 'default'), []);
    });

    it('list no pod that has ended', () => {
      const { client } = cluster;
      client.create('Service', { metadata, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
      for (const command of [['true'], ['sh', '-c', 'exit 1']])
        client.create('Pod', {
          metadata: { generateName: 'a-', namespace: 'default', labels: { app: 'web' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1', command }] },
        });
      cluster.pass(1000);
      assert.deepEqual(
        client
          .list('Pod', 'default')
          .map(({ status }) => status?.phase)
          .sort(),
        ['Failed', 'Succeeded'],
      );
      const [slice] = client.list('discovery.k8s.io/EndpointSlice', 'default');
      assert.deepEqual(slice?.endpoints, []);
    });
  });
});
