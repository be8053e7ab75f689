/** What a scenario works with: a namespace of its own, a folder of its own, and a look at the server. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findResource, type ApiResource, type Cluster, type ListOptions } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import { groupOf, versionOf, type KubeObject } from '../../src/objects/object.js';
import { isRecord } from '../../src/engine/records/record.js';
import { environment } from './environment.js';
import { temporaryFolder, writeTree, type Tree } from './tree.js';

/** The apiVersion of the kinds that scenarios read. */
const apiVersions: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  CronJob: 'batch/v1',
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  Event: 'v1',
  Job: 'batch/v1',
  Namespace: 'v1',
  PersistentVolumeClaim: 'v1',
  Pod: 'v1',
  ReplicaSet: 'apps/v1',
  Secret: 'v1',
  Service: 'v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Ingress: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  StatefulSet: 'apps/v1',
};

export interface Scenario {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** A folder for overlays. */
  readonly folder: string;
  /** Writes files below the folder. */
  write(tree: Tree): Promise<void>;
  resource(kind: string): Promise<ApiResource>;
  /** The object; an error where there is none. */
  get(kind: string, name: string): Promise<KubeObject>;
  find(kind: string, name: string): Promise<KubeObject | undefined>;
  list(kind: string, options?: ListOptions): Promise<readonly KubeObject[]>;
  /** The sorted names of what a kind has, kube-root-ca.crt and the records of deploys apart. */
  names(kind: string, options?: ListOptions): Promise<string[]>;
  /** Applies objects as kubectl's server-side apply would, in this namespace. */
  apply(...objects: readonly KubeObject[]): Promise<void>;
}

async function createNamespace(cluster: Cluster, name: string): Promise<void> {
  const resource = findResource(await cluster.discover(), '', 'v1', 'Namespace');
  if (resource === undefined) throw new Error('no namespaces');
  await cluster.create({ resource, namespace: '', name }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

async function open(): Promise<Scenario> {
  const cluster = await connect({ kubeconfig: environment().kubeconfig, env: {} });
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  const folder = await temporaryFolder();
  await createNamespace(cluster, namespace);
  const resourceOf = async (apiVersion: string, kind: string): Promise<ApiResource> => {
    const resource = findResource(await cluster.discover(), groupOf(apiVersion), versionOf(apiVersion), kind);
    if (resource === undefined) throw new Error(`${kind} is not served`);
    return resource;
  };
  const resource = (kind: string): Promise<ApiResource> => resourceOf(apiVersions[kind] ?? '', kind);
  const address = async (
    kind: string,
    name: string,
  ): Promise<{ resource: ApiResource; namespace: string; name: string }> => {
    const found = await resource(kind);
    return { resource: found, namespace: found.namespaced ? namespace : '', name };
  };
  const find: Scenario['find'] = async (kind, name) => cluster.get(await address(kind, name));
  const list: Scenario['list'] = async (kind, options = {}) =>
    (await cluster.list(await resource(kind), { namespace, ...options })).items;
  return {
    cluster,
    namespace,
    folder,
    resource,
    find,
    list,
    write: async (tree) => {
      await writeTree(folder, tree);
    },
    get: async (kind, name) => {
      const found = await find(kind, name);
      if (found === undefined) throw new Error(`there is no ${kind}/${name} in ${namespace}`);
      return found;
    },
    names: async (kind, options) =>
      (await list(kind, options))
        .filter((object) => !isRecord(object))
        .map((object) => object.metadata.name)
        .filter((name) => name !== 'kube-root-ca.crt')
        .sort(),
    apply: async (...objects) => {
      for (const object of objects) {
        const target = {
          resource: await resourceOf(object.apiVersion, object.kind),
          namespace: object.metadata.namespace ?? namespace,
          name: object.metadata.name,
        };
        await cluster.apply(target, object, { fieldManager: 'kubectl' });
      }
    },
  };
}

/** A scenario for the tests of one `describe`. On a cluster its namespaces go afterwards; a control plane goes as a whole. */
export function useScenario(): { readonly current: Scenario } {
  let scenario: Scenario | undefined;
  before(async () => {
    scenario = await open();
  });
  after(async () => {
    if (scenario === undefined) return;
    if (environment().kind === 'cluster') {
      const resource = await scenario.resource('Namespace');
      const { items } = await scenario.cluster.list(resource);
      for (const { metadata } of items) {
        // A scenario that needs another namespace names it after its own.
        if (!metadata.name.startsWith(scenario.namespace)) continue;
        await scenario.cluster.remove({ resource, namespace: '', name: metadata.name });
      }
    }
    await scenario.cluster.close();
  });
  return {
    get current() {
      if (scenario === undefined) throw new Error('the scenario has not begun');
      return scenario;
    },
  };
}

/**
 * Creation times have seconds, and what was created in the second in which a run began could be another run's: it is
 * kept. Whoever expects it to be pruned waits for the next second.
 */
export function aSecondLater(): Promise<void> {
  return sleep(1100);
}

/** Waits until the probe finds something, and returns it. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await sleep(100);
  }
}
