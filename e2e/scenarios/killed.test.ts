/**
 * A run that was killed, at any moment, leaves every reference good and everything foreign alone, and one plain deploy
 * converges to exactly what an undisturbed one makes.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../src/objects/object.js';
import { configsOf } from '../../src/sandbox/node/configuration.js';
import type { Pod } from '../../src/sandbox/node/podSpec.js';
import { isRecord } from '../../src/engine/records/record.js';
import { kapply, kapplyJson, type Ran } from '../harness/program.js';
import { useScenario, type Scenario } from '../harness/scenario.js';
import { pruneLabel } from '../harness/shop.js';
import { startWitness } from '../harness/witness.js';

const kills = 12;
const kinds = ['ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Pod'];

const podSpec = (config: string, secret: string): string => `
      terminationGracePeriodSeconds: 0
      initContainers:
        - { name: init, image: 'busybox:1.37', command: ['true'], envFrom: [{ configMapRef: { name: ${config} } }] }
      containers:
        - name: app
          image: busybox:1.37
          command: [sh, -c, 'printenv; sleep infinity']
          env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: ${secret}, key: PASSWORD } } }]
          volumeMounts: [{ name: files, mountPath: /files }]
      volumes:
        - name: files
          projected: { sources: [{ configMap: { name: files } }, { secret: { name: certificates } }] }
`;

const workload = (kind: string, name: string, rest: string): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${rest}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:${podSpec('settings', 'database')}`;

const recreate = "annotations: { 'kapply.dev/on-immutable': recreate }";

/** Four generated configs, used by six workloads in every way; each value changes all of them. */
function tree(namespace: string, value: string): Readonly<Record<string, string>> {
  const once = podSpec('settings', 'database').replace('printenv; sleep infinity', 'printenv');
  return {
    'kustomization.yaml': `
metadata: { name: six }
namespace: ${namespace}
resources: [workloads.yaml]
generatorOptions: { labels: { appconfig: myconfig } }
configMapGenerator:
  - { name: settings, literals: [SETTING=${value}] }
  - { name: files, literals: [file.txt=${value}] }
secretGenerator:
  - { name: database, literals: [PASSWORD=${value}] }
  - { name: certificates, literals: [key.pem=${value}] }
`,
    'workloads.yaml': [
      workload('Deployment', 'web', 'replicas: 2'),
      workload('StatefulSet', 'db', 'serviceName: db'),
      workload('DaemonSet', 'agent', 'minReadySeconds: 0'),
      `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: '0 3 * * *'
  suspend: true
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never${once.replaceAll('\n', '\n    ').trimEnd()}
`,
      `
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  ${recreate}
spec:
  template:
    spec:
      restartPolicy: Never${once}`,
      `
apiVersion: v1
kind: Pod
metadata:
  name: bare
  ${recreate}
spec:${podSpec('settings', 'database').replaceAll('\n    ', '\n')}`,
    ].join('\n---\n'),
  };
}

function podTemplates(object: KubeObject): Pod[] {
  if (object.kind === 'Pod') return object.metadata.deletionTimestamp === undefined ? [object as Pod] : [];
  const spec = (object.spec ?? {}) as { template?: object; jobTemplate?: { spec: { template: object } } };
  const template = spec.template ?? spec.jobTemplate?.spec.template;
  return template === undefined ? [] : [{ ...object, ...template, metadata: object.metadata } as unknown as Pod];
}

/** Every config that something live names and that is not there. */
async function brokenReferences(scenario: Scenario): Promise<string[]> {
  const broken = new Set<string>();
  const objects = (await Promise.all(kinds.map((kind) => scenario.list(kind)))).flat();
  for (const object of objects) {
    const { phase } = (object.status ?? {}) as { phase?: string };
    if (phase === 'Succeeded' || phase === 'Failed') continue;
    for (const pod of podTemplates(object)) {
      for (const { kind, name } of configsOf(pod)) {
        if ((await scenario.find(kind, name)) === undefined)
          broken.add(`${object.kind}/${object.metadata.name} needs ${kind}/${name}`);
      }
    }
  }
  return [...broken];
}

/** What there is, without what differs between two namespaces and two times. */
async function stateOf(scenario: Scenario): Promise<Readonly<Record<string, unknown>>> {
  const state: Record<string, unknown> = {};
  for (const kind of ['ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job']) {
    for (const object of await scenario.list(kind)) {
      // How many records there are depends on how many runs were killed.
      if (isRecord(object)) continue;
      const { metadata, status: _, ...rest } = object;
      const own = metadata.managedFields?.filter(({ manager }) => manager === 'kapply');
      const annotations = Object.keys(metadata.annotations ?? {})
        .filter((name) => name !== 'deployment.kubernetes.io/revision')
        .sort();
      const text = JSON.stringify({
        ...rest,
        labels: metadata.labels,
        annotations: annotations.filter((name) => name !== 'kapply.dev/used-at'),
        owns: own?.map(({ operation, fieldsV1 }) => ({ operation, fieldsV1 })),
      });
      state[`${kind}/${metadata.name}`] = JSON.parse(
        text
          .replaceAll(',"f:kapply.dev/used-at":{}', '')
          .replaceAll('"f:kapply.dev/used-at":{},', '')
          .replaceAll(/"(batch\.kubernetes\.io\/)?controller-uid":"[^"]*"/g, '"$1controller-uid":""')
          .replaceAll(scenario.namespace, 'NAMESPACE'),
      );
    }
  }
  delete state['ConfigMap/kube-root-ca.crt'];
  return state;
}

describe('killed runs', () => {
  const disturbed = useScenario();
  const undisturbed = useScenario();

  const args = (scenario: Scenario): string[] => [
    'deploy',
    // The bare Pod is recreated at each change.
    '--yes',
    '-k',
    scenario.folder,
    '--prune-label',
    pruneLabel,
  ];
  const deploy = async (scenario: Scenario, value: string): Promise<Ran> => {
    await scenario.write(tree(scenario.namespace, value));
    const ran = await kapplyJson(args(scenario));
    assert.equal(ran.code, 0, ran.transcript);
    return ran;
  };

  it(`${kills} runs killed at random moments break nothing, and one plain deploy finishes`, async function () {
    this.timeout(600_000);
    const { current } = disturbed;
    await deploy(undisturbed.current, 'first');
    const started = Date.now();
    await deploy(current, 'first');
    const whole = Date.now() - started;
    const foreign: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'foreign-2456789bcd', labels: { other: 'label' } },
    };
    await current.apply(foreign);

    const witness = await startWitness(current);
    const moments: number[] = [];
    const told = (): string => `killed after ${moments.join(', ')} ms of about ${whole}`;
    try {
      for (let round = 1; round <= kills; round++) {
        await current.write(tree(current.namespace, `round ${round % 3}`));
        const stop = new AbortController();
        const running = kapply(args(current), { kill: stop.signal });
        const moment = Math.round(Math.random() * whole);
        moments.push(moment);
        await Promise.race([running, sleep(moment)]);
        stop.abort();
        await running;
        assert.deepEqual(await brokenReferences(current), [], told());
      }
      await deploy(current, 'last');
      await deploy(undisturbed.current, 'last');
      assert.ok((await current.find('ConfigMap', foreign.metadata.name)) !== undefined, 'what is foreign stays');
      const { [`ConfigMap/${foreign.metadata.name}`]: _, ...state } = await stateOf(current);
      assert.deepEqual(state, await stateOf(undisturbed.current), told());
      assert.deepEqual(witness.configurationWaits(), [], told());
    } finally {
      await witness.stop();
    }
  });
});
