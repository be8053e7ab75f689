/** Manifests of built-in kinds and of a custom resource, with every form of map and list that server-side apply knows. */
import type { JsonObject } from '../../../../src/objects/object.js';

const pod: JsonObject = {
  metadata: { labels: { run: 'web' }, annotations: { note: '1000m' } },
  spec: {
    serviceAccountName: 'default',
    terminationGracePeriodSeconds: 5,
    securityContext: { runAsNonRoot: true, supplementalGroups: [1, 2] },
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [{ name: 'init', image: 'web:1', command: ['true'] }],
    containers: [
      {
        name: 'web',
        image: 'web:1',
        args: ['--a', '--b'],
        ports: [
          { containerPort: 80, name: 'http' },
          { containerPort: 53, name: 'dns', protocol: 'UDP' },
        ],
        env: [
          { name: 'A', value: '1' },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'b' } } },
          { name: 'C', value: '' },
        ],
        envFrom: [{ configMapRef: { name: 'cfg' } }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '1Gi' } },
        readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 3 },
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'cfg', mountPath: '/cfg', readOnly: true },
        ],
        securityContext: {},
      },
      { name: 'side', image: 'side:1', resources: {} },
    ],
    tolerations: [{ key: 'a', operator: 'Exists' }],
    nodeSelector: { disk: 'ssd' },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { run: 'web' } },
      },
    ],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'cfg', configMap: { name: 'cfg', items: [{ key: 'b', path: 'b' }] } },
    ],
  },
};

const selector = { matchLabels: { run: 'web' } };

function withMeta(apiVersion: string, kind: string, rest: JsonObject): JsonObject {
  return {
    apiVersion,
    kind,
    metadata: { name: 'it', labels: { app: 'shop', tier: 'web' }, annotations: { a: '1', b: '2' } },
    ...rest,
  };
}

export const MANIFESTS: readonly JsonObject[] = [
  withMeta('apps/v1', 'Deployment', {
    spec: { replicas: 0, selector, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, template: pod },
  }),
  withMeta('apps/v1', 'Deployment', { spec: { replicas: 0, paused: true, selector, strategy: {}, template: pod } }),
  withMeta('apps/v1', 'StatefulSet', {
    spec: {
      replicas: 0,
      serviceName: 'web',
      selector,
      template: pod,
      volumeClaimTemplates: [
        {
          metadata: { name: 'disk' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  }),
  withMeta('batch/v1', 'CronJob', {
    spec: {
      schedule: '0 0 1 1 *',
      suspend: true,
      jobTemplate: {
        spec: { backoffLimit: 1, template: { ...pod, spec: { ...(pod.spec as JsonObject), restartPolicy: 'Never' } } },
      },
    },
  }),
  withMeta('v1', 'ConfigMap', { data: { a: '1000m', limits: '1000m', text: 'x\ny\n' }, binaryData: { z: 'AAEC' } }),
  withMeta('v1', 'Secret', { type: 'Opaque', data: { password: 'aHVudGVyMg==', limits: 'MQ==' } }),
  withMeta('v1', 'Service', {
    spec: {
      selector: { run: 'web' },
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  }),
  withMeta('v1', 'ServiceAccount', { imagePullSecrets: [{ name: 'pull' }], automountServiceAccountToken: false }),
  withMeta('networking.k8s.io/v1', 'Ingress', {
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['a.example.com'], secretName: 'tls' }],
      rules: [
        {
          host: 'a.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
      ],
    },
  }),
  withMeta('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: selector }], ports: [{ port: 80 }] }],
    },
  }),
  withMeta('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '50%', selector } }),
  withMeta('rbac.authorization.k8s.io/v1', 'Role', {
    rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list'] }],
  }),
  withMeta('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  }),
  withMeta('v1', 'ResourceQuota', { spec: { hard: { pods: '10', 'requests.cpu': '1000m' } } }),
  withMeta('v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
  }),
  withMeta('example.com/v1', 'Gadget', {
    spec: {
      limits: { cpu: '1000m' },
      parts: [
        { name: 'a', size: 1, tags: ['x', 'y'] },
        { name: 'b', size: 2 },
      ],
      tags: ['one', 'two', 'three'],
      whole: [{ n: 1 }, { n: 2 }],
      pair: { left: 'l', right: 'r' },
      free: { any: { thing: [1, { a: 'b' }] }, empty: {} },
    },
  }),
];

/** The definition of the custom resource: a keyed list, a set, an atomic list, an atomic map, and a free-form map. */
export const DEFINITION: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  limits: { type: 'object', additionalProperties: { type: 'string' } },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name', 'port'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: {
                        name: { type: 'string' },
                        port: { type: 'integer', default: 7 },
                        size: { type: 'integer' },
                        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                      },
                    },
                  },
                  tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                  whole: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: { n: { type: 'integer' }, m: { type: 'string', default: 'd' } },
                    },
                  },
                  pair: {
                    type: 'object',
                    'x-kubernetes-map-type': 'atomic',
                    properties: { left: { type: 'string' }, right: { type: 'string' } },
                  },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  mode: { type: 'string', default: 'auto' },
                },
              },
            },
          },
        },
      },
    ],
  },
};
