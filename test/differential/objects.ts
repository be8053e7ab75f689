import fc from 'fast-check';
import type { Json } from '../../src/objects/object.js';

/** Small pools, so that names, references and selectors meet each other often. */
export const NAMES = ['web', 'db', 'cache', 'a', 'b', 'api'] as const;
export const NAMESPACES = ['ns1', 'ns2', 'default'] as const;
export const LABEL_KEYS = ['app', 'tier', 'x.io/y'] as const;
export const LABEL_VALUES = ['web', 'db', 'v1.0', 'true', '1', ''] as const;
export const IMAGES = [
  'nginx',
  'nginx:1.2',
  'repo/app:v1',
  'reg:5000/x/y',
  'nginx@sha256:abc',
  'repo/app:v1@sha256:0123',
] as const;

export type Value = Json;
export type Fields = Record<string, Value>;

/** An object in which each field is there or not. */
export function fields(
  model: Record<string, fc.Arbitrary<Value>>,
  required: readonly string[] = [],
): fc.Arbitrary<Fields> {
  return fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
}

export function list(item: fc.Arbitrary<Value>, maxLength: number, minLength = 0): fc.Arbitrary<Value> {
  return fc.array(item, { maxLength, minLength });
}

export const name = fc.constantFrom(...NAMES);
export const namespace = fc.constantFrom(...NAMESPACES);
export const labels: fc.Arbitrary<Fields> = fc.dictionary(
  fc.constantFrom(...LABEL_KEYS),
  fc.constantFrom(...LABEL_VALUES),
  {
    maxKeys: 2,
    noNullPrototype: true,
  },
);

/** Texts that are easily read, quoted or folded in another way. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom('x', 'some value', '$(VAR)', 'a-$(VAR)-$(OTHER)', 'web', 'db:5432'), weight: 3 },
  fc.constantFrom(
    'yes',
    '0777',
    '1e3',
    'a: b',
    "it's",
    'a\nb\n',
    ' lead',
    '2001-01-01',
    '{"k": "v"}',
    'k: 0777\nn: yes # why\nlist: [1, "2"]\n',
    '{"n": 1e3, "list": ["a"]}',
    'x '.repeat(50),
    '#!/bin/sh\n\necho "$X"',
    '\u00e9\t',
    '',
  ),
);

const scalar: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.integer({ min: -5, max: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(1.5, 1e6, 1e21),
);
/** Anything that can stand in a field of a custom resource. */
export const anything: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('name', 'key', 'value', 'spec', 'image', 'a2', 'a10'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value;

const keyRef = fields({ name, key: fc.constantFrom('k', 'l'), optional: fc.boolean() }, ['name', 'key']);
const env = fc.oneof(
  fields({ name: fc.constantFrom('A', 'B', 'C'), value: text }, ['name']),
  fc
    .tuple(fc.constantFrom('A', 'B'), fc.constantFrom('configMapKeyRef', 'secretKeyRef'), keyRef)
    .map(([key, kind, ref]): Fields => ({
      name: key,
      valueFrom: { [kind]: ref },
    })),
);
const envFrom = fc.oneof(
  name.map((ref): Fields => ({ configMapRef: { name: ref } })),
  name.map((ref): Fields => ({ secretRef: { name: ref }, prefix: 'P_' })),
);
const port = fields(
  {
    containerPort: fc.constantFrom(80, 8080),
    name: fc.constantFrom('http', 'web'),
    protocol: fc.constantFrom('TCP', 'UDP'),
  },
  ['containerPort'],
);
export const container = fields(
  {
    name: fc.constantFrom('main', 'side'),
    image: fc.constantFrom(...IMAGES),
    env: list(env, 3),
    envFrom: list(envFrom, 2),
    args: list(text, 2),
    command: list(text, 2),
    ports: list(port, 2),
    volumeMounts: list(
      fields({ name: fc.constantFrom('v', 'w'), mountPath: fc.constantFrom('/v', '/w/$(VAR)') }, ['name', 'mountPath']),
      2,
    ),
    resources: fc.constant({ limits: { cpu: '1', memory: '64Mi' } }),
  },
  ['name'],
);
const volume = fc.oneof(
  fc.tuple(fc.constantFrom('v', 'w'), name).map(([key, ref]): Fields => ({ name: key, configMap: { name: ref } })),
  fc.tuple(fc.constantFrom('v', 'w'), name).map(([key, ref]): Fields => ({ name: key, secret: { secretName: ref } })),
  fc
    .tuple(fc.constantFrom('v', 'w'), name)
    .map(([key, ref]): Fields => ({ name: key, persistentVolumeClaim: { claimName: ref } })),
  fc.constantFrom('v', 'w').map((key): Fields => ({ name: key, emptyDir: {} })),
  fc.tuple(name, name).map(([first, second]): Fields => ({
    name: 'p',
    projected: { sources: [{ configMap: { name: first } }, { secret: { name: second } }] },
  })),
);
const podSpec = fields(
  {
    containers: list(container, 2, 1),
    initContainers: list(container, 1),
    volumes: list(volume, 2),
    serviceAccountName: name,
    imagePullSecrets: list(
      name.map((ref) => ({ name: ref })),
      2,
    ),
    priorityClassName: name,
  },
  ['containers'],
);
const podMetadata = fields({ labels, annotations: labels });
const template = fields({ metadata: podMetadata, spec: podSpec }, ['spec']);
const selector = labels.map((matchLabels): Fields => ({ matchLabels }));

const metadata = fields(
  {
    name,
    namespace,
    labels,
    annotations: fc.oneof(
      labels,
      text.map((value): Fields => ({ note: value })),
    ),
  },
  ['name'],
);

function object(
  apiVersion: string,
  kind: string,
  model: Record<string, fc.Arbitrary<Value>>,
  required: readonly string[] = [],
): fc.Arbitrary<Fields> {
  return fc
    .tuple(metadata, fields(model, required))
    .map(([meta, rest]) => ({ apiVersion, kind, metadata: meta, ...rest }));
}

const workloadSpec = { replicas: fc.integer({ min: 0, max: 3 }), selector, template };
const roleRef = (kind: fc.Arbitrary<string>): fc.Arbitrary<Value> =>
  fields({ apiGroup: fc.constant('rbac.authorization.k8s.io'), kind, name }, ['apiGroup', 'kind', 'name']);
const subjects = list(
  fields(
    { kind: fc.constantFrom('ServiceAccount', 'User', 'Group'), name: fc.constantFrom(...NAMES, 'default'), namespace },
    ['kind', 'name'],
  ),
  2,
);
const rules = list(
  fields({
    apiGroups: fc.constant(['']),
    resources: fc.constantFrom(['configmaps'], ['secrets']),
    verbs: fc.constant(['get']),
    resourceNames: list(name, 2),
  }),
  2,
);

/** Objects of the kinds that transformers treat in ways of their own, and of some that they know nothing about. */
export const kubeObject: fc.Arbitrary<Fields> = fc.oneof(
  { arbitrary: object('apps/v1', 'Deployment', { spec: fields(workloadSpec, ['template']) }, ['spec']), weight: 5 },
  object('apps/v1', 'StatefulSet', {
    spec: fields(
      {
        ...workloadSpec,
        serviceName: name,
        volumeClaimTemplates: list(fields({ metadata, spec: anything }, ['metadata']), 1),
      },
      ['template'],
    ),
  }),
  object('apps/v1', 'DaemonSet', { spec: fields({ selector, template }, ['template']) }, ['spec']),
  object('batch/v1', 'Job', { spec: fields({ template }, ['template']) }, ['spec']),
  object('batch/v1', 'CronJob', {
    spec: fc.tuple(podMetadata, template).map(([meta, pod]): Value => ({
      schedule: '* * * * *',
      jobTemplate: { metadata: meta, spec: { template: pod } },
    })),
  }),
  object('v1', 'Pod', { spec: podSpec }),
  {
    arbitrary: object('v1', 'Service', {
      spec: fields({
        selector: labels,
        ports: list(
          fields(
            { port: fc.constantFrom(80, 443), name: fc.constantFrom('http'), targetPort: fc.constantFrom('http', 80) },
            ['port'],
          ),
          2,
        ),
      }),
    }),
    weight: 2,
  },
  {
    arbitrary: object('v1', 'ConfigMap', {
      data: fc.dictionary(fc.constantFrom('k', 'l'), text, { noNullPrototype: true }),
      immutable: fc.boolean(),
    }),
    weight: 3,
  },
  {
    arbitrary: object('v1', 'Secret', {
      stringData: fc.dictionary(fc.constantFrom('k', 'l'), text, { noNullPrototype: true }),
      type: fc.constant('Opaque'),
    }),
    weight: 2,
  },
  object('v1', 'ServiceAccount', {
    imagePullSecrets: list(
      name.map((ref) => ({ name: ref })),
      1,
    ),
    secrets: list(
      name.map((ref) => ({ name: ref })),
      1,
    ),
  }),
  object('v1', 'Namespace', {}),
  object('v1', 'PersistentVolumeClaim', { spec: fields({ volumeName: name, storageClassName: name }) }),
  object('v1', 'PersistentVolume', { spec: fields({ storageClassName: name, claimRef: fields({ name, namespace }) }) }),
  object('rbac.authorization.k8s.io/v1', 'Role', { rules }),
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', { rules }),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
    roleRef: roleRef(fc.constantFrom('Role', 'ClusterRole')),
    subjects,
  }),
  object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {
    roleRef: roleRef(fc.constant('ClusterRole')),
    subjects,
  }),
  object('networking.k8s.io/v1', 'Ingress', {
    spec: name.map((ref): Value => ({
      ingressClassName: ref,
      rules: [{ http: { paths: [{ path: '/', backend: { service: { name: ref, port: { number: 80 } } } }] } }],
      tls: [{ secretName: ref }],
    })),
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: fc
      .tuple(selector, selector)
      .map(([a, b]): Value => ({ podSelector: a, ingress: [{ from: [{ podSelector: b }] }] })),
  }),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: name.map((ref): Value => ({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: ref },
      maxReplicas: 3,
    })),
  }),
  object('policy/v1', 'PodDisruptionBudget', { spec: fields({ selector, minAvailable: fc.constantFrom(1, '50%') }) }),
  object('scheduling.k8s.io/v1', 'PriorityClass', { value: fc.integer() }),
  object('storage.k8s.io/v1', 'StorageClass', { provisioner: text }),
  object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', {
    webhooks: list(
      fc
        .tuple(name, namespace)
        .map(([ref, ns]): Value => ({ name: 'w.x.io', clientConfig: { service: { name: ref, namespace: ns } } })),
      2,
    ),
  }),
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { spec: anything }),
  { arbitrary: object('example.com/v1', 'Widget', { spec: anything, data: anything }), weight: 3 },
);
