import assert from 'node:assert/strict';
import { condition } from '../../../src/sandbox/controllers/conditions.js';
import type { PodObject } from '../../../src/sandbox/controllers/workloadTypes.js';
import { type Simulated, simulate } from '../controllers/simulated.js';

interface ContainerStatus {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: { readonly exitCode: number };
  };
}

describe('the simulated node', () => {
  let cluster: Simulated;
  beforeEach(async () => {
    cluster = await simulate();
  });

  const create = (spec: object, annotations: Record<string, string> = {}) =>
    cluster.client.create('Pod', {
      metadata: { name: 'web', namespace: 'default', annotations },
      spec: { containers: [{ name: 'main', image: 'web:1' }], ...spec },
    });
  const container = (more: object) => ({ containers: [{ name: 'main', image: 'web:1', ...more }] });
  const config = (kind: 'ConfigMap' | 'Secret', name: string, data: Record<string, string>) =>
    cluster.client.create(kind, { metadata: { name, namespace: 'default' }, data });
  const pod = () => cluster.client.get('Pod', 'default', 'web')!;
  const status = () =>
    (pod().status as unknown as { containerStatuses: readonly ContainerStatus[] }).containerStatuses[0]!;
  const isReady = (object: PodObject) => condition(object.status?.conditions, 'Ready')?.status;
  const reasons = () => cluster.client.list('Event', 'default').map(({ reason }) => reason);

  it('starts a pod and shows what its container was given', () => {
    config('ConfigMap', 'settings', { COLOUR: 'red', SIZE: '1' });
    config('Secret', 'db', { password: Buffer.from('swordfish').toString('base64') });
    create(
      container({
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [
          { name: 'SIZE', value: '2' },
          { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'URL', value: 'db://$(DB_PASSWORD)@$(NOBODY)' },
          { name: 'AS_WRITTEN', value: '$$(SIZE) $$ $' },
        ],
      }),
    );
    cluster.pass(100);
    assert.equal(pod().spec.nodeName, 'sandbox');
    assert.equal(isReady(pod()), 'True');
    assert.deepEqual(JSON.parse(pod().metadata.annotations?.['sandbox.kapply.dev/env.main'] ?? ''), {
      COLOUR: 'red',
      SIZE: '2',
      DB_PASSWORD: 'swordfish',
      URL: 'db://swordfish@$(NOBODY)',
      AS_WRITTEN: '$(SIZE) $ $',
    });
    assert.deepEqual(reasons().sort(), ['Scheduled', 'Started']);
  });

  const waits: [string, object, string][] = [
    ['a ConfigMap', { envFrom: [{ configMapRef: { name: 'nope' } }] }, 'configmap "nope" not found'],
    [
      'a key',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'nope' } } }] },
      "couldn't find key nope in ConfigMap default/settings",
    ],
    [
      'a Secret',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'nope', key: 'a' } } }] },
      'secret "nope" not found',
    ],
  ];
  for (const [what, more, message] of waits) {
    it(`waits for ${what}, and starts when it comes`, () => {
      config('ConfigMap', 'settings', {});
      create(container(more));
      cluster.pass(5000);
      assert.deepEqual(status().state.waiting, { reason: 'CreateContainerConfigError', message });
      assert.equal(pod().status?.phase, 'Pending');
      const settings = cluster.client.get('ConfigMap', 'default', 'settings')!;
      cluster.client.update('ConfigMap', { ...settings, data: { nope: '1' } });
      if (what === 'a ConfigMap') config('ConfigMap', 'nope', {});
      if (what === 'a Secret') config('Secret', 'nope', { a: '' });
      cluster.pass(5000);
      assert.ok(status().state.running);
    });
  }

  it('waits in ContainerCreating for a volume, and does without what is optional', () => {
    create({
      ...container({ envFrom: [{ configMapRef: { name: 'nope', optional: true } }] }),
      volumes: [
        { name: 'a', projected: { sources: [{ secret: { name: 'cert' } }] } },
        { name: 'b', configMap: { name: 'nope', optional: true } },
      ],
    });
    cluster.pass(5000);
    assert.equal(status().state.waiting?.reason, 'ContainerCreating');
    assert.ok(reasons().includes('FailedMount'));
    config('Secret', 'cert', {});
    cluster.pass(5000);
    assert.equal(isReady(pod()), 'True');
  });

  it('cannot pull some images', () => {
    create({}, { 'sandbox.kapply.dev/image': 'missing' });
    cluster.pass(500);
    assert.equal(status().state.waiting?.reason, 'ErrImagePull');
    cluster.pass(5000);
    assert.equal(status().state.waiting?.reason, 'ImagePullBackOff');
  });

  it('backs off from what crashes, and keeps what it wrote', () => {
    create({}, { 'sandbox.kapply.dev/exit-code': '3', 'sandbox.kapply.dev/log': 'cannot reach db' });
    cluster.pass(2000);
    assert.equal(status().state.waiting?.reason, 'CrashLoopBackOff');
    assert.ok(status().restartCount >= 3);
    assert.equal(pod().metadata.annotations?.['sandbox.kapply.dev/logs.main'], 'cannot reach db\n');
    assert.equal(pod().metadata.annotations?.['sandbox.kapply.dev/previous-logs.main'], 'cannot reach db\n');
    assert.ok(reasons().includes('BackOff'));
  });

  it('starts a container anew whose image has changed, and leaves it down where there is no such image', () => {
    create({});
    cluster.pass(100);
    const setImage = (image: string): void => {
      const now = pod();
      const { containers } = now.spec as unknown as { containers: readonly object[] };
      cluster.client.update('Pod', {
        ...now,
        spec: { ...now.spec, containers: containers.map((one) => ({ ...one, image })) },
      });
    };
    setImage('web:2');
    cluster.pass(100);
    assert.deepEqual([isReady(pod()), status().restartCount], ['True', 1]);
    setImage('web:does-not-exist');
    cluster.pass(100);
    assert.equal(isReady(pod()), 'False');
    assert.match(status().state.waiting?.reason ?? '', /ErrImagePull|ImagePullBackOff/);
    setImage('web:3');
    cluster.pass(100);
    assert.deepEqual([isReady(pod()), status().restartCount], ['True', 2]);
  });

  it('lets containers take their time, and end', () => {
    create({ restartPolicy: 'Never' }, { 'sandbox.kapply.dev/ready-after': '2s', 'sandbox.kapply.dev/runs-for': '5s' });
    cluster.pass(1900);
    assert.equal(isReady(pod()), 'False');
    cluster.pass(200);
    assert.equal(isReady(pod()), 'True');
    cluster.pass(5000);
    assert.equal(pod().status?.phase, 'Succeeded');
    assert.equal(status().state.terminated?.exitCode, 0);
  });

  it('starts no pod that finds no place', () => {
    create({ nodeSelector: { gpu: 'yes' } });
    cluster.pass(1000);
    assert.equal(pod().spec.nodeName, undefined);
    const scheduled = condition(pod().status?.conditions, 'PodScheduled');
    assert.deepEqual([scheduled?.status, scheduled?.reason], ['False', 'Unschedulable']);
    assert.deepEqual(reasons(), ['FailedScheduling']);
  });

  const stateOf = (type: string) => {
    const found = condition(pod().status?.conditions, type);
    return [found?.status, found?.reason, found?.message];
  };
  const initStatuses = () =>
    (pod().status as unknown as { initContainerStatuses: readonly (ContainerStatus & { name: string })[] })
      .initContainerStatuses;

  it('runs a sidecar beside the containers, and asks for its readiness as well', () => {
    const proxy = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' };
    create({ initContainers: [proxy] });
    cluster.pass(100);
    assert.deepEqual([isReady(pod()), initStatuses()[0]?.ready, initStatuses()[0]?.restartCount], ['True', true, 0]);
    cluster.client.remove('Pod', pod());
    cluster.pass(1000);
    create({ initContainers: [{ ...proxy, readinessProbe: { exec: { command: ['false'] } } }] });
    cluster.pass(5000);
    assert.deepEqual([status().ready, initStatuses()[0]?.ready], [true, false]);
    assert.deepEqual(stateOf('Ready'), ['False', 'ContainersNotReady', 'containers with unready status: [proxy]']);
    assert.deepEqual(stateOf('Initialized'), ['True', undefined, undefined]);
  });

  it('says which containers a pod still waits for, and how one ended', () => {
    const initContainers = [
      { name: 'migrate', image: 'web:1', command: ['sh', '-c', 'sleep 3; exit 1'] },
      { name: 'later', image: 'web:1', command: ['true'] },
    ];
    create({ initContainers, restartPolicy: 'Never' });
    cluster.pass(100);
    assert.deepEqual(stateOf('Initialized'), [
      'False',
      'ContainersNotInitialized',
      'containers with incomplete status: [migrate later]',
    ]);
    assert.deepEqual(stateOf('Ready'), ['False', 'ContainersNotReady', 'containers with unready status: [main]']);
    cluster.pass(5000);
    assert.equal(pod().status?.phase, 'Failed');
    assert.equal(initStatuses()[0]?.ready, false);
    assert.deepEqual(stateOf('Ready'), ['False', 'PodFailed', undefined]);
  });

  it('gives a container no bytes of a ConfigMap in its environment, but in its volumes', () => {
    const binaryData = { logo: Buffer.from('png').toString('base64') };
    cluster.client.create('ConfigMap', { metadata: { name: 'settings', namespace: 'default' }, binaryData });
    const logo = { name: 'settings', key: 'logo' };
    create({
      ...container({ env: [{ name: 'LOGO', valueFrom: { configMapKeyRef: logo } }] }),
      volumes: [{ name: 'files', configMap: { name: 'settings', items: [{ key: 'logo', path: 'logo' }] } }],
    });
    cluster.pass(1000);
    assert.deepEqual(status().state.waiting, {
      reason: 'CreateContainerConfigError',
      message: "couldn't find key logo in ConfigMap default/settings",
    });
  });

  it('names the key that a volume lacks as a kubelet does', () => {
    config('ConfigMap', 'settings', {});
    config('Secret', 'cert', {});
    const items = [{ key: 'nope', path: 'nope' }];
    create({ volumes: [{ name: 'a', configMap: { name: 'settings', items } }] });
    cluster.client.create('Pod', {
      metadata: { name: 'other', namespace: 'default' },
      spec: { ...container({}), volumes: [{ name: 'b', secret: { secretName: 'cert', items } }] },
    });
    cluster.pass(1000);
    const told = cluster.client.list('Event', 'default').map(({ message }) => message);
    for (const message of [
      'MountVolume.SetUp failed for volume "a" : configmap references non-existent config key: nope',
      'MountVolume.SetUp failed for volume "b" : references non-existent secret key: nope',
    ])
      assert.ok(told.includes(message), told.join('\n'));
  });

  it('lets a deleted pod go when its containers have stopped', () => {
    create({});
    cluster.pass(1000);
    cluster.client.remove('Pod', pod());
    cluster.pass(10);
    assert.notEqual(pod().metadata.deletionTimestamp, undefined);
    cluster.pass(1000);
    assert.equal(cluster.client.get('Pod', 'default', 'web'), undefined);
  });
});
