/** What lives in a container, holds its data or waits for it, and whether the container goes then. */
import type { KubeObject } from '../../src/objects/object.js';

/** Where the rows of one run live: names of the cluster must be nobody else's on a shared server. */
export interface Ground {
  /** The set's namespace. */
  readonly namespace: string;
  /** Makes a name of the cluster out of a short one. */
  readonly inCluster: (short: string) => string;
}

export type Verb = 'deploy' | 'prune' | 'delete';

export interface ContainerRow {
  readonly what: string;
  /** What the set renders; the first is the container. */
  readonly rendered: (ground: Ground) => readonly [KubeObject, ...KubeObject[]];
  /** What others have put there. */
  readonly others?: (ground: Ground) => readonly KubeObject[];
  /** Why it stays; undefined: it goes. A prune has no set: everything in a container is another's. */
  readonly stays?: RegExp;
  readonly staysInPrune?: RegExp;
}

const SPEC = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
};

/** Each claim has a class of its own, which nothing provides: none binds to the volume of another row. */
function claim(name: string, more: object = {}): (ground: Ground) => KubeObject {
  return ({ namespace, inCluster }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: { ...SPEC, storageClassName: inCluster(name), ...more },
  });
}

function volume(short: string): (ground: Ground) => KubeObject {
  return ({ inCluster }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: inCluster(short) },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: inCluster(short),
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/nowhere' },
    },
  });
}

function namespaced(short: string): (ground: Ground) => KubeObject {
  return ({ inCluster }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: inCluster(short) } });
}

function config(name: string, short: string, annotations = {}): (ground: Ground) => KubeObject {
  return ({ inCluster }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: inCluster(short), annotations },
    data: { a: 'b' },
  });
}

/** A definition of a kind that only this row has. */
function definition(kind: string): (ground: Ground) => KubeObject {
  return ({ inCluster }) => {
    const plural = `${kind.toLowerCase()}s`;
    const group = `${inCluster('x')}.example.com`;
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    };
  };
}

function custom(kind: string, name: string): (ground: Ground) => KubeObject {
  return ({ namespace, inCluster }) => ({
    apiVersion: `${inCluster('x')}.example.com/v1`,
    kind,
    metadata: { name, namespace },
    spec: {},
  });
}

const MOUNTS: (ground: Ground) => KubeObject = ({ namespace }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'mounts', namespace },
  spec: {
    containers: [{ name: 'c', image: 'registry.example.com/c' }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'mounted' } }],
  },
});

const AT_ZERO: (ground: Ground) => KubeObject = ({ namespace }) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace },
  spec: {
    replicas: 0,
    serviceName: 'db',
    selector: { matchLabels: { run: 'db' } },
    template: {
      metadata: { labels: { run: 'db' } },
      spec: { containers: [{ name: 'db', image: 'registry.example.com/db' }] },
    },
    volumeClaimTemplates: [{ metadata: { name: 'disk' }, spec: { ...SPEC, storageClassName: 'none' } }],
  },
});

/** What a person writes for a service outside of the cluster: no controller makes it anew. */
const BY_HAND: (ground: Ground) => KubeObject = ({ inCluster }) => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'outside', namespace: inCluster('by-hand') },
  subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
});

const ACCOUNT: (ground: Ground) => KubeObject = ({ namespace }) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot', namespace },
});

/** In the set's namespace, for an account of another. */
const BINDING: (ground: Ground) => KubeObject = ({ namespace, inCluster }) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'robot', namespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: inCluster('bound') }],
});

/** The same in the namespace with this short name. */
function elsewhere(make: (ground: Ground) => KubeObject, short: string): (ground: Ground) => KubeObject {
  return (ground) => make({ ...ground, namespace: ground.inCluster(short) });
}

const of =
  (...objects: readonly [(ground: Ground) => KubeObject, ...((ground: Ground) => KubeObject)[]]) =>
  (ground: Ground): [KubeObject, ...KubeObject[]] => {
    const [first, ...rest] = objects;
    return [first(ground), ...rest.map((make) => make(ground))];
  };

export const CONTAINER_ROWS: readonly ContainerRow[] = [
  { what: 'a Namespace with nothing in it', rendered: of(namespaced('empty')) },
  {
    what: 'a Namespace with what is the set’s own',
    rendered: of(namespaced('own'), config('inside', 'own')),
    staysInPrune: /ConfigMap\/inside of set/,
  },
  {
    what: 'a Namespace with an object of others',
    rendered: of(namespaced('shared'), config('inside', 'shared')),
    others: of(config('theirs', 'shared')),
    stays: /would take with it what is to stay: ConfigMap\/theirs/,
    staysInPrune: /ConfigMap\/theirs/,
  },
  {
    what: 'a Namespace with Endpoints that a person wrote',
    rendered: of(namespaced('by-hand')),
    others: of(BY_HAND),
    stays: /Endpoints\/outside/,
  },
  {
    what: 'a Namespace with what is marked to be kept',
    rendered: of(namespaced('marked'), config('precious', 'marked', { 'kapply.dev/prune': 'disabled' })),
    stays: /ConfigMap\/precious/,
  },
  {
    what: 'a Namespace with a claim of the set that something mounts',
    rendered: of(namespaced('mounting'), elsewhere(claim('mounted'), 'mounting')),
    others: of(elsewhere(MOUNTS, 'mounting')),
    stays: /Pod\/mounts/,
  },
  {
    what: 'a Namespace with an account of the set that a binding elsewhere names',
    rendered: of(namespaced('bound'), elsewhere(ACCOUNT, 'bound')),
    others: of(BINDING),
    stays: /ServiceAccount\/robot \(in use by [-a-z0-9]+\/RoleBinding\/robot/,
    staysInPrune: /ServiceAccount\/robot of set/,
  },
  { what: 'a definition without custom resources', rendered: of(definition('Free')) },
  {
    what: 'a definition with the set’s own custom resource',
    rendered: of(definition('Owned'), custom('Owned', 'ours')),
    staysInPrune: /Owned\/ours of set/,
  },
  {
    what: 'a definition with a custom resource of others',
    rendered: of(definition('Lent'), custom('Lent', 'ours')),
    others: of(custom('Lent', 'theirs')),
    stays: /Lent\/theirs/,
  },
  { what: 'a volume that no claim has', rendered: of(volume('spare')) },
  {
    what: 'a volume that a claim names',
    rendered: of(volume('taken')),
    others: of((ground) => claim('taken', { volumeName: ground.inCluster('taken') })(ground)),
    stays: /in use by PersistentVolumeClaim\/taken/,
  },
  { what: 'a claim that nothing mounts', rendered: of(claim('free')) },
  {
    what: 'a claim that a Pod mounts',
    rendered: of(claim('mounted')),
    others: of(MOUNTS),
    stays: /in use by Pod\/mounts/,
  },
  {
    what: 'a claim that is the source of another’s data',
    rendered: of(claim('origin')),
    others: of(claim('copied', { dataSource: { kind: 'PersistentVolumeClaim', name: 'origin' } })),
    stays: /in use by PersistentVolumeClaim\/copied/,
  },
  {
    what: 'a claim that a StatefulSet at 0 takes up again',
    rendered: of(claim('disk-db-0')),
    others: of(AT_ZERO),
    stays: /in use by StatefulSet\/db/,
  },
];

export function staysBy(row: ContainerRow, verb: Verb): RegExp | undefined {
  return verb === 'prune' ? (row.staysInPrune ?? row.stays) : row.stays;
}
