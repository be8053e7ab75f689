/** What happens to people who deploy: each scene is one run, of which every screen is looked at. */
import { DOING_ANNOTATION } from '../../src/objects/annotations.js';
import type { RequestRecord } from '../../src/sandbox/faults.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { Scene, Stage } from './recordScene.js';

/** No registry has it. */
const BROKEN_IMAGE = 'registry.example/shop/web:1.5.0-does-not-exist';
const IMAGE = 'registry.example/shop/web:1.4.0';

interface Workload {
  readonly kind?: string;
  readonly name?: string;
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** More lines of the container. */
  readonly container?: string;
  /** More lines of the pod's spec. */
  readonly pod?: string;
}

/** A workload that reads the generated ConfigMap. */
export function workload({
  kind = 'Deployment',
  name = 'web',
  image = IMAGE,
  annotations = {},
  container = '',
  pod = '',
}: Workload = {}): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: 3${kind === 'StatefulSet' ? `\n  serviceName: ${name}` : ''}
  selector: { matchLabels: { run: ${name} } }
  template:
    metadata:
      labels: { run: ${name} }
      annotations: ${JSON.stringify({ 'sandbox.kapply.dev/ready-after': '2s', ...annotations })}
    spec:
      ${pod}
      containers:
      - name: app
        image: ${image}
        envFrom: [{ configMapRef: { name: cfg } }]
        ${container}
`;
}

/** The files of the shop, in this colour: its workloads, or others. */
export function shop(color: string, ...manifests: readonly string[]): Readonly<Record<string, string>> {
  const all = [
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
    'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { run: web }, ports: [{ port: 80 }] }\n',
    ...(manifests.length === 0 ? [workload()] : manifests),
  ];
  return {
    'kustomization.yaml': `metadata: { name: shop }
namespace: shop
resources: [all.yaml]
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
secretGenerator: [{ name: db-password, literals: [password=hunter2] }]
generatorOptions: { labels: { app: shop } }
`,
    'all.yaml': all.join('---\n'),
  };
}

const DEPLOYED = shop('blue');
const LARGE = [workload(), workload({ kind: 'StatefulSet', name: 'db' })];
const LARGE_DEPLOYED = shop('blue', ...LARGE);

const NEW_CONFIG = shop('green');
/** More workloads than a low terminal has rows. */
const MANY = Array.from({ length: 5 }, (_, index) => `service-${index + 1}`);

/** Every scene of the matrix. */
export const SCENES: readonly Scene[] = [
  {
    name: 'first-deploy',
    files: LARGE_DEPLOYED,
    looks: [{ since: 'rollout', afterMs: 1500 }],
    says: [/Deployment\/web/],
  },
  { name: 'unchanged', before: [DEPLOYED], looks: [], says: [/nothing to do|unchanged/] },
  {
    name: 'change-with-prune',
    before: [LARGE_DEPLOYED],
    files: shop('green', ...LARGE),
    looks: [{ since: 'rollout', afterMs: 1500 }],
    says: [/replaces cfg-/, /- ConfigMap\/cfg-/],
  },
  {
    name: 'crash-loop',
    before: [DEPLOYED],
    files: shop(
      'green',
      workload({
        annotations: {
          'sandbox.kapply.dev/exit-code': '1',
          'sandbox.kapply.dev/log': 'listening on :8080\nFATAL: color green is not one of blue, red',
        },
      }),
    ),
    looks: [{ since: 'rollout', afterMs: 12_000 }],
    says: [/CrashLoopBackOff/, /color green is not one of blue, red/],
  },
  {
    name: 'missing-key',
    before: [DEPLOYED],
    files: shop(
      'green',
      workload({ container: 'env: [{ name: SIZE, valueFrom: { configMapKeyRef: { name: cfg, key: colour } } }]' }),
    ),
    looks: [{ since: 'rollout', afterMs: 12_000 }],
    says: [/CreateContainerConfigError/, /colour/],
  },
  {
    name: 'unschedulable',
    before: [DEPLOYED],
    files: shop('green', workload({ pod: 'nodeSelector: { disktype: ssd }' })),
    deploy: { timeoutMs: 45_000 },
    looks: [{ since: 'rollout', afterMs: 12_000 }],
    says: [/Unschedulable/, /node affinity/],
  },
  {
    name: 'image-pull',
    before: [DEPLOYED],
    files: shop('green', workload({ image: BROKEN_IMAGE })),
    looks: [{ since: 'rollout', afterMs: 12_000 }],
    says: [/ImagePullBackOff/, /1\.5\.0-does-not-exist/],
  },
  {
    name: 'rollback-on-failure',
    before: [DEPLOYED],
    files: shop('green', workload({ image: BROKEN_IMAGE })),
    rollback: 'onFailure',
    looks: [
      { since: 'rollout', afterMs: 12_000 },
      { since: 'rollout', nth: 2, afterMs: 500 },
    ],
    says: [/ImagePullBackOff/, /Rolled\s+back\.\s+\(exit\s+3\)/],
  },
  {
    name: 'rollback',
    before: [DEPLOYED, NEW_CONFIG],
    deployBefore: { keepRollback: true },
    rollback: 'command',
    looks: [{ since: 'rollout', afterMs: 1500 }],
    says: [/Deployment\/web/],
  },
  {
    name: 'many-failures',
    before: [DEPLOYED],
    files: shop('green', ...MANY.map((name) => workload({ name, image: BROKEN_IMAGE }))),
    deploy: { timeoutMs: 40_000 },
    looks: [{ since: 'rollout', afterMs: 12_000 }],
    says: [/ImagePullBackOff/, /1\.5\.0-does-not-exist/],
  },
  {
    name: 'failed-job',
    before: [DEPLOYED],
    files: shop(
      'green',
      workload(),
      `apiVersion: batch/v1
kind: Job
metadata: { name: migrate-2026-03 }
spec:
  backoffLimit: 1
  template:
    metadata:
      annotations:
        sandbox.kapply.dev/exit-code: '1'
        sandbox.kapply.dev/log: "migrating 214 tables\\nERROR: relation \\"orders\\" does not exist"
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: registry.example/shop/migrate:1.5.0 }]
`,
    ),
    looks: [{ since: 'rollout', afterMs: 1500 }],
    says: [/Job\/migrate-2026-03/, /relation "orders" does not exist/],
  },
  {
    name: 'lock',
    before: [DEPLOYED],
    // Somebody else's run of the set, which renews its Lease until it is done, 20 s later.
    meanwhile: ({ as }) => {
      const client = as('kapply');
      let seconds = 0;
      const hold = (): void => {
        const [lease] = client.list('coordination.k8s.io/Lease');
        if (lease === undefined) return;
        const now = Date.now();
        const holderIdentity = seconds < 20 ? 'ada@laptop pid 4711' : '';
        client.update('coordination.k8s.io/Lease', {
          ...lease,
          metadata: {
            ...lease.metadata,
            annotations: { [DOING_ANNOTATION]: 'it has applied everything, and only waits for the rollout' },
          },
          spec: {
            holderIdentity,
            leaseDurationSeconds: 15,
            leaseTransitions: 1,
            acquireTime: new Date(now - 190_000 - seconds * 1000).toISOString().replace('Z', '000Z'),
            renewTime: new Date(now).toISOString().replace('Z', '000Z'),
          },
        });
        seconds += 5;
        if (holderIdentity !== '') setTimeout(hold, 5000);
      };
      hold();
    },
    files: NEW_CONFIG,
    looks: [{ since: 'lock', afterMs: 8000 }],
    says: [/Deployment\/web/],
  },
  {
    name: 'conflict',
    before: [DEPLOYED],
    meanwhile: scaledTo7,
    files: NEW_CONFIG,
    looks: [],
    says: [/spec\.replicas: 7\s+there,\s+by\s+"kube-burst-scaler"\s+at/, /3\s+in\s+the\s+manifest/],
  },
  {
    name: 'conflict-forced',
    before: [DEPLOYED],
    meanwhile: scaledTo7,
    files: NEW_CONFIG,
    deploy: { forceConflicts: true },
    looks: [],
    says: [/takes\s+over\s+\.spec\.replicas: 7\s+there,\s+by\s+"kube-burst-scaler"/],
  },
  {
    name: 'prune-with-keeps',
    before: [DEPLOYED, NEW_CONFIG],
    files: shop('red'),
    meanwhile: debugPod,
    looks: [],
    says: [/in use by Pod\/debug/],
  },
  {
    name: 'prune-by-operator',
    before: [DEPLOYED, NEW_CONFIG, shop('red')],
    deployBefore: { pruneLabel: undefined },
    meanwhile: debugPod,
    prune: { olderThanMs: 0 },
    looks: [],
    says: [/ConfigMap\/cfg/],
  },
  {
    name: 'prune-declined',
    before: [DEPLOYED, NEW_CONFIG, shop('red')],
    deployBefore: { pruneLabel: undefined },
    prune: { olderThanMs: 0 },
    answer: { typed: 'n', means: 'declined' },
    looks: [],
    says: [/declined/],
  },
  {
    name: 'take-over',
    meanwhile: ({ as }) => {
      const client = as('kubectl-client-side-apply');
      client.create('Namespace', { metadata: { name: 'shop' } });
      const object = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { run: 'web' }, ports: [{ port: 8080 }] },
      };
      const last = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(object)}\n` };
      client.create('Service', { ...object, metadata: { ...object.metadata, annotations: last } });
    },
    files: DEPLOYED,
    looks: [],
    says: [/Service\/web[^]*takes\s+over\s+8\s+fields\s+from\s+kubectl-client-side-apply/],
  },
  {
    name: 'time-out',
    before: [DEPLOYED],
    files: shop('green', workload({ annotations: { 'sandbox.kapply.dev/ready-after': 'never' } })),
    deploy: { timeoutMs: 60_000 },
    looks: [{ since: 'rollout', afterMs: 40_000 }],
    says: [/TIMED OUT|timed out/],
  },
  {
    name: 'interrupted-in-apply',
    before: [DEPLOYED],
    files: NEW_CONFIG,
    meanwhile: ({ sandbox }) =>
      slow(
        sandbox,
        ({ verb, url, resource }) => resource === 'deployments' && verb === 'patch' && !url.includes('dryRun'),
      ),
    interrupt: { phase: 'apply', afterMs: 3000 },
    looks: [{ since: 'apply', afterMs: 2000 }],
    says: [/interrupted/],
  },
  {
    name: 'interrupted-in-rollout',
    before: [DEPLOYED],
    files: NEW_CONFIG,
    interrupt: { phase: 'rollout', afterMs: 3000 },
    looks: [{ since: 'rollout', afterMs: 2500 }],
    says: [/interrupted/],
  },
  {
    name: 'interrupted-in-prune',
    before: [DEPLOYED],
    files: NEW_CONFIG,
    meanwhile: ({ as }) => {
      const client = as('cleaner');
      for (const config of client.list('ConfigMap', 'shop'))
        if (config.metadata.name.startsWith('cfg-'))
          client.update('ConfigMap', {
            ...config,
            metadata: { ...config.metadata, finalizers: ['example.com/cleanup'] },
          });
    },
    interrupt: { phase: 'prune', afterMs: 8000 },
    looks: [{ since: 'prune', afterMs: 5000 }],
    says: [/interrupted/],
  },
];

/** What is not the manifests' scales the workload, as an update of the whole object. */
function scaledTo7({ as }: Stage): void {
  const client = as('kube-burst-scaler');
  const web = client.get('apps/Deployment', 'shop', 'web');
  if (web !== undefined) client.update('apps/Deployment', { ...web, spec: { ...web.spec, replicas: 7 } });
}

/** Somebody looks at the configuration that is about to be stale. */
function debugPod({ as }: Stage): void {
  const client = as('kubectl-run');
  const [config] = client.list('ConfigMap', 'shop').filter(({ metadata: { name } }) => name.startsWith('cfg-'));
  client.create('Pod', {
    metadata: { name: 'debug', namespace: 'shop' },
    spec: {
      containers: [
        {
          name: 'sh',
          image: 'busybox',
          command: ['sleep', 'infinity'],
          envFrom: [{ configMapRef: { name: config?.metadata.name } }],
        },
      ],
    },
  });
}

function slow(sandbox: Sandbox, on: (request: RequestRecord) => boolean): void {
  sandbox.faults.add({ kind: 'latency', ms: 10_000 }, { on, times: 99 });
}
