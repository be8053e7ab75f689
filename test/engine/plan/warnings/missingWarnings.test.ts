import assert from 'node:assert/strict';
import { missingWarnings } from '../../../../src/engine/plan/warnings/missingWarnings.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { fakeCluster, forbidden, resource, RESOURCES, type FakeRequest } from '../../fakeCluster.js';

const discovery = {
  resources: [
    ...RESOURCES,
    resource('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { namespaced: false }),
    resource('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', { namespaced: false }),
    resource('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', { namespaced: false }),
  ],
  failures: [],
};

function made(apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject {
  return { apiVersion, kind, ...more, metadata: { name, namespace: 'shop', ...metadata } };
}
const cluster = (kind: string, name: string, more: object = {}, apiVersion = 'v1'): KubeObject => ({
  ...made(apiVersion, kind, name, more),
  metadata: { name },
});
const web = (pod: object, metadata: object = {}): KubeObject =>
  made('apps/v1', 'Deployment', 'web', { spec: { template: { spec: pod } } }, metadata);
const env = (reference: object): KubeObject =>
  web({ containers: [{ name: 'app', env: [{ name: 'A', valueFrom: reference }] }] });
const secret = (name: string, ...keys: string[]): KubeObject =>
  made('v1', 'Secret', name, { data: Object.fromEntries(keys.map((key) => [key, 'eA=='])) });
const ENV = 'spec.template.spec.containers[0].env[0].valueFrom';

interface Case {
  readonly name: string;
  readonly set: readonly KubeObject[];
  readonly live?: readonly KubeObject[];
  readonly warns: readonly string[];
}

const nowhere = (path: string, what: string): string =>
  `Deployment/web names ${what} (spec.template.spec.${path}), which neither this set nor the cluster has`;

const CASES: readonly Case[] = [
  {
    name: 'a Secret that the cluster has',
    set: [env({ secretKeyRef: { name: 'db', key: 'password' } })],
    live: [secret('db', 'password')],
    warns: [],
  },
  {
    name: 'a Secret that nothing has, with the one that was meant',
    set: [env({ secretKeyRef: { name: 'databse', key: 'password' } })],
    live: [secret('database-2222222222', 'password')],
    warns: [
      `Deployment/web names Secret/databse (${ENV}.secretKeyRef.name), which neither this set nor the cluster has: did you mean database?`,
    ],
  },
  {
    name: 'a key that a config of the set lacks, with the one that was meant',
    set: [
      env({ configMapKeyRef: { name: 'cfg', key: 'colour' } }),
      made('v1', 'ConfigMap', 'cfg', { data: { color: 'red' } }),
    ],
    warns: [
      `Deployment/web names ConfigMap/cfg (${ENV}.configMapKeyRef.name), which has no key colour: did you mean color?`,
    ],
  },
  {
    name: 'a key that only the live config has, where others add keys to it',
    set: [
      env({ configMapKeyRef: { name: 'cfg', key: 'theirs' } }),
      made('v1', 'ConfigMap', 'cfg', { data: { color: 'red' } }),
    ],
    live: [made('v1', 'ConfigMap', 'cfg', { data: { color: 'red', theirs: '1' } })],
    warns: [],
  },
  {
    name: 'a variable from bytes, which a volume may show',
    set: [
      env({ configMapKeyRef: { name: 'cfg', key: 'logo' } }),
      made('apps/v1', 'StatefulSet', 'db', {
        spec: { template: { spec: { volumes: [{ configMap: { name: 'cfg', items: [{ key: 'logo' }] } }] } } },
      }),
      made('v1', 'ConfigMap', 'cfg', { binaryData: { logo: 'cG5n' } }),
    ],
    warns: [
      `Deployment/web names ConfigMap/cfg (${ENV}.configMapKeyRef.name), which has the key logo in binaryData: no variable is set from it`,
    ],
  },
  {
    name: 'keys of the items of a volume',
    set: [
      web({ volumes: [{ secret: { secretName: 'tls', items: [{ key: 'tls.crt' }, { key: 'ca' }] } }] }),
      secret('tls', 'tls.crt'),
    ],
    warns: ['Deployment/web names Secret/tls (spec.template.spec.volumes[0].secret.secretName), which has no key ca'],
  },
  {
    name: 'a generated config whose new name did not reach the field',
    set: [web({ volumes: [{ configMap: { name: 'cfg' } }] }), made('v1', 'ConfigMap', 'cfg-2222222222')],
    warns: [
      nowhere('volumes[0].configMap.name', 'ConfigMap/cfg') +
        ": this deploy makes cfg-2222222222, and the generator's name did not reach it",
    ],
  },
  {
    name: 'a generated config that the set makes in another namespace (kustomize#561, kustomize#1301, kustomize#5827)',
    set: [
      web({ volumes: [{ configMap: { name: 'cfg' } }] }),
      made('v1', 'ConfigMap', 'cfg-2222222222', {}, { namespace: 'default' }),
    ],
    warns: [
      nowhere('volumes[0].configMap.name', 'ConfigMap/cfg') +
        ': this deploy makes default/ConfigMap/cfg-2222222222, in another namespace',
    ],
  },
  {
    name: 'an account that the set makes in another namespace',
    set: [web({ serviceAccountName: 'robot' }), made('v1', 'ServiceAccount', 'robot', {}, { namespace: 'ops' })],
    warns: [
      nowhere('serviceAccountName', 'ServiceAccount/robot') +
        ': this deploy makes ops/ServiceAccount/robot, in another namespace',
    ],
  },
  {
    name: 'a config whose prefix did not reach the field (kustomize#5047)',
    set: [web({ volumes: [{ configMap: { name: 'cfg' } }] }), made('v1', 'ConfigMap', 'dev-cfg-2222222222')],
    warns: [
      nowhere('volumes[0].configMap.name', 'ConfigMap/cfg') +
        ': this deploy makes dev-cfg-2222222222, whose prefix or suffix did not reach it',
    ],
  },
  {
    name: 'a config whose suffix did not reach the field (kustomize#4246)',
    set: [web({ volumes: [{ configMap: { name: 'cm' } }] }), made('v1', 'ConfigMap', 'cm-world2-2222222222')],
    warns: [
      nowhere('volumes[0].configMap.name', 'ConfigMap/cm') +
        ': this deploy makes cm-world2-2222222222, whose prefix or suffix did not reach it',
    ],
  },
  { name: 'what is optional', set: [env({ secretKeyRef: { name: 'db', key: 'a', optional: true } })], warns: [] },
  {
    name: 'an account, a class of priority and a pull Secret',
    set: [web({ serviceAccountName: 'wbe', priorityClassName: 'high', imagePullSecrets: [{ name: 'pull' }] })],
    live: [made('v1', 'ServiceAccount', 'web'), cluster('PriorityClass', 'low', {}, 'scheduling.k8s.io/v1')],
    warns: [
      nowhere('imagePullSecrets[0].name', 'Secret/pull'),
      nowhere('serviceAccountName', 'ServiceAccount/wbe') + ': did you mean web?',
      nowhere('priorityClassName', 'PriorityClass/high'),
    ],
  },
  {
    name: 'what Kubernetes makes in every namespace',
    set: [web({ serviceAccountName: 'default', volumes: [{ configMap: { name: 'kube-root-ca.crt' } }] })],
    warns: [],
  },
  {
    name: 'a Secret that a custom resource of the set says, or is named after',
    set: [
      web({ volumes: [{ secret: { secretName: 'tls' } }, { secret: { secretName: 'orders-app' } }] }),
      made('cert-manager.io/v1', 'Certificate', 'site', { spec: { secretName: 'tls' } }),
      made('postgresql.cnpg.io/v1', 'Cluster', 'orders'),
    ],
    warns: [],
  },
  {
    name: 'a Secret of an Ingress that cert-manager makes',
    set: [
      made(
        'networking.k8s.io/v1',
        'Ingress',
        'web',
        { spec: { tls: [{ secretName: 'tls' }] } },
        {
          annotations: { 'cert-manager.io/cluster-issuer': 'acme' },
        },
      ),
    ],
    warns: [],
  },
  {
    name: 'a class of a claim, unless a volume has it',
    set: [
      made('v1', 'PersistentVolumeClaim', 'a', { spec: { storageClassName: 'manual' } }),
      made('v1', 'PersistentVolumeClaim', 'b', { spec: { storageClassName: 'fsat' } }),
    ],
    live: [
      cluster('PersistentVolume', 'disk', { spec: { storageClassName: 'manual' } }),
      cluster('StorageClass', 'fast', {}, 'storage.k8s.io/v1'),
    ],
    warns: [
      'PersistentVolumeClaim/b names StorageClass/fsat (spec.storageClassName), which neither this set nor the cluster has: did you mean fast?',
    ],
  },
  {
    name: 'the accounts that a binding grants something to',
    set: [
      made('rbac.authorization.k8s.io/v1', 'RoleBinding', 'a', { subjects: [{ kind: 'ServiceAccount', name: 'x' }] }),
    ],
    warns: [],
  },
  {
    name: 'the same from several workloads once',
    set: [
      web({ volumes: [{ configMap: { name: 'a' } }] }),
      { ...web({ volumes: [{ configMap: { name: 'a' } }] }), metadata: { name: 'api', namespace: 'shop' } },
    ],
    warns: [
      'Deployment/web and 1 more name ConfigMap/a (spec.template.spec.volumes[0].configMap.name), which neither this set nor the cluster has',
    ],
  },
];

describe('missingWarnings', () => {
  const warningsFor = (
    set: readonly KubeObject[],
    live: readonly KubeObject[] = [],
    react?: (request: FakeRequest) => void,
  ) =>
    missingWarnings(set, {
      cluster: fakeCluster({ objects: live, discovery, ...(react && { react }) }),
      discovery,
      signal: new AbortController().signal,
    });

  for (const { name, set, live, warns } of CASES) {
    it(`${warns.length === 0 ? 'says nothing of' : 'warns of'} ${name}`, async () => {
      assert.deepEqual(await warningsFor(set, live), warns);
    });
  }

  it('does not warn of what may not be read', async () => {
    const refuse = ({ verb }: FakeRequest): void => {
      if (verb === 'get') throw forbidden('secrets');
    };
    assert.deepEqual(await warningsFor([env({ secretKeyRef: { name: 'db', key: 'a' } })], [], refuse), []);
  });
});
