/**
 * The application of most scenarios: a Deployment without the prune label that reads a generated ConfigMap and a
 * generated Secret into its environment and mounts a third, in an overlay `k8s/overlays/prod`.
 */
import type { KubeObject } from '../../src/objects/object.js';
import { kapplyJson, type Ran, type RunOptions } from './program.js';
import type { Report } from '../../src/engine/run/report.js';
import { eventually, type Scenario } from './scenario.js';
import type { Tree } from './tree.js';

export interface Shop {
  readonly greeting?: string;
  readonly password?: string;
  readonly properties?: string;
  /** The data of a ConfigMap that no generator makes. */
  readonly plain?: string;
  /** null leaves the field out. */
  readonly replicas?: number | null;
  readonly image?: string;
  readonly command?: string;
  /** Of the container: a readiness probe. */
  readonly container?: string;
  /** Of the kustomization: more generators, resources, labels. */
  readonly overlay?: string;
  readonly resources?: readonly string[];
  readonly files?: Tree;
}

/** The label of everything that is generated. */
export const pruneLabel = 'appconfig=myconfig';

function deployment(shop: Shop): string {
  const { replicas = 1, image = 'busybox:1.37', command = 'printenv; sleep infinity', container = '' } = shop;
  return `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
${replicas === null ? '' : `  replicas: ${replicas}`}
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: app
          image: ${image}
          command: [sh, -c, ${JSON.stringify(command)}]
          envFrom:
            - configMapRef:
                name: app-config
          env:
            - name: PASSWORD
              valueFrom:
                secretKeyRef:
                  name: db-credentials
                  key: PASSWORD
          volumeMounts:
            - name: files
              mountPath: /config
${container}
      volumes:
        - name: files
          configMap:
            name: app-files
`;
}

/** The files of the application as it should be. */
export function shopTree(namespace: string, shop: Shop = {}): Tree {
  const { greeting = 'hello', password = 'password1', properties = 'colour=blue', plain = 'one' } = shop;
  return {
    'k8s/base/kustomization.yaml': 'resources: [deployment.yaml, service.yaml, plain.yaml]\n',
    'k8s/base/deployment.yaml': deployment(shop),
    'k8s/base/service.yaml': `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`,
    'k8s/base/plain.yaml': `
apiVersion: v1
kind: ConfigMap
metadata:
  name: plain
data:
  value: ${plain}
`,
    'k8s/overlays/prod/kustomization.yaml': `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
metadata:
  name: shop-${namespace}
namespace: ${namespace}
resources: [${['../../base', ...(shop.resources ?? [])].join(', ')}]
generatorOptions:
  labels:
    appconfig: myconfig
configMapGenerator:
  - name: app-config
    literals:
      - GREETING=${greeting}
  - name: app-files
    files:
      - app.properties
      - renamed.txt=app.properties
secretGenerator:
  - name: db-credentials
    envs:
      - db.env
${shop.overlay ?? ''}
`,
    'k8s/overlays/prod/app.properties': `${properties}\n`,
    'k8s/overlays/prod/db.env': `# the database\nUSER=shop\nPASSWORD=${password}\n`,
    ...shop.files,
  };
}

export const overlayOf = (scenario: Scenario): string => `${scenario.folder}/k8s/overlays/prod`;

/** The command of the README, for the application as it should be. */
export async function deployShop(
  scenario: Scenario,
  shop: Shop = {},
  flags: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ran & { readonly report: Report }> {
  await scenario.write(shopTree(scenario.namespace, shop));
  return kapplyJson(['deploy', '-k', overlayOf(scenario), '--prune-label', pruneLabel, ...flags], options);
}

/** The generated objects of a kind that are there, by name. */
export function generated(scenario: Scenario, kind: string): Promise<string[]> {
  return scenario.names(kind, { labelSelector: pruneLabel });
}

/** The pods of the Deployment that are not on their way out. */
export async function webPods(scenario: Scenario): Promise<readonly KubeObject[]> {
  const pods = await scenario.list('Pod', { labelSelector: 'app=web' });
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** What `printenv` says in the only pod that is not on its way out. */
export async function environmentOfWeb(scenario: Scenario): Promise<Readonly<Record<string, string>>> {
  const pod = await eventually('one pod is left', async () => {
    const pods = await webPods(scenario);
    return pods.length === 1 ? pods[0] : undefined;
  });
  const options = { container: 'app', tailLines: 500 };
  const logs = await scenario.cluster.logs(scenario.namespace, pod.metadata.name, options);
  return Object.fromEntries(
    logs
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** What became of a prune candidate: `deleted`, or `kept: REASON`; undefined where the report does not name it. */
export function fateOf(report: Report, kind: string, name: string): string | undefined {
  const entry = report.prune.find((candidate) => candidate.kind === kind && candidate.name === name);
  if (entry === undefined) return undefined;
  return entry.outcome === 'kept' ? `kept: ${entry.reason}` : entry.outcome;
}

/** What became of what was applied. */
export function actionOf(report: Report, kind: string, name: string): string | undefined {
  return report.changes.find((change) => change.kind === kind && change.name === name)?.action;
}
