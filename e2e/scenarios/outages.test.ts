/**
 * What is broken in the cluster itself while a deploy goes on: the API server is killed and comes back, an API has no
 * server behind it, webhooks do not answer. On a control plane of its own, since others would notice.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { findResource, type Cluster } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import { RECORD_LABEL } from '../../src/objects/annotations.js';
import { groupOf, versionOf, type KubeObject } from '../../src/objects/object.js';
import { checkInvariants, stateOfObjects } from '../../test/engine/run/invariants.js';
import { binary } from '../control-plane/build.js';
import { startKubelet } from '../control-plane/kubelet/kubelet.js';
import { startControlPlane, type ControlPlane } from '../control-plane/start.js';
import { openLane, type Ended, type Lane, type Version } from '../harness/lane.js';
import { eventually } from '../harness/scenario.js';

const LABEL = ['--prune-label', 'appconfig=shop', '--yes'];

describe('a deploy in a cluster where something is broken', function () {
  this.timeout(180_000);
  let plane: ControlPlane;
  const stops: (() => unknown)[] = [];
  let cluster: Cluster;
  let lane: Lane;
  /** Accepts connections, and never says a word. */
  let silent: Server;
  const heard = new Set<Socket>();
  let version: Version = 'v1';

  before(async function () {
    if (!existsSync(binary('kube-apiserver'))) this.skip();
    silent = createServer((socket) => {
      heard.add(socket);
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    stops.push(() => {
      for (const socket of heard) socket.destroy();
      silent.close();
    });
    plane = await startControlPlane();
    stops.push(() => plane.stop());
    cluster = await connect({ kubeconfig: plane.kubeconfig, env: {} });
    stops.push(() => cluster.close());
    const kubelet = await startKubelet(cluster, plane.certificate);
    stops.push(() => kubelet.stop());
    kubelet.ended.catch((error: unknown) => console.error('the stand-in for the kubelet failed:', error));
    lane = await openLane(plane.kubeconfig);
    stops.push(() => lane.close());
    assertEnded(await deploy('v1'), 0);
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const deploy = (to: Version, timeout = '40s'): Promise<Ended> =>
    lane.run(['deploy', ...lane.application(to), ...LABEL, '--timeout', timeout]);
  /** Deploys what is not deployed, and looks whether nothing is left of what was. */
  async function deployOther(what: string, { keeps = false, timeout = '40s' } = {}): Promise<Ended> {
    const before = version;
    version = version === 'v1' ? 'v2' : 'v1';
    const original = await lane.objects();
    const ended = await deploy(version, timeout);
    checkInvariants(original, await lane.objects(), what);
    if (ended.exitCode === 0 && !keeps) {
      const left = stateOfObjects(await lane.objects()).filter((line) => line.includes(`version${before.slice(1)}`));
      assert.deepEqual(left, [], ended.stdout);
    }
    return ended;
  }
  async function apply(object: KubeObject): Promise<() => Promise<void>> {
    const find = async () =>
      findResource(
        await cluster.discover({ refresh: true }),
        groupOf(object.apiVersion),
        versionOf(object.apiVersion),
        object.kind,
      );
    const resource = await eventually(`${object.kind} is served`, find);
    const address = { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    await cluster.apply(address, object, { fieldManager: 'test' });
    return async () => {
      await cluster.remove(address);
    };
  }
  const caBundle = (): string => Buffer.from(plane.certificate.cert).toString('base64');
  const silentUrl = (): string => `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;

  it('goes on where the API server is killed in the middle of the rollout and comes back', async () => {
    const running = deployOther('an API server that was away');
    await eventually('the rollout has begun', async () => {
      const replicaSets = (await lane.objects()).filter(({ kind }) => kind === 'ReplicaSet');
      return replicaSets.length > 1 ? true : undefined;
    });
    await plane.restartApiServer(1000);
    assertEnded(await running, 0);
  });

  it('goes back all the same where the API server is killed in the middle of a rollback', async () => {
    const [now, before] = version === 'v1' ? (['v1', 'v2'] as const) : (['v2', 'v1'] as const);
    // Its configs are there to go back to.
    const kept = ['deploy', ...lane.application(now), ...LABEL, '--keep', '9', '--timeout', '40s'];
    const workloads = async (): Promise<string[]> =>
      stateOfObjects(await lane.objects()).filter((line) =>
        /^\["(Deployment|StatefulSet|DaemonSet|CronJob)"/.test(line),
      );
    assertEnded(await deploy(before), 0);
    const wanted = await workloads();
    assertEnded(await lane.run(kept), 0);
    assert.notDeepEqual(await workloads(), wanted);
    const original = await lane.objects();
    const replicaSets = (objects: readonly KubeObject[]): string[] =>
      objects.flatMap(({ kind, metadata: { uid, generation } }) =>
        kind === 'ReplicaSet' ? [`${uid} ${generation}`] : [],
      );
    const running = lane.run([
      ...['rollback', '-n', lane.namespace, ...lane.application('v1').slice(2), '--yes', '--timeout', '60s'],
    ]);
    await eventually('the rollout has begun', async () =>
      replicaSets(await lane.objects()).join() === replicaSets(original).join() ? undefined : true,
    );
    await plane.restartApiServer(1000);
    assertEnded(await running, 0);
    checkInvariants(original, await lane.objects(), 'an API server that was away during a rollback');
    assert.deepEqual(await workloads(), wanted);
    version = before;
    assertEnded(await deploy(version), 0);
  });

  it('deploys beside metrics that nobody serves, without a word of them', async () => {
    const remove = await apply({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        ...{ group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100 },
        service: { namespace: 'kube-system', name: 'metrics-server' },
        insecureSkipTLSVerify: true,
      },
    });
    try {
      assertEnded(await deployOther('metrics that are down'), 0);
    } finally {
      await remove();
    }
  });

  it('warns of an API group that nobody serves', async () => {
    const remove = await apply({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.down.example.com' },
      spec: {
        ...{ group: 'down.example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 1 },
        service: { namespace: 'default', name: 'nobody' },
        insecureSkipTLSVerify: true,
      },
    });
    try {
      const { stdout, stderr } = assertEnded(await deployOther('a group that is down'), 0);
      assert.match(stdout + stderr, /down\.example\.com\/v1 could not be searched/);
    } finally {
      await remove();
    }
  });

  /** A custom resource in the lane's namespace whose kind cannot be listed: nobody converts it. Returns what ends that. */
  async function breakConversion(url: string): Promise<() => Promise<void>> {
    const served = {
      served: true,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    };
    const definition = (conversion: object): KubeObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.old.example.com' },
      spec: {
        ...{ group: 'old.example.com', scope: 'Namespaced', conversion },
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          { name: 'v1', storage: true, ...served },
          { name: 'v2', storage: false, ...served },
        ],
      },
    });
    const remove = await apply(definition({ strategy: 'None' }));
    const { namespace } = lane;
    await apply({ apiVersion: 'old.example.com/v1', kind: 'Widget', metadata: { name: 'one', namespace } });
    const clientConfig = { url, caBundle: caBundle() };
    await apply(definition({ strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } }));
    return async () => {
      await apply(definition({ strategy: 'None' }));
      await remove();
    };
  }
  /** Deploys something else, and looks whether all configs are still there: the resource may hold the name of one. */
  async function keepsAllConfigs(what: string): Promise<void> {
    // Records of deploys are ConfigMaps as well, of which the last ten stay.
    const configs = (objects: readonly KubeObject[]): string[] =>
      objects
        .filter(({ kind, metadata }) => ['ConfigMap', 'Secret'].includes(kind) && !metadata.labels?.[RECORD_LABEL])
        .map(({ metadata: { name } }) => name);
    const before = configs(await lane.objects());
    const { stdout, stderr } = assertEnded(await deployOther(what, { keeps: true }), 0);
    assert.match(stdout + stderr, /whether it is in use is unknown: Widget could not be listed/);
    const left = configs(await lane.objects());
    assert.deepEqual(
      before.filter((name) => !left.includes(name)),
      [],
    );
  }

  it('keeps what a custom resource may use whose conversion webhook is down', async () => {
    const mend = await breakConversion('https://127.0.0.1:1/');
    try {
      await keepsAllConfigs('a conversion webhook that is down');
    } finally {
      await mend();
    }
    assertEnded(await deploy(version), 0);
  });

  it('waits once for a conversion webhook that never answers, with every command', async () => {
    const mend = await breakConversion(silentUrl());
    const { namespace } = lane;
    const application = lane.application(version);
    const selector = ['-l', 'appconfig=shop', '-n', namespace];
    // The exit codes say what each does without the kind; the deploy goes last, since it changes what the others look at.
    const commands: readonly (readonly [codes: readonly number[], args: readonly string[]])[] = [
      [
        [0, 1],
        ['status', ...application],
      ],
      [
        [0, 1, 6],
        ['status', ...selector],
      ],
      [
        [0, 1],
        ['diff', ...application, ...LABEL.slice(0, 2)],
      ],
      [
        [0, 6],
        ['history', ...selector],
      ],
      [
        [0, 6],
        ['prune', ...selector, '--older-than', '0s', '--dry-run=client'],
      ],
      [
        [0, 6],
        ['uses', 'ConfigMap/plain', '-n', namespace],
      ],
      [
        [0, 6],
        ['delete', ...application, '--dry-run=client'],
      ],
    ];
    const timed = async (codes: readonly number[], args: readonly string[]): Promise<void> => {
      const began = performance.now();
      const { exitCode, stdout, stderr } = await lane.run(args);
      const took = Math.round(performance.now() - began);
      const told = `${args.join(' ')}: exit ${exitCode} after ${took} ms\n${stdout}${stderr}`;
      assert.ok(codes.includes(exitCode) && took < 60_000, told);
    };
    try {
      await Promise.all(commands.map(([codes, args]) => timed(codes, args)));
      const began = performance.now();
      await keepsAllConfigs('a conversion webhook that is silent');
      const took = Math.round(performance.now() - began);
      assert.ok(took < 60_000, `${took} ms`);
    } finally {
      await mend();
    }
    assertEnded(await deploy(version), 0);
  });

  for (const failurePolicy of ['Ignore', 'Fail'] as const) {
    it(`meets an admission webhook that does not answer, failurePolicy ${failurePolicy}`, async () => {
      const remove = await apply({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'guard' },
        webhooks: [
          {
            name: 'guard.example.com',
            ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', timeoutSeconds: 1, failurePolicy },
            clientConfig: { url: silentUrl(), caBundle: caBundle() },
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': lane.namespace } },
            rules: [
              {
                apiGroups: ['apps'],
                apiVersions: ['v1'],
                operations: ['CREATE', 'UPDATE'],
                resources: ['deployments'],
              },
            ],
          },
        ],
      });
      try {
        const ended = await deployOther(`a webhook, ${failurePolicy}`, {
          timeout: failurePolicy === 'Fail' ? '8s' : '40s',
        });
        const { stdout, stderr } = assertEnded(ended, failurePolicy === 'Ignore' ? 0 : 5);
        if (failurePolicy === 'Fail') assert.match(stdout + stderr, /guard\.example\.com/);
      } finally {
        await remove();
      }
      assertEnded(await deploy(version), 0);
    });
  }
});

function assertEnded(ended: Ended, code: number): Ended {
  assert.equal(ended.exitCode, code, ended.stdout + ended.stderr);
  return ended;
}
