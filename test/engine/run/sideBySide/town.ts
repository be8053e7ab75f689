/**
 * A cluster in memory with the controllers that a prune can hurt: a Deployment is ready at once, and has one pod of its
 * template, which is replaced when the template changes.
 */
import type { Cluster } from '../../../../src/cluster/cluster.js';
import { EXIT, KapplyError } from '../../../../src/errors.js';
import type { KubeObject } from '../../../../src/objects/object.js';
import { fakeCluster, resource, RESOURCES, type FakeCluster } from '../../fakeCluster.js';

export interface Town {
  readonly cluster: FakeCluster;
  /** Every object, as it is stored. */
  readonly objects: () => KubeObject[];
  /** The cluster as one run sees it; every request after the `dies`-th fails, as if the process had been killed. */
  readonly connection: (dies?: number) => Cluster;
}

const KINDS = ['ConfigMap', 'Secret', 'Service', 'Deployment', 'Pod'];

/** Whoever runs is gone: the requests that it would have sent are not. */
class Killed extends KapplyError {
  constructor() {
    super('Killed', 'the run was killed', EXIT.unreachable);
  }
}

/** @param now the server's clock, ms since the epoch */
export function makeTown(now: () => number, turn: () => Promise<void>): Town {
  const lease = resource('coordination.k8s.io/v1', 'Lease', 'leases');
  const cluster = fakeCluster({
    now,
    discovery: { resources: [...RESOURCES.filter(({ kind }) => kind !== 'Gadget'), lease] },
    react: turn,
  });
  const objects = (): KubeObject[] =>
    KINDS.flatMap((kind) =>
      cluster.names(kind).flatMap((name) => {
        const plain = name.slice(kind.length + 1);
        return NAMESPACES.flatMap((namespace) => cluster.find(kind, plain, namespace) ?? []);
      }),
    ).filter((object, index, all) => all.findIndex((other) => sameObject(other, object)) === index);

  /** What the Deployment controller and the node do, at once. */
  const roll = (deployment: KubeObject): KubeObject => {
    const { name, namespace = '', uid = '', generation } = deployment.metadata;
    const { template } = deployment.spec as { template: { spec: object } };
    const podName = `${name}-pod`;
    const old = cluster.find('Pod', podName, namespace);
    const isSame = old !== undefined && JSON.stringify(old.spec) === JSON.stringify(template.spec);
    if (!isSame) {
      if (old !== undefined) cluster.drop(old);
      const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true };
      cluster.put({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: podName, namespace, ownerReferences: [owner] },
        spec: { ...template.spec },
        status: { phase: 'Running' },
      });
    }
    const ready = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    const conditions = [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ];
    const status = { ...ready, observedGeneration: generation, conditions };
    if (JSON.stringify((deployment as { status?: unknown }).status) === JSON.stringify(status)) return deployment;
    return cluster.put({ ...deployment, status });
  };

  const connection = (dies = Infinity): Cluster => {
    let sent = 0;
    const guard =
      <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        sent += 1;
        if (sent > dies) throw new Killed();
        return call(...args);
      };
    return {
      ...cluster,
      get requests() {
        return sent;
      },
      discover: guard((options) => cluster.discover(options)),
      get: guard((at, options) => cluster.get(at, options)),
      list: guard((kind, options) => cluster.list(kind, options)),
      listMetadata: guard((kind, options) => cluster.listMetadata(kind, options)),
      create: guard((at, object, options) => cluster.create(at, object, options)),
      patch: guard((at, change, options) => cluster.patch(at, change, options)),
      remove: guard((at, options) => cluster.remove(at, options)),
      apply: guard(async (address, object, options) => {
        const stored = await cluster.apply(address, object, options);
        return object.kind === 'Deployment' && options.dryRun !== true ? roll(stored) : stored;
      }),
    };
  };
  return { cluster, objects, connection };
}

export const NAMESPACES = ['one', 'two'];

function sameObject(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.uid === b.metadata.uid;
}
