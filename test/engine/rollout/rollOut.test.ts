import assert from 'node:assert/strict';
import type { ApiResource } from '../../../src/cluster/cluster.js';
import type { Event } from '../../../src/engine/run/events.js';
import type { RollOutOptions } from '../../../src/engine/rollout/board.js';
import { rollOut } from '../../../src/engine/rollout/rollOut.js';
import type { RolloutResult } from '../../../src/engine/rollout/verdict.js';
import { formatId, idOf, type KubeObject } from '../../../src/objects/object.js';
import {
  addressOf,
  fakeCluster,
  forbidden,
  resource,
  RESOURCES,
  type FakeCluster,
  type FakeClusterOptions,
} from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const APIS = [
  ...['StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => ({ apiVersion: 'apps/v1', kind })),
  ...['Pod', 'ReplicationController'].map((kind) => ({ apiVersion: 'v1', kind })),
  { apiVersion: 'batch/v1', kind: 'Job' },
];
const DISCOVERY = { resources: RESOURCES, failures: [] };

function deployment(status: object = {}, name = 'web'): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, ...status },
  };
}

const READY = {
  updatedReplicas: 1,
  availableReplicas: 1,
  readyReplicas: 1,
  conditions: [
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    { type: 'Available', status: 'True' },
  ],
};

interface Run {
  readonly cluster: FakeCluster;
  readonly events: Event[];
  /** What was said of each object, in order: `Deployment/web InProgress 0 of 1 pods updated`. */
  readonly said: string[];
  readonly stop: AbortController;
  /** Moves the clock. */
  readonly pass: (ms: number) => void;
  readonly result: Promise<RolloutResult>;
}

/** Follows the objects as the cluster has them; `applied` is what an apply returned, where that is something else. */
function start(
  objects: readonly KubeObject[],
  options: Partial<RollOutOptions> &
    Pick<FakeClusterOptions, 'react'> & {
      applied?: readonly KubeObject[];
      /** What is there besides. */
      extra?: readonly KubeObject[];
    } = {},
): Run {
  let now = NOW;
  const { react, applied, extra = [], ...rest } = options;
  const cluster = fakeCluster({
    objects: [...objects, ...extra],
    now: () => now,
    ...(react !== undefined && { react }),
  });
  const events: Event[] = [];
  const said: string[] = [];
  const stop = new AbortController();
  const targets = (applied ?? objects.map((object) => cluster.find(object.kind, object.metadata.name)!)).map(
    (object) => ({ id: idOf(object), resource: addressOf(object).resource, applied: object }),
  );
  const result = rollOut(targets, {
    cluster,
    readinessRules: [],
    discovery: DISCOVERY,
    emit: (event) => {
      events.push(event);
      if (event.type !== 'status' && event.type !== 'settled') return;
      said.push(`${formatId(event.status.id)} ${event.status.status} ${event.status.message}`);
    },
    signal: stop.signal,
    now: () => now,
    timeoutMs: 300_000,
    failFast: true,
    fieldManager: 'kapply',
    since: NOW,
    ...rest,
  });
  return { cluster, events, said, stop, pass: (ms) => (now += ms), result };
}

/** Lets the watches begin and deliver. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 15));
}

function waitingPod(name: string, owner: KubeObject, reason: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      ownerReferences: [
        {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          name: owner.metadata.name,
          uid: owner.metadata.uid!,
          controller: true,
        },
      ],
    },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'app', restartCount: 0, state: { waiting: { reason, message: 'no such image' } } }],
    },
  };
}

function replicaSetOf(owner: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true }],
    },
    spec: { replicas: 1 },
  };
}

describe('rollOut', () => {
  it('is done at once, without a request, where everything is Current already', async () => {
    const config: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };
    const run = start([config, deployment(READY)]);
    assert.deepEqual(await run.result, { outcome: 'current', failed: [], unfinished: [] });
    assert.deepEqual(run.said, ['ConfigMap/a Current exists', 'Deployment/web Current 1 of 1 pods ready']);
    assert.deepEqual(run.cluster.log, []);
  });

  it('waits until the controller has seen the change and the pods are ready', async () => {
    const run = start([deployment()]);
    await turn();
    run.cluster.put(deployment({ updatedReplicas: 1 }));
    await turn();
    run.cluster.put(deployment(READY));
    assert.equal((await run.result).outcome, 'current');
    assert.deepEqual(run.said, [
      'Deployment/web InProgress 0 of 1 pods updated',
      'Deployment/web InProgress 0 of 1 new pods available',
      'Deployment/web Current 1 of 1 pods ready',
    ]);
  });

  for (const turns of [0, 1, 2, 3, 4, 5, 6, 8, 12, 20]) {
    it(`ends as the last thing that it said: deleted ${turns} turns after it was ready`, async () => {
      const run = start([deployment()]);
      await turn();
      run.cluster.put(deployment(READY));
      for (let count = 0; count < turns; count += 1) await Promise.resolve();
      run.cluster.drop(deployment());
      const { outcome } = await run.result;
      await turn();
      const last = run.said.at(-1);
      assert.equal(last?.includes('Current'), outcome === 'current', `${outcome}: ${run.said.join('; ')}`);
    });
  }

  it('judges once more when the logs of its Jobs are told: what was Current may have gone meanwhile', async () => {
    const idle = { see: () => undefined, gone: () => undefined, close: () => Promise.resolve() };
    const run: Run = start([deployment()], {
      jobLogs: {
        ...idle,
        drain: async () => {
          run.cluster.drop(deployment());
          await turn();
        },
      },
    });
    await turn();
    run.cluster.put(deployment(READY));
    assert.equal((await run.result).outcome, 'failed');
    assert.match(run.said.at(-1) ?? '', /Failed was deleted by someone else/);
  });

  it('leaves no timer behind at each change: Node would warn of a leak, on the terminal of whoever deploys', async () => {
    const warned: string[] = [];
    const listen = ({ name }: Error): number => warned.push(name);
    process.on('warning', listen);
    const run = start([deployment()]);
    await turn();
    for (let count = 0; count < 20; count += 1) {
      run.cluster.put(deployment({ updatedReplicas: count % 2 }));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    run.cluster.put(deployment(READY));
    await run.result;
    await turn();
    process.off('warning', listen);
    assert.deepEqual(warned, []);
  });

  it('does not take an older generation for what it applied', async () => {
    const live = deployment(READY);
    const run = start([live], { applied: [{ ...live, metadata: { ...live.metadata, generation: 2 } }] });
    await turn();
    const next = deployment({ ...READY, observedGeneration: 2 });
    run.cluster.put({ ...next, metadata: { ...next.metadata, generation: 2 } });
    assert.equal((await run.result).outcome, 'current');
    assert.equal(run.said[0], 'Deployment/web InProgress waiting for the controller to see the change');
  });

  it('takes back that something was Current when it is so no more before the others are', async () => {
    const run = start([deployment(), deployment({}, 'db')]);
    await turn();
    run.cluster.put(deployment(READY));
    await turn();
    run.cluster.put(deployment());
    await turn();
    run.cluster.put(deployment(READY, 'db'));
    await turn();
    run.cluster.put(deployment(READY));
    assert.equal((await run.result).outcome, 'current');
    assert.deepEqual(
      run.said.filter((line) => line.includes('web')),
      [
        'Deployment/web InProgress 0 of 1 pods updated',
        'Deployment/web Current 1 of 1 pods ready',
        'Deployment/web InProgress 0 of 1 pods updated',
        'Deployment/web Current 1 of 1 pods ready',
      ],
    );
  });

  it('fails when somebody deletes what it waits for', async () => {
    const run = start([deployment()]);
    await turn();
    run.cluster.drop(deployment());
    const result = await run.result;
    assert.equal(result.outcome, 'failed');
    assert.deepEqual(
      result.failed.map(({ message }) => message),
      ['was deleted by someone else'],
    );
  });

  it('fails when it was deleted before the watch began', async () => {
    const run = start([], { applied: [{ ...deployment(), metadata: { ...deployment().metadata, uid: 'gone' } }] });
    await turn();
    run.pass(5000);
    const result = await run.result;
    assert.equal(result.outcome, 'failed');
    assert.deepEqual(
      result.failed.map(({ message }) => message),
      ['was deleted by someone else'],
    );
  });

  it('fails when another object has its name', async () => {
    const run = start([deployment()]);
    await turn();
    run.cluster.drop(deployment());
    run.cluster.put(deployment(READY));
    const result = await run.result;
    assert.equal(result.outcome, 'failed');
    assert.match(
      result.failed[0]!.message,
      /was (deleted by someone else|replaced by another object of the same name)/,
    );
  });

  describe('a doomed pod', () => {
    const doom = async (options: Partial<RollOutOptions> = {}, reason = 'ImagePullBackOff'): Promise<Run> => {
      const run = start([deployment()], options);
      const set = run.cluster.put(replicaSetOf(run.cluster.find('Deployment', 'web')!));
      run.cluster.put(waitingPod('web-1-a', set, reason));
      await turn();
      return run;
    };

    it('fails its rollout after 30 s, with its own words', async () => {
      const run = await doom();
      run.pass(29_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.equal(
        run.events.some(({ type }) => type === 'settled'),
        false,
        'it gets its 30 s',
      );
      run.pass(1000);
      const result = await run.result;
      assert.equal(result.outcome, 'failed');
      assert.deepEqual(
        result.failed.map(({ status, problems }) => [status, problems[0]?.pod, problems[0]?.reason]),
        [['Failed', 'web-1-a', 'ImagePullBackOff']],
      );
      const settled = run.events.find((event) => event.type === 'settled');
      assert.deepEqual(settled?.details?.logs, []);
      assert.equal(settled.details.tryCommand, 'kubectl --context fake -n shop describe pod web-1-a');
    });

    it('is gone back from while the configs of before are there', async () => {
      const undoOf = async (...configs: readonly string[]): Promise<string | undefined> => {
        const web = deployment();
        const { annotations: _, ...metadata } = web.metadata;
        const run = start([
          { ...web, metadata: { ...metadata, annotations: { 'deployment.kubernetes.io/revision': '2' } } },
        ]);
        const owner = run.cluster.find('Deployment', 'web')!;
        for (const [revision, name] of [
          ['1', 'cfg-a'],
          ['2', 'cfg-b'],
        ] as const) {
          const set = replicaSetOf(owner);
          const template = { spec: { containers: [{ name: 'app', envFrom: [{ configMapRef: { name } }] }] } };
          const annotated = {
            ...set.metadata,
            name: `web-${revision}`,
            annotations: { 'deployment.kubernetes.io/revision': revision },
          };
          run.cluster.put({ ...set, metadata: annotated, spec: { replicas: 1, template } });
        }
        run.cluster.put(waitingPod('web-2-a', run.cluster.find('ReplicaSet', 'web-2')!, 'InvalidImageName'));
        for (const name of configs)
          run.cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } });
        await turn();
        run.pass(31_000);
        await run.result;
        return run.events.flatMap((event) => (event.type === 'settled' ? [event.details?.undoCommand] : []))[0];
      };
      assert.equal(
        await undoOf('cfg-a', 'cfg-b'),
        'kubectl --context fake -n shop rollout undo deployment/web --to-revision=1',
      );
      assert.equal(await undoOf('cfg-b'), undefined, 'the config of before is gone');
    });

    it('may be mended in time', async () => {
      const run = await doom();
      run.pass(20_000);
      run.cluster.drop(run.cluster.find('Pod', 'web-1-a')!);
      await turn();
      run.pass(20_000);
      run.cluster.put(waitingPod('web-1-b', run.cluster.find('ReplicaSet', 'web-1')!, 'ImagePullBackOff'));
      await turn();
      run.pass(20_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      run.cluster.put(deployment(READY));
      assert.equal((await run.result).outcome, 'current');
    });

    it('is waited for until the time-out with failFast false', async () => {
      const run = await doom({ failFast: false, timeoutMs: 120_000 });
      run.pass(100_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      run.pass(20_000);
      assert.equal((await run.result).outcome, 'timedOut');
    });

    it('is none while the configuration that it misses is there', async () => {
      const run = start([deployment()], { timeoutMs: 60_000 });
      const set = run.cluster.put(replicaSetOf(run.cluster.find('Deployment', 'web')!));
      const pod = waitingPod('web-1-a', set, 'CreateContainerConfigError');
      const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'a' } } }];
      run.cluster.put({ ...pod, spec: { containers: [{ name: 'app', env }] } });
      run.cluster.put({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'db', namespace: 'shop' },
        data: { a: '' },
      });
      await turn();
      run.pass(25_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      run.pass(10_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.equal(
        run.events.some(({ type }) => type === 'settled'),
        false,
      );
      run.cluster.put(deployment(READY));
      assert.equal((await run.result).outcome, 'current');
    });

    it('that only waits for its turn is none', async () => {
      const run = await doom({ timeoutMs: 60_000 }, 'ContainerCreating');
      run.pass(60_000);
      assert.equal((await run.result).outcome, 'timedOut');
    });
  });

  it('takes a Job that went before the watch began for what its events say of it', async () => {
    const job: KubeObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'shop', uid: 'gone' },
      spec: { ttlSecondsAfterFinished: 0 },
    };
    const event = (type: string, reason: string, uid: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${reason}-${uid}`, namespace: 'shop' },
      involvedObject: { kind: 'Job', name: 'migrate', uid },
      type,
      reason,
    });
    const outcome = async (...events: KubeObject[]): Promise<string> => {
      const run = start(events, { applied: [job] });
      const { outcome: word } = await run.result;
      return word;
    };
    assert.equal(await outcome(event('Warning', 'BackoffLimitExceeded', 'gone')), 'failed');
    assert.equal(await outcome(event('Warning', 'BackoffLimitExceeded', 'earlier')), 'current');
    assert.equal(await outcome(event('Normal', 'Completed', 'gone')), 'current');
    assert.equal(await outcome(), 'current');
  });

  it('reads the Warning events of a workload that does not move', async () => {
    const run = start([deployment()], { timeoutMs: 60_000 });
    const owner = run.cluster.find('Deployment', 'web')!;
    const set = run.cluster.put(replicaSetOf(owner));
    const event = (uid: string, at: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `e-${uid}-${Date.parse(at)}`, namespace: 'shop' },
      involvedObject: { kind: 'ReplicaSet', name: 'web-1', uid },
      type: 'Warning',
      reason: 'FailedCreate',
      message: `exceeded quota of ${uid}`,
      lastTimestamp: at,
    });
    run.cluster.put(event(set.metadata.uid!, '2026-01-01T12:00:05Z'));
    run.cluster.put(event(set.metadata.uid!, '2026-01-01T11:00:05Z'));
    run.cluster.put(event('another', '2026-01-01T12:00:06Z'));
    await turn();
    run.pass(11_000);
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(
      run.said.at(-1),
      `Deployment/web InProgress 0 of 1 pods updated: FailedCreate: exceeded quota of ${set.metadata.uid!}`,
    );
    run.cluster.put(deployment(READY));
    assert.equal((await run.result).outcome, 'current');
  });

  /** What the events of a workload that does not move are about: the workload, or its pods; and what they say. */
  const SILENT: readonly (readonly [kind: string, about: 'itself' | 'its pod', reason: string, message: string])[] = [
    ['StatefulSet', 'itself', 'FailedCreate', 'create Pod web-0 failed: exceeded quota'],
    ['DaemonSet', 'itself', 'FailedCreate', 'violates PodSecurity "restricted:latest"'],
    ['Job', 'itself', 'FailedCreate', 'violates PodSecurity "restricted:latest"'],
    ['ReplicaSet', 'itself', 'FailedCreate', 'exceeded quota'],
    ['ReplicationController', 'itself', 'FailedCreate', 'exceeded quota'],
    ['Pod', 'itself', 'FailedMount', 'secret "tls" not found'],
    ['StatefulSet', 'its pod', 'FailedMount', 'secret "tls" not found'],
    ['DaemonSet', 'its pod', 'FailedMount', 'secret "tls" not found'],
    ['Job', 'its pod', 'FailedMount', 'secret "tls" not found'],
    ['ReplicaSet', 'its pod', 'FailedMount', 'configmap "cfg" not found'],
  ];
  it('says what the events of each kind of workload, or of its pods, say, after 10 s in which nothing moves', async () => {
    const notReady = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'app' }];
    const nameOf = (index: number): string => `web-${index}`;
    // All in one run: it looks by the clock of the machine, twice a second.
    const run = start(
      SILENT.map(([kind], index): KubeObject => ({
        apiVersion: APIS.find((api) => api.kind === kind)!.apiVersion,
        kind,
        metadata: { name: nameOf(index), namespace: 'shop', generation: 1 },
        spec: { replicas: 1, completions: 1 },
        status: { observedGeneration: 1, desiredNumberScheduled: 1, ...(kind === 'Pod' && { conditions: notReady }) },
      })),
      { timeoutMs: 60_000 },
    );
    for (const [index, [kind, about, reason, message]] of SILENT.entries()) {
      const owner = run.cluster.find(kind, nameOf(index))!;
      const pod = waitingPod(`pod-${index}`, owner, '');
      const subject =
        about === 'itself' ? owner : run.cluster.put({ ...pod, status: { phase: 'Pending', conditions: notReady } });
      const { name, uid } = subject.metadata;
      run.cluster.put({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `event-${index}`, namespace: 'shop' },
        involvedObject: { kind: subject.kind, name, uid },
        ...{ type: 'Warning', reason, message, lastTimestamp: '2026-01-01T12:00:05Z' },
      });
    }
    await turn();
    assert.ok(!run.said.some((line) => line.includes('Failed')), run.said.join('\n'));
    run.pass(11_000);
    await new Promise((resolve) => setTimeout(resolve, 700));
    run.stop.abort();
    await assert.rejects(run.result);
    for (const [index, [kind, about, reason, message]] of SILENT.entries()) {
      const last = run.said.filter((line) => line.startsWith(`${kind}/${nameOf(index)} `)).at(-1);
      assert.ok(last?.includes(`${reason}: ${message}`), `${kind}, ${about}: ${last}`);
    }
  });

  it('waits for the first status of a kind whose definition has one, for a while', async () => {
    const definitions = resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
      namespaced: false,
    });
    const definition = (properties: object): KubeObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gadgets.shop.example.com' },
      spec: {
        versions: [
          {
            name: 'v1',
            subresources: { status: {} },
            schema: { openAPIV3Schema: { properties: { status: { properties } } } },
          },
        ],
      },
    });
    const gadget = (status?: object): KubeObject => ({
      apiVersion: 'shop.example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'a', namespace: 'shop' },
      ...(status !== undefined && { status }),
    });
    const discovery = { resources: [...RESOURCES, definitions], failures: [] };
    const begin = (properties: object): Run => {
      const run = start([gadget()], { discovery, extra: [definition(properties)] });
      return run;
    };
    const declared = begin({ conditions: {} });
    await turn();
    assert.deepEqual(declared.said, ['Gadget/a InProgress no controller has looked at it yet']);
    declared.cluster.put(gadget({ conditions: [{ type: 'Ready', status: 'True' }] }));
    assert.equal((await declared.result).outcome, 'current');

    const silent = begin({ observedGeneration: {} });
    await turn();
    silent.pass(31_000);
    assert.equal((await silent.result).outcome, 'current');
    assert.ok(
      silent.events.some(
        (event) => event.type === 'warning' && event.message.includes('no controller has looked at it'),
      ),
    );

    assert.equal((await begin({ size: {} }).result).outcome, 'current');
  });

  it('ends when a custom resource says for 30 s what does not pass, and goes on where it passes', async () => {
    const revision = (status: string, reason: string): KubeObject => ({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: { name: 'web-1', namespace: 'shop' },
      status: { conditions: [{ type: 'Ready', status, reason }] },
    });
    // The library of the rules is read first.
    const says = async ({ said }: Run, word: string): Promise<void> => {
      while (said.at(-1)?.includes(word) !== true) await turn();
    };
    const run = start([revision('False', 'ExitCode1')]);
    await says(run, 'ExitCode1');
    run.pass(20_000);
    run.cluster.put(revision('Unknown', 'Deploying'));
    await says(run, 'Deploying');
    run.pass(20_000);
    run.cluster.put(revision('False', 'ExitCode1'));
    await says(run, 'ExitCode1');
    run.pass(20_000);
    run.cluster.put(revision('True', ''));
    assert.equal((await run.result).outcome, 'current');

    const lasting = start([revision('False', 'ExitCode1')]);
    await says(lasting, 'ExitCode1');
    lasting.pass(30_000);
    const result = await lasting.result;
    assert.deepEqual([result.outcome, result.early], ['failed', true]);
    assert.match(result.failed[0]?.message ?? '', /^ExitCode1/);
  });

  it('times out, and says what did not finish', async () => {
    const run = start([deployment(), deployment(READY, 'db')], { timeoutMs: 1000 });
    await turn();
    run.pass(1000);
    const result = await run.result;
    assert.equal(result.outcome, 'timedOut');
    assert.deepEqual(
      result.unfinished.map(({ id, status }) => [id.name, status]),
      [['web', 'InProgress']],
    );
  });

  it('rejects with the reason of its signal, and leaves no watch behind', async () => {
    const run = start([deployment()]);
    await turn();
    const reason = new Error('interrupted');
    run.stop.abort(reason);
    await assert.rejects(run.result, reason);
    const before = run.cluster.log.length;
    run.cluster.put(deployment(READY));
    await turn();
    assert.equal(run.cluster.log.length, before);
  });

  describe('where a watch is not allowed', () => {
    const noWatch = ({ verb, resource }: { verb: string; resource: ApiResource | undefined }): void => {
      if (verb === 'watch') throw forbidden(resource?.plural);
    };

    it('reads again and again instead, and warns once for each kind', async () => {
      const run = start([deployment()], { react: noWatch });
      await turn();
      run.cluster.put(deployment(READY));
      assert.equal((await run.result).outcome, 'current');
      const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
      assert.deepEqual(warnings.sort(), [
        'Deployment cannot be watched in shop: deployments is forbidden',
        'Pod cannot be watched in shop: pods is forbidden',
        'ReplicaSet cannot be watched in shop: replicasets is forbidden',
      ]);
    });

    it('sees that it was deleted before it was first read', async () => {
      const run = start([], {
        react: noWatch,
        applied: [{ ...deployment(), metadata: { ...deployment().metadata, uid: 'gone' } }],
      });
      await turn();
      const result = await run.result;
      assert.deepEqual(
        result.failed.map(({ message }) => message),
        ['was deleted by someone else'],
      );
    });
  });

  it('ends when a watch breaks for good', async () => {
    const broken = new Error('a bug');
    const run = start([deployment()], {
      react: ({ verb, resource }) => {
        if (verb === 'watch' && resource?.kind === 'Pod') throw broken;
      },
    });
    await assert.rejects(run.result, broken);
  });

  it('warns once of what is Current by definition', async () => {
    const paused = { ...deployment(), spec: { replicas: 1, paused: true } };
    const run = start([paused]);
    assert.equal((await run.result).outcome, 'current');
    assert.deepEqual(
      run.events.filter(({ type }) => type === 'warning'),
      [
        {
          type: 'warning',
          message: 'Deployment/web is paused: its pods keep their old revision until kubectl rollout resume',
        },
      ],
    );
  });
});
