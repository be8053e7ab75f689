/**
 * Objects before and after a change of every field of which one at a time may be there: the unions of the built-in kinds
 * that can be changed at all. Each member of a union goes and comes once. What stands in a list that is replaced as a whole
 * (projected sources, metrics, peers of a NetworkPolicy) has one example; what is immutable (a claim's dataSource, the
 * source of a volume, a Job's template) is no change.
 */
import type { KubeObject } from '../../src/objects/object.js';

type Fields = Readonly<Record<string, unknown>>;
type Turn = 'before' | 'after';

const SIZE = { resources: { requests: { storage: '1Gi' } } };
const KEY = { name: 'cfg', key: 'a' };
const BY_NAME = { secretRef: { name: 'db' } };

/** core/v1 Volume. */
export const VOLUMES: Fields = {
  emptyDir: { sizeLimit: '1Gi' },
  configMap: { name: 'cfg' },
  secret: { secretName: 'db' },
  projected: { sources: [{ configMap: { name: 'cfg' } }] },
  downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
  persistentVolumeClaim: { claimName: 'data' },
  ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], ...SIZE } } },
  csi: { driver: 'secrets.example.com', readOnly: true },
  image: { reference: 'registry.example.com/data:1' },
  hostPath: { path: '/x' },
  nfs: { server: 'nfs.example.com', path: '/x' },
  iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 },
  fc: { targetWWNs: ['500a0982991b8dc5'], lun: 0 },
  awsElasticBlockStore: { volumeID: 'v' },
  azureDisk: { diskName: 'd', diskURI: 'https://blob.example.com/vhds/d.vhd' },
  azureFile: { secretName: 'db', shareName: 's' },
  cephfs: { monitors: ['10.0.0.1'] },
  cinder: { volumeID: 'v' },
  flexVolume: { driver: 'example.com/lvm' },
  flocker: { datasetName: 'd' },
  gcePersistentDisk: { pdName: 'd' },
  gitRepo: { repository: 'https://git.example.com/x.git' },
  glusterfs: { endpoints: 'g', path: 'x' },
  photonPersistentDisk: { pdID: 'd' },
  portworxVolume: { volumeID: 'v' },
  quobyte: { registry: '10.0.0.1:1', volume: 'v' },
  rbd: { monitors: ['10.0.0.1'], image: 'i' },
  scaleIO: { gateway: 'https://10.0.0.1', system: 's', volumeName: 'v', ...BY_NAME },
  storageos: { volumeName: 'v' },
  vsphereVolume: { volumePath: '[ds] x' },
};

/** core/v1 EnvVarSource. */
export const ENV_SOURCES: Fields = {
  secretKeyRef: { name: 'db', key: 'a' },
  configMapKeyRef: KEY,
  fieldRef: { fieldPath: 'metadata.name' },
  resourceFieldRef: { resource: 'limits.cpu' },
  fileKeyRef: { volumeName: 'env', path: 'a.env', key: 'A' },
};

const HTTP = { path: '/', port: 80 };
/** The handlers of core/v1 Probe. */
export const PROBES: Fields = {
  httpGet: HTTP,
  tcpSocket: { port: 80 },
  exec: { command: ['true'] },
  grpc: { port: 90 },
};
/** core/v1 LifecycleHandler. */
export const HOOKS: Fields = {
  exec: { command: ['true'] },
  httpGet: HTTP,
  sleep: { seconds: 1 },
  tcpSocket: { port: 80 },
};

/** One for each member of a union: the member before, the next one after. */
function turned(members: Fields, turn: Turn): Fields[] {
  const list = Object.entries(members).map(([name, value]) => ({ [name]: value }));
  return turn === 'before' ? list : [...list.slice(1), ...list.slice(0, 1)];
}

function podSpec(turn: Turn): Fields {
  const first = turn === 'before';
  const values = turned({ value: 'b', ...ENV_SOURCES }, turn);
  const profile = (localhost: boolean): Fields => ({
    seccompProfile: localhost ? { type: 'Localhost', localhostProfile: 'a.json' } : { type: 'RuntimeDefault' },
    appArmorProfile: localhost ? { type: 'Localhost', localhostProfile: 'a' } : { type: 'RuntimeDefault' },
  });
  const probes = turned(PROBES, turn);
  const hooks = turned(HOOKS, turn);
  // Every handler goes and comes once in a probe and in a hook; the other probes and hooks have the same schema.
  const container = (name: string, index: number): Fields => ({
    name,
    image: 'registry.example.com/app:1',
    livenessProbe: probes[index],
    ...(index === 1 && { readinessProbe: probes[2] }),
    ...(index === 2 && { startupProbe: probes[1] }),
    lifecycle: { preStop: hooks[index], ...(index === 3 && { postStart: hooks[0] }) },
  });
  return {
    nodeName: 'nowhere',
    ...(first ? { hostNetwork: true } : { hostnameOverride: 'web' }),
    securityContext: profile(first),
    resourceClaims: [
      { name: 'a', ...(first ? { resourceClaimName: 'a' } : { resourceClaimTemplateName: 'a' }) },
      { name: 'b', ...(first ? { resourceClaimTemplateName: 'b' } : { resourceClaimName: 'b' }) },
    ],
    initContainers: [{ restartPolicy: 'Always', ...container('beside', 2), env: environment(values.slice(0, 1)) }],
    containers: [
      {
        ...container('c0', 0),
        env: environment(values),
        envFrom: [first ? BY_NAME : { configMapRef: { name: 'cfg' } }],
        securityContext: profile(!first),
        volumeMounts: [{ name: 'v0', mountPath: '/v', ...(first ? { subPath: 'a' } : { subPathExpr: '$(A0)' }) }],
      },
      ...[1, 2, 3].map((index) => container(`c${index}`, index)),
    ],
    volumes: [
      { name: 'env', emptyDir: {} },
      ...turned(VOLUMES, turn).map((source, index) => ({ name: `v${index}`, ...source })),
    ],
  };
}

function environment(values: readonly Fields[]): Fields[] {
  return values.map((value, index) => ({ name: `A${index}`, ...('value' in value ? value : { valueFrom: value }) }));
}

/** A pod spec with one union of each sort, for the other kinds that have one. */
function shortPodSpec(turn: Turn, more: Fields = {}): Fields {
  const at = (members: Fields): Fields => turned(members, turn)[0] ?? {};
  return {
    ...more,
    containers: [
      {
        name: 'app',
        image: 'registry.example.com/app:1',
        env: environment([at({ value: 'b', ...ENV_SOURCES })]),
        readinessProbe: at(PROBES),
      },
    ],
    volumes: [{ name: 'v', ...at(VOLUMES) }],
  };
}

/** In the namespace of the scenario; `prefix` is for the names of what lives in none. */
export function oneOfObjects(prefix: string, turn: Turn): KubeObject[] {
  const first = turn === 'before';
  const object = (apiVersion: string, kind: string, name: string, more: Fields): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name },
    ...more,
  });
  const labels = { app: 'web' };
  const workload = (kind: string, name: string, pod: Fields, spec: Fields = {}): KubeObject =>
    object('apps/v1', kind, name, {
      spec: {
        ...(kind === 'DaemonSet' ? {} : { replicas: 0 }),
        ...(kind === 'StatefulSet' ? { serviceName: 'web' } : {}),
        selector: { matchLabels: labels },
        ...spec,
        template: { metadata: { labels }, spec: { nodeSelector: { 'example.com/none': 'x' }, ...pod } },
      },
    });
  const small = shortPodSpec(turn);
  const oneShot = shortPodSpec(turn, { restartPolicy: 'Never' });
  const plain = { containers: [{ name: 'app', image: 'registry.example.com/app:1' }] };
  const service = (name: string, before: Fields, after: Fields): KubeObject =>
    object('v1', 'Service', name, { spec: { selector: labels, ports: [{ port: 80 }], ...(first ? before : after) } });
  const backend = (name: string, before: Fields, after: Fields): KubeObject =>
    object('networking.k8s.io/v1', 'Ingress', name, { spec: { defaultBackend: first ? before : after } });
  const budget = (name: string, before: string, after: string): KubeObject =>
    object('policy/v1', 'PodDisruptionBudget', name, {
      spec: { selector: { matchLabels: labels }, [first ? before : after]: 1 },
    });
  const clientConfig = { service: { namespace: 'nowhere', name: 'hook' } };
  const url = { url: 'https://hook.example.com/' };
  const hook = (name: string, config: Fields): Fields => ({
    name: `${name}.${prefix}.example.com`,
    clientConfig: config,
    rules: [{ apiGroups: [`${prefix}.example.com`], apiVersions: ['*'], operations: ['CREATE'], resources: ['*'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  });
  const hooks = {
    webhooks: [hook('a', first ? url : clientConfig), hook('b', first ? clientConfig : url)],
  };
  const utilization = { type: 'Utilization', averageUtilization: 50 };
  const average = { type: 'AverageValue', averageValue: '1' };
  return [
    workload('Deployment', 'everything', podSpec(turn)),
    workload('StatefulSet', 'set', small, {
      updateStrategy: first ? { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } : { type: 'OnDelete' },
    }),
    workload('DaemonSet', 'daemon', small, {
      updateStrategy: first ? { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } : { type: 'OnDelete' },
    }),
    workload('ReplicaSet', 'replicas', small),
    object('v1', 'ReplicationController', 'controller', {
      spec: { replicas: 0, selector: labels, template: { metadata: { labels }, spec: small } },
    }),
    object('v1', 'PodTemplate', 'template', { template: { metadata: { labels }, spec: small } }),
    object('batch/v1', 'CronJob', 'nightly', {
      spec: { schedule: '0 0 31 2 *', jobTemplate: { spec: { template: { spec: oneShot } } } },
    }),
    workload('Deployment', 'to-all-at-once', plain, { ...(first ? {} : { strategy: { type: 'Recreate' } }) }),
    workload('Deployment', 'numbers-to-all-at-once', plain, {
      strategy: first ? { rollingUpdate: { maxSurge: 2 } } : { type: 'Recreate' },
    }),
    workload('Deployment', 'from-all-at-once', plain, {
      strategy: first ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } },
    }),
    workload('Deployment', 'windows', {
      ...plain,
      os: { name: first ? 'linux' : 'windows' },
      securityContext: first ? { fsGroup: 1 } : { windowsOptions: { runAsUserName: 'someone' } },
    }),
    budget('least', 'minAvailable', 'maxUnavailable'),
    budget('most', 'maxUnavailable', 'minAvailable'),
    service('to-outside', {}, { type: 'ExternalName', externalName: 'web.example.com' }),
    service('from-outside', { type: 'ExternalName', externalName: 'web.example.com' }, { type: 'ClusterIP' }),
    // No union, and yet: the name of a port is unique, and its number is the key of its item.
    service(
      'renumbered',
      { ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      { ports: [{ name: 'http', port: 81, targetPort: 8080 }] },
    ),
    workload('Deployment', 'port-renumbered', {
      containers: [{ ...plain.containers[0], ports: [{ name: 'http', containerPort: first ? 80 : 81 }] }],
    }),
    service('from-node-ports', { type: 'NodePort' }, { type: 'ClusterIP' }),
    service(
      'from-balancer',
      { type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerClass: 'example.com/x' },
      { type: 'ClusterIP' },
    ),
    service(
      'affinity',
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      { sessionAffinity: 'None' },
    ),
    backend(
      'to-resource',
      { service: { name: 'web', port: { number: 80 } } },
      { resource: { apiGroup: 'k8s.example.com', kind: 'Bucket', name: 'web' } },
    ),
    backend(
      'to-service',
      { resource: { apiGroup: 'k8s.example.com', kind: 'Bucket', name: 'web' } },
      { service: { name: 'web', port: { name: 'http' } } },
    ),
    backend(
      'to-name',
      { service: { name: 'web', port: { number: 80 } } },
      { service: { name: 'web', port: { name: 'http' } } },
    ),
    backend(
      'to-number',
      { service: { name: 'web', port: { name: 'http' } } },
      { service: { name: 'web', port: { number: 80 } } },
    ),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'peers', {
      spec: {
        podSelector: {},
        ingress: [{ from: [first ? { podSelector: {} } : { ipBlock: { cidr: '10.0.0.0/8' } }] }],
      },
    }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'metrics', {
      spec: {
        maxReplicas: 2,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' },
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: first ? utilization : average } }],
      },
    }),
    object('v1', 'ConfigMap', 'cfg', first ? { data: { a: 'x' } } : { binaryData: { a: 'eA==' } }),
    object('v1', 'ConfigMap', 'binary', first ? { binaryData: { a: 'eA==' } } : { data: { a: 'x' } }),
    object('v1', 'Secret', 'db', first ? { stringData: { a: 'x' } } : { data: { a: 'eQ==' } }),
    object('networking.k8s.io/v1', 'IngressClass', `${prefix}-class`, {
      spec: {
        controller: 'example.com/x',
        parameters: {
          kind: 'X',
          name: 'x',
          ...(first ? { scope: 'Namespace', namespace: 'default' } : { scope: 'Cluster' }),
        },
      },
    }),
    object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', `${prefix}-judge`, hooks),
    object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', `${prefix}-complete`, hooks),
    object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', `${prefix}-policy`, {
      spec: {
        policyName: 'nobody',
        validationActions: ['Audit'],
        paramRef: {
          parameterNotFoundAction: 'Allow',
          ...(first ? { name: 'x' } : { selector: { matchLabels: labels } }),
        },
      },
    }),
    object('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', `${prefix}-level`, {
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 0,
          limitResponse: first ? { type: 'Queue', queuing: { queues: 2, handSize: 1 } } : { type: 'Reject' },
        },
      },
    }),
    definition(prefix, first, { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } }),
  ];
}

function definition(prefix: string, first: boolean, conversion: Fields): KubeObject {
  const group = `${prefix}.example.com`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      conversion: first ? conversion : { strategy: 'None' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
}
