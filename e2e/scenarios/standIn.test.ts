/** What the other scenarios trust in: pods wait where a real kubelet has them wait, and it can be seen. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { eventually, useScenario } from '../harness/scenario.js';
import { startWitness, type Witness } from '../harness/witness.js';

interface PodStatus {
  readonly phase: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly containerStatuses?: readonly {
    readonly restartCount: number;
    readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string } };
  }[];
}

const statusOf = (pod: KubeObject): PodStatus => pod.status as PodStatus;

const isReady = (pod: KubeObject): boolean =>
  statusOf(pod).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

function pod(name: string, container: object, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: 'app', image: 'busybox:1.37', command: ['sh', '-c', 'printenv; sleep infinity'], ...container },
      ],
      ...spec,
    },
  };
}

describe('what the scenarios stand on', () => {
  const scenario = useScenario();
  let witness: Witness;

  before(async () => {
    witness = await startWitness(scenario.current);
  });
  after(() => witness.stop());

  const waitingFor = (name: string, reason: string): Promise<string> =>
    eventually(`${name} waits in ${reason}`, async () => {
      const found = await scenario.current.get('Pod', name);
      const waiting = statusOf(found).containerStatuses?.[0]?.state.waiting;
      return waiting?.reason === reason ? (waiting.message ?? '') : undefined;
    });
  const ready = (name: string): Promise<KubeObject> =>
    eventually(`${name} is ready`, async () => {
      const found = await scenario.current.get('Pod', name);
      return isReady(found) ? found : undefined;
    });

  it('a pod whose environment names a missing Secret waits, is seen to wait, and starts when it is there', async () => {
    const { current } = scenario;
    const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'PASSWORD' } } }];
    await current.apply(pod('reads-secret', { env }));
    assert.match(await waitingFor('reads-secret', 'CreateContainerConfigError'), /secret "db" not found/);
    await current.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { OTHER: 'eA==' } });
    await eventually('the key is missed', async () =>
      (await waitingFor('reads-secret', 'CreateContainerConfigError')).includes('key PASSWORD') ? true : undefined,
    );
    const data = { PASSWORD: Buffer.from('s3cret').toString('base64') };
    await current.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data });
    await ready('reads-secret');
    const logs = await current.cluster.logs(current.namespace, 'reads-secret', { container: 'app', tailLines: 100 });
    assert.match(logs, /^PASSWORD=s3cret$/m);
    assert.ok(witness.configurationWaits().some((wait) => wait.startsWith('reads-secret: CreateContainerConfigError')));
  });

  it('a pod whose volume names a missing ConfigMap waits, and is seen to wait', async () => {
    const volumes = [{ name: 'config', configMap: { name: 'absent' } }];
    const volumeMounts = [{ name: 'config', mountPath: '/config' }];
    await scenario.current.apply(pod('mounts-config', { volumeMounts }, { volumes }));
    await eventually('the mount fails', () =>
      Promise.resolve(
        witness.configurationWaits().find((wait) => wait.includes('FailedMount') && wait.includes('"absent"')),
      ),
    );
    assert.equal(isReady(await scenario.current.get('Pod', 'mounts-config')), false);
  });

  it('optional references block nothing', async () => {
    const env = [
      { name: 'A', valueFrom: { configMapKeyRef: { name: 'absent', key: 'A', optional: true } } },
      { name: 'B', value: 'b' },
    ];
    await scenario.current.apply(
      pod('optional', { env, envFrom: [{ secretRef: { name: 'absent', optional: true } }] }),
    );
    await ready('optional');
  });

  it('an image that is not there is waited for, and said in Events', async () => {
    const { current } = scenario;
    await current.apply(pod('no-image', { image: 'registry.invalid/does-not-exist:9.9.1' }));
    await waitingFor('no-image', 'ImagePullBackOff');
    const events = (await current.list('Event')) as readonly (KubeObject & { reason?: string; message?: string })[];
    assert.ok(events.some(({ reason, message }) => reason === 'Failed' && message?.includes('does-not-exist:9.9.1')));
  });

  it('a command that fails is restarted and backs off', async () => {
    await scenario.current.apply(pod('crashes', { command: ['sh', '-c', 'echo no database; exit 3'] }));
    await eventually('three restarts', async () => {
      const status = statusOf(await scenario.current.get('Pod', 'crashes')).containerStatuses?.[0];
      return (status?.restartCount ?? 0) >= 3 ? true : undefined;
    });
    await waitingFor('crashes', 'CrashLoopBackOff');
    const { current } = scenario;
    const logs = await current.cluster.logs(current.namespace, 'crashes', { container: 'app', tailLines: 5 });
    assert.match(logs, /^no database$/m);
  });

  it('a Job completes, its init container before its container', async () => {
    const template = {
      spec: {
        restartPolicy: 'Never',
        initContainers: [{ name: 'first', image: 'busybox:1.37', command: ['true'] }],
        containers: [{ name: 'app', image: 'busybox:1.37', command: ['true'] }],
      },
    };
    await scenario.current.apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once' },
      spec: { template },
    });
    await eventually('the Job is complete', async () => {
      const job = await scenario.current.get('Job', 'once');
      const { conditions = [] } = job.status as PodStatus;
      return conditions.some(({ type, status }) => type === 'Complete' && status === 'True') ? true : undefined;
    });
  });

  it('a pod that is deleted goes', async () => {
    const { current } = scenario;
    const target = { resource: await current.resource('Pod'), namespace: current.namespace, name: 'optional' };
    await current.cluster.remove(target);
    await eventually('it is gone', async () =>
      (await current.find('Pod', 'optional')) === undefined ? true : undefined,
    );
  });
});
