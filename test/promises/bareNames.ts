/**
 * What a manifest only names (`kind: ServiceAccount`, a name, and nothing else) is left as it is, whoever made it, and
 * is unchanged at the next deploy. The server keeps no entry in managedFields for an apply that sets no field.
 */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import type { PromiseCase, PromiseTable, World } from './world.js';

const KINDS: readonly (readonly [string, string])[] = [
  ['v1', 'Namespace'],
  ['v1', 'ServiceAccount'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'LimitRange'],
  ['v1', 'ResourceQuota'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
];
const OF_CLUSTER = new Set(['Namespace', 'ClusterRole']);

/** Whoever made it before the first deploy. */
const MAKERS: readonly (readonly [string, (world: World, object: KubeObject) => Promise<unknown>])[] = [
  ['nobody', () => Promise.resolve()],
  ['kubectl create', (world, object) => world.create(object, 'kubectl-create')],
  ['kubectl create with labels', (world, object) => world.create(labelled(object), 'kubectl-create')],
  ['kubectl apply --server-side', (world, object) => world.apply([object], 'kubectl')],
  ['another tool', (world, object) => world.create(labelled(object), 'terraform')],
];

function labelled(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels: { 'example.com/by': 'somebody' } } };
}

interface Report {
  readonly changes: readonly { readonly kind: string; readonly action: string }[];
}

function caseOf(maker: string, make: (world: World, object: KubeObject) => Promise<unknown>): PromiseCase {
  return {
    name: `made by ${maker}`,
    run: async (world) => {
      const namespace = await world.namespace();
      const objects = KINDS.map(([apiVersion, kind]): KubeObject => {
        const name = `${namespace}-bare`;
        return { apiVersion, kind, metadata: OF_CLUSTER.has(kind) ? { name } : { name, namespace } };
      });
      const addressOf = ({ apiVersion, kind, metadata: { name, namespace: of = '' } }: KubeObject) => ({
        ...{ apiVersion, kind, namespace: of, name },
      });
      for (const object of objects) await make(world, object);
      const folder = await world.folder({
        'kustomization.yaml': 'resources: [all.yaml]',
        'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n'),
      });
      const deploy = async (): Promise<Report> => {
        const { exitCode, stdout, stderr } = await world.kapply(['deploy', '-k', folder, '-o', 'json']);
        assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
        return JSON.parse(stdout) as Report;
      };
      try {
        await deploy();
        const uids = new Map<string, string | undefined>();
        for (const object of objects) {
          const live = await world.get(addressOf(object));
          assert.ok(live, object.kind);
          uids.set(object.kind, live.metadata.uid);
        }
        for (const time of ['second', 'third']) {
          const changed = (await deploy()).changes.filter(({ action }) => action !== 'unchanged');
          assert.deepEqual(changed, [], `the ${time} deploy`);
        }
        for (const object of objects) {
          const live = await world.get(addressOf(object));
          assert.equal(live?.metadata.uid, uids.get(object.kind), object.kind);
          if (maker === 'another tool') assert.equal(live?.metadata.labels?.['example.com/by'], 'somebody');
        }
      } finally {
        for (const object of objects) if (OF_CLUSTER.has(object.kind)) await world.remove(addressOf(object));
      }
    },
  };
}

export const bareNamesTable: PromiseTable = {
  promise: 'what a manifest only names is left as it is',
  cases: MAKERS.map(([maker, make]) => caseOf(maker, make)),
};
