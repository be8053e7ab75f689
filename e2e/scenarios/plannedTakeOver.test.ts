/**
 * No dry run can show what a take-over from kubectl will leave, so the plan works it out (engine/plan/change/takeOver). Here
 * the plan is held against what the server stores, for the ways in which objects come to kapply.
 */
import assert from 'node:assert/strict';
import { idOf, type KubeObject } from '../../src/objects/object.js';
import { essence, planAndApply } from '../harness/planAndApply.js';
import { kubectl } from '../harness/program.js';
import { useScenario } from '../harness/scenario.js';

type Fields = Record<string, unknown>;

const CONTAINER = { name: 'app', image: 'registry.example.com/app:1' };

/** A Deployment without pods: its controllers leave its spec alone. */
function web(container: Fields, spec: Fields = {}, podSpec: Fields = {}, metadata: Fields = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...metadata },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      ...spec,
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ ...CONTAINER, ...container }], ...podSpec },
      },
    },
  };
}

const config = (data: Fields, metadata: Fields = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', ...metadata },
  data,
});

const FULL = web(
  {
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    ports: [{ containerPort: 80, name: 'http' }],
    resources: { requests: { cpu: '1000m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 3 },
    volumeMounts: [{ name: 'v', mountPath: '/v' }],
  },
  { strategy: { rollingUpdate: { maxSurge: 2 } }, minReadySeconds: 5 },
  { volumes: [{ name: 'v', emptyDir: {} }], securityContext: { runAsUser: 1 }, terminationGracePeriodSeconds: 5 },
  { labels: { old: 'yes', both: 'yes' }, annotations: { old: 'yes' } },
);

interface Case {
  readonly name: string;
  /** What kubectl applies, one after the other. */
  readonly applied: readonly KubeObject[];
  readonly desired: KubeObject;
  /** kubectl commands after that. */
  readonly then?: readonly (readonly string[])[];
}

/** As people do who find them in the way, and tools that restore a backup. */
const STRIP = ['patch', 'deployment', 'web', '--type=merge', '--patch', '{"metadata":{"managedFields":[{}]}}'];

const CASES: readonly Case[] = [
  { name: 'a ConfigMap that loses a key', applied: [config({ a: '1', b: '1' })], desired: config({ a: '1' }) },
  {
    name: 'a ConfigMap that loses its labels and annotations',
    applied: [config({ a: '1' }, { labels: { x: 'y' }, annotations: { x: 'y' } })],
    desired: config({ a: '2' }),
  },
  { name: 'a Deployment that loses all that it can', applied: [FULL], desired: web({}) },
  { name: 'a Deployment that changes', applied: [web({})], desired: FULL },
  {
    name: 'a Deployment that loses items of lists',
    applied: [FULL],
    desired: web({ env: [{ name: 'B', value: '3' }], resources: { requests: { memory: '64Mi' } } }),
  },
  {
    name: 'a Deployment with a label and a variable of others',
    applied: [FULL],
    then: [
      ['label', 'deployment', 'web', 'theirs=yes'],
      ['set', 'env', 'deployment/web', 'THEIRS=yes'],
    ],
    desired: web({}, {}, {}, { labels: { both: 'yes' } }),
  },
  {
    name: 'a Deployment that was rolled back',
    applied: [web({ env: [{ name: 'A', value: '1' }] }), web({ env: [{ name: 'A', value: '2' }], workingDir: '/x' })],
    then: [['rollout', 'undo', 'deployment/web']],
    desired: web({ env: [{ name: 'A', value: '3' }] }),
  },
  {
    name: 'a Deployment whose managedFields somebody removed',
    applied: [FULL],
    then: [STRIP],
    desired: web({ env: [{ name: 'B', value: '3' }] }),
  },
  {
    name: 'a Deployment whose managedFields somebody removed, and that loses nothing',
    applied: [FULL],
    then: [STRIP],
    desired: FULL,
  },
  {
    name: 'a Service that loses a port',
    applied: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: {
          selector: { app: 'web' },
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81, protocol: 'UDP' },
          ],
        },
      },
    ],
    desired: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { ports: [{ name: 'a', port: 80, targetPort: 8080 }] },
    },
  },
];

for (const [how, flags] of [
  ['kubectl apply', []],
  ['kubectl apply --server-side', ['--server-side']],
  ['kubectl apply --field-manager=ci', ['--field-manager=ci']],
] as const) {
  describe(`the plan of a first deploy after ${how}`, () => {
    const scenario = useScenario();

    for (const { name, applied, then = [], desired } of CASES) {
      it(`is what the server stores: ${name}`, async () => {
        const { current } = scenario;
        const { kind, name: object } = idOf(desired);
        const inNamespace = ['-n', current.namespace];
        for (const manifest of applied) {
          await kubectl([...inNamespace, 'apply', ...flags, '-f', '-'], { stdin: JSON.stringify(manifest) });
          // `rollout undo` needs the revision that the controller makes of it.
          if (then.some(([verb]) => verb === 'rollout')) {
            await kubectl([...inNamespace, 'wait', '--for=jsonpath={.status.observedGeneration}', `${kind}/${object}`]);
            await new Promise((resolve) => setTimeout(resolve, 1000));
          }
        }
        for (const args of then) await kubectl([...inNamespace, ...args]);

        const { planned, stored } = await planAndApply(current, desired);
        assert.deepEqual(essence(planned.after), essence(stored));
        const again = await planAndApply(current, desired);
        assert.equal(again.planned.action, 'unchanged', again.planned.changed.join(', '));
        await kubectl([...inNamespace, 'delete', kind, object, '--wait']);
      });
    }
  });
}
