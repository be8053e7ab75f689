/** A pipeline that sleeps while it holds the lock of its set, as on a laptop that is closed or a runner that is paused. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { kapplyJson, startKapply } from '../harness/program.js';
import { aSecondLater, eventually, useScenario, type Scenario } from '../harness/scenario.js';
import { pruneLabel } from '../harness/shop.js';
import type { Tree } from '../harness/tree.js';

const workload = (name: string, more: string, annotations = '{}'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, annotations: ${annotations} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: app
          image: busybox:1.37
          command: [sh, -c, 'sleep infinity']
          envFrom: [{ configMapRef: { name: settings } }]
          ${more}
`;

/** Two workloads, the second of which is sent when the first one is ready, after so many seconds. */
function tree(namespace: string, value: string, seconds: number): Tree {
  const probe = `readinessProbe: { exec: { command: ['true'] }, initialDelaySeconds: ${seconds} }`;
  const after = `{ config.kubernetes.io/depends-on: apps/namespaces/${namespace}/Deployment/first }`;
  return {
    'kustomization.yaml': `
namespace: ${namespace}
resources: [workloads.yaml]
generatorOptions: { labels: { appconfig: myconfig } }
configMapGenerator: [{ name: settings, literals: [VALUE=${value}] }]
`,
    'workloads.yaml': [workload('first', probe), workload('second', '', after)].join('\n---\n'),
  };
}

describe('a deploy that sleeps longer than its lock lasts', () => {
  const scenario = useScenario();
  const args = (current: Scenario): string[] => [
    ...['deploy', '-k', current.folder, '--prune-label', pruneLabel, '--set', `asleep-${current.namespace}`],
  ];
  const deploy = async (value: string, seconds: number) => {
    const { current } = scenario;
    await current.write(tree(current.namespace, value, seconds));
    return kapplyJson(args(current));
  };
  /** The name of the config that a workload reads. */
  const configOf = ({ spec }: KubeObject): unknown => JSON.stringify(spec).match(/"settings-[a-z0-9]+"/)?.[0];
  const configs = async (): Promise<unknown[]> => (await scenario.current.list('Deployment')).map(configOf);

  it('writes nothing when it wakes up, where another one has taken the lock meanwhile', async function () {
    this.timeout(240_000);
    const { current } = scenario;
    const before = await deploy('one', 1);
    assert.equal(before.code, 0, before.transcript);
    await aSecondLater();
    await current.write(tree(current.namespace, 'two', 15));
    const asleep = startKapply(args(current));
    try {
      await eventually('the first workload is sent', async () => {
        const names = await configs();
        return new Set(names).size === 2 ? true : undefined;
      });
      asleep.child.kill('SIGSTOP');
      const newer = await deploy('three', 1);
      assert.equal(newer.code, 0, newer.transcript);
      const after = await configs();
      assert.equal(new Set(after).size, 1, String(after));
      asleep.child.kill('SIGCONT');
      // What it sees first when it wakes up: that the lock is another's, or that what it applied is.
      const ends: Readonly<Record<number, RegExp>> = {
        3: /Deployment\/first FAILED: superseded by kapply/,
        5: /the lock of set asleep-\S+ was taken over by another run/,
      };
      const code = await asleep.ended;
      assert.match(asleep.said(), ends[code ?? 0] ?? /^$/, `exit ${String(code)}: ${asleep.said()}`);
      assert.deepEqual(await configs(), after);
      assert.equal((await current.names('ConfigMap', { labelSelector: pruneLabel })).length, 1);
    } finally {
      asleep.child.kill('SIGKILL');
    }
    const last = await deploy('four', 1);
    assert.equal(last.code, 0, last.transcript);
    assert.equal((await current.names('ConfigMap', { labelSelector: pruneLabel })).length, 1);
  });

  it('goes on where nobody has', async function () {
    this.timeout(120_000);
    const { current } = scenario;
    await aSecondLater();
    await current.write(tree(current.namespace, 'five', 12));
    const asleep = startKapply(args(current));
    try {
      await eventually('the first workload is sent', async () =>
        new Set(await configs()).size === 2 ? true : undefined,
      );
      asleep.child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 17_000));
      asleep.child.kill('SIGCONT');
      assert.equal(await asleep.ended, 0, asleep.said());
      assert.equal(new Set(await configs()).size, 1);
    } finally {
      asleep.child.kill('SIGKILL');
    }
  });

  // The first is what a closed terminal sends, the others what nobody can catch, or should.
  for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGKILL'] as const) {
    it(`is finished by the next one at once where ${signal} ends it`, async function () {
      this.timeout(120_000);
      const { current } = scenario;
      await aSecondLater();
      await current.write(tree(current.namespace, `before ${signal}`, 60));
      const killed = startKapply(args(current));
      await eventually('the first workload is sent', async () =>
        new Set(await configs()).size === 2 ? true : undefined,
      );
      killed.child.kill(signal);
      await killed.ended;
      const began = Date.now();
      const next = await deploy(`after ${signal}`, 1);
      assert.equal(next.code, 0, next.transcript);
      assert.ok(Date.now() - began < 60_000, 'it waited for no lock');
      assert.equal(new Set(await configs()).size, 1);
      assert.equal((await current.names('ConfigMap', { labelSelector: pruneLabel })).length, 1, next.transcript);
    });
  }
});
