/**
 * Fields of which one at a time may be there: server-side apply merges, so that an old one that somebody else owns, or
 * that is a default, makes the new one invalid. Each is changed on an object that came by each of the usual ways: the
 * right outcome, nothing left behind, and never the advice to delete what can be changed.
 */
import assert from 'node:assert/strict';
import { PlanRefusedError } from '../../src/engine/plan/refusal.js';
import { idOf, type KubeObject } from '../../src/objects/object.js';
import { essence, planAndApply } from '../harness/planAndApply.js';
import { kubectl } from '../harness/program.js';
import { useScenario, type Scenario } from '../harness/scenario.js';

type Fields = Record<string, unknown>;

const podSpec = (container: Fields, pod: Fields = {}): Fields => ({
  containers: [{ name: 'app', image: 'registry.example.com/app:1', ...container }],
  ...pod,
});
const META = { metadata: { labels: { app: 'web' } } };
const SELECTOR = { selector: { matchLabels: { app: 'web' } } };

function workload(kind: string, template: Fields, spec: Fields = {}): KubeObject {
  const replicas = kind === 'DaemonSet' ? {} : { replicas: 0 };
  const service = kind === 'StatefulSet' ? { serviceName: 'web' } : {};
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    spec: {
      ...replicas,
      ...SELECTOR,
      ...service,
      ...spec,
      template: { ...META, spec: { nodeName: 'nowhere', ...template } },
    },
  };
}
const deployment = (container: Fields, pod: Fields = {}, spec: Fields = {}): KubeObject =>
  workload('Deployment', podSpec(container, pod), spec);
const cronJob = (container: Fields): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'web' },
  spec: {
    schedule: '0 0 31 2 *',
    jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', ...podSpec(container) } } } },
  },
});
const service = (spec: Fields): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
const ingress = (spec: Fields): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec,
});
const budget = (spec: Fields): KubeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web' },
  spec: { ...SELECTOR, ...spec },
});
const autoscaler = (target: Fields): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    maxReplicas: 2,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
  },
});

const env = (entry: Fields): Fields => ({ env: [{ name: 'A', ...entry }] });
const from = (source: Fields): Fields => env({ valueFrom: source });
const SECRET = { secretKeyRef: { name: 'db', key: 'a' } };
const CONFIG = { configMapKeyRef: { name: 'cfg', key: 'a' } };
const volume = (source: Fields): Fields => ({ volumes: [{ name: 'v', ...source }] });
const MOUNT = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
const mounted = (source: Fields): KubeObject => deployment(MOUNT, volume(source));
const HTTP = { httpGet: { path: '/', port: 80 } };
const TCP = { tcpSocket: { port: 80 } };
const EXEC = { exec: { command: ['true'] } };
const GRPC = { grpc: { port: 90 } };

/** What changes, and the object before and after. */
const CHANGES: readonly (readonly [string, KubeObject, KubeObject])[] = [
  ['a value to a Secret', deployment(env({ value: 'b' })), deployment(from(SECRET))],
  ['a Secret to a value', deployment(from(SECRET)), deployment(env({ value: 'b' }))],
  ['a Secret to a ConfigMap', deployment(from(SECRET)), deployment(from(CONFIG))],
  [
    'a field to a resource',
    deployment(from({ fieldRef: { fieldPath: 'metadata.name' } })),
    deployment(from({ resourceFieldRef: { resource: 'limits.cpu' } })),
  ],
  ['a value of a CronJob to a Secret', cronJob(env({ value: 'b' })), cronJob(from(SECRET))],
  [
    'a value of an init container to a Secret',
    deployment({}, { initContainers: [{ name: 'i', image: 'i:1', ...env({ value: 'b' }) }] }),
    deployment({}, { initContainers: [{ name: 'i', image: 'i:1', ...from(SECRET) }] }),
  ],
  ['readiness by HTTP to TCP', deployment({ readinessProbe: HTTP }), deployment({ readinessProbe: TCP })],
  ['liveness by TCP to a command', deployment({ livenessProbe: TCP }), deployment({ livenessProbe: EXEC })],
  ['startup by a command to gRPC', deployment({ startupProbe: EXEC }), deployment({ startupProbe: GRPC })],
  ['readiness by gRPC to HTTP', deployment({ readinessProbe: GRPC }), deployment({ readinessProbe: HTTP })],
  [
    'a hook by a command to a sleep',
    deployment({ lifecycle: { preStop: EXEC } }),
    deployment({ lifecycle: { preStop: { sleep: { seconds: 1 } } } }),
  ],
  [
    'a hook by HTTP to a command',
    deployment({ lifecycle: { postStart: HTTP } }),
    deployment({ lifecycle: { postStart: EXEC } }),
  ],
  ['an emptyDir to a ConfigMap', mounted({ emptyDir: {} }), mounted({ configMap: { name: 'cfg' } })],
  [
    'an emptyDir with a size to a Secret',
    mounted({ emptyDir: { sizeLimit: '1Gi' } }),
    mounted({ secret: { secretName: 'db' } }),
  ],
  [
    'a ConfigMap to a projected volume',
    mounted({ configMap: { name: 'cfg' } }),
    mounted({ projected: { sources: [{ configMap: { name: 'cfg' } }] } }),
  ],
  [
    'a Secret to a claim',
    mounted({ secret: { secretName: 'db' } }),
    mounted({ persistentVolumeClaim: { claimName: 'c' } }),
  ],
  [
    'a path of the node to CSI',
    mounted({ hostPath: { path: '/x' } }),
    mounted({ csi: { driver: 'secrets.example.com', readOnly: true } }),
  ],
  [
    'a profile of its own to that of the runtime',
    deployment({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } } }),
    deployment({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }),
  ],
  ['the strategy of a Deployment to Recreate', deployment({}), deployment({}, {}, { strategy: { type: 'Recreate' } })],
  [
    'a strategy with numbers to Recreate',
    deployment({}, {}, { strategy: { rollingUpdate: { maxSurge: 2 } } }),
    deployment({}, {}, { strategy: { type: 'Recreate' } }),
  ],
  [
    'Recreate to a rolling update',
    deployment({}, {}, { strategy: { type: 'Recreate' } }),
    deployment({}, {}, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } } }),
  ],
  [
    'the strategy of a StatefulSet to OnDelete',
    workload('StatefulSet', podSpec({})),
    workload('StatefulSet', podSpec({}), { updateStrategy: { type: 'OnDelete' } }),
  ],
  [
    'a probe of a StatefulSet',
    workload('StatefulSet', podSpec({ readinessProbe: HTTP })),
    workload('StatefulSet', podSpec({ readinessProbe: TCP })),
  ],
  ['a budget from least to most', budget({ minAvailable: 1 }), budget({ maxUnavailable: 1 })],
  [
    'a Service to a name outside',
    service({ selector: { app: 'web' }, ports: [{ port: 80 }] }),
    service({ selector: { app: 'web' }, ports: [{ port: 80 }], type: 'ExternalName', externalName: 'web.example.com' }),
  ],
  [
    'a Service from node ports to an address of the cluster',
    service({ type: 'NodePort', ports: [{ port: 80 }] }),
    service({ type: 'ClusterIP', ports: [{ port: 80 }] }),
  ],
  [
    'the backend of an Ingress',
    ingress({ defaultBackend: { service: { name: 'web', port: { number: 80 } } } }),
    ingress({ defaultBackend: { resource: { apiGroup: 'k8s.example.com', kind: 'Bucket', name: 'web' } } }),
  ],
  [
    'the port of an Ingress from a number to a name',
    ingress({ defaultBackend: { service: { name: 'web', port: { number: 80 } } } }),
    ingress({ defaultBackend: { service: { name: 'web', port: { name: 'http' } } } }),
  ],
  [
    'the target of an autoscaler',
    autoscaler({ type: 'Utilization', averageUtilization: 50 }),
    autoscaler({ type: 'AverageValue', averageValue: '1' }),
  ],
];

type Way = (scenario: Scenario, object: KubeObject) => Promise<unknown>;

const byKubectl =
  (...args: readonly string[]): Way =>
  ({ namespace }, object) =>
    kubectl(['-n', namespace, ...args, '-f', '-'], { stdin: JSON.stringify(object) });

/** How an object can have come, and whether what it has besides belongs to somebody who must be asked. */
const WAYS: Readonly<Record<string, { readonly put: Way; readonly asks: boolean }>> = {
  'kubectl apply': { put: byKubectl('apply'), asks: false },
  'kubectl apply --server-side': { put: byKubectl('apply', '--server-side'), asks: false },
  'kubectl create': { put: byKubectl('create', '--save-config=false'), asks: false },
  'kubectl edit': { put: byKubectl('create', '--field-manager=kubectl-edit'), asks: false },
  kapply: { put: (scenario, object) => planAndApply(scenario, object), asks: false },
  'Helm 3': { put: byKubectl('create', '--field-manager=helm'), asks: true },
  'Helm 4': { put: byKubectl('apply', '--server-side', '--field-manager=helm'), asks: true },
  'kubectl set': { put: byKubectl('create', '--field-manager=kubectl-set'), asks: true },
};

async function refusalOf(scenario: Scenario, desired: KubeObject): Promise<{ code: string; text: string } | undefined> {
  try {
    await planAndApply(scenario, desired);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlanRefusedError)) throw error;
    const [failure] = error.refusals.map((refusal) => refusal.failure);
    return { code: failure!.code, text: [failure!.message, ...failure!.suggestions].join('\n') };
  }
}

/**
 * The whole matrix takes ten minutes (`KAPPLY_MATRIX=whole`); each run tries every change in two of the ways, and every way
 * with a quarter of the changes.
 */
const IS_WHOLE = process.env.KAPPLY_MATRIX === 'whole';

for (const [column, [way, { put, asks }]] of Object.entries(WAYS).entries()) {
  const changes = CHANGES.filter((_, row) => IS_WHOLE || (row + column) % 4 === 0);
  describe(`a one-of field of what came by ${way}`, () => {
    const scenario = useScenario();

    for (const [name, before, desired] of changes) {
      it(`changes: ${name}`, async () => {
        const { current } = scenario;
        const { kind, name: object } = idOf(desired);
        const remove = (): Promise<unknown> =>
          kubectl(['-n', current.namespace, 'delete', kind, object, '--ignore-not-found']);
        try {
          await planAndApply(current, desired);
          const fresh = essence(await current.get(kind, object));
          await remove();

          await put(current, before);
          const refused = await refusalOf(current, desired);
          if (refused !== undefined) {
            assert.ok(asks, `refused: ${refused.text}`);
            assert.equal(refused.code, 'FieldManagerConflict', refused.text);
            assert.doesNotMatch(refused.text, /delete|recreate|immutable/);
            assert.match(refused.text, /helm|kubectl-set/);
            const { planned, stored } = await planAndApply(current, desired, { forceConflicts: true });
            assert.deepEqual(essence(planned.after), essence(stored));
          }
          const stored = essence(await current.get(kind, object));
          const settle = ({ spec }: Record<string, unknown>): unknown => withoutAllocated(spec as Fields);
          assert.deepEqual(settle(stored), settle(fresh));
          assert.equal((await planAndApply(current, desired)).planned.action, 'unchanged');
        } finally {
          await remove();
        }
      });
    }
  });
}

/** What the server gives to one object and not to another. */
function withoutAllocated({ clusterIP: _, clusterIPs: __, ...spec }: Fields): Fields {
  return spec;
}
