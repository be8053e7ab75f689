/** What must still run while something goes: the operator of a custom resource that has a finalizer. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Name, PromiseCase, PromiseTable, World } from './world.js';

const FINALIZER = 'example.com/free-the-account';

function files(namespace: string, group: string): Readonly<Record<string, string>> {
  return {
    'kustomization.yaml': `
metadata: { name: going-${namespace} }
resources: [operator.yaml, custom.yaml, rest.yaml]
labels: [{ pairs: { team: ${namespace} } }]
`,
    'operator.yaml': `
apiVersion: v1
kind: ServiceAccount
metadata: { name: operator }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: operator }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }
subjects: [{ kind: ServiceAccount, name: operator }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: operator }
spec:
  selector: { matchLabels: { app: operator } }
  template:
    metadata: { labels: { app: operator } }
    spec:
      serviceAccountName: operator
      terminationGracePeriodSeconds: 0
      containers: [{ name: operator, image: registry.example.com/operator:1, command: [sleep, infinity] }]
`,
    'custom.yaml': `
apiVersion: ${group}/v1
kind: Account
metadata: { name: first, finalizers: [${FINALIZER}] }
spec: {}
`,
    'rest.yaml': `{ apiVersion: v1, kind: ConfigMap, metadata: { name: rest } }`,
  };
}

function definitionOf(group: string): Name {
  const name = `accounts.${group}`;
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', namespace: '', name };
}

async function define(world: World, group: string): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await world.apply([
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `accounts.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Account', plural: 'accounts', singular: 'account', listKind: 'AccountList' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
  ]);
  await world.eventually('Account is served', async () => {
    const { resources } = await world.cluster.discover({ refresh: true });
    return resources.find((one) => one.group === group);
  });
}

interface Operated {
  readonly account: Name;
  readonly operator: Name;
  readonly going: () => readonly string[];
  /** Begins to play the operator: it frees the account as long as its Deployment is there. */
  readonly work: () => { readonly stop: () => Promise<void> };
}

async function operated(world: World, verb: 'deploy' | 'delete'): Promise<Operated> {
  const namespace = await world.namespace();
  const group = `${namespace}-x.example.com`;
  await define(world, group);
  const set = files(namespace, group);
  const folder = await world.folder(set);
  const args = ['-k', folder, '-n', namespace, '--prune-label', `team=${namespace}`];
  const first = await world.kapply(['deploy', ...args]);
  assert.equal(first.exitCode, 0, first.stdout + first.stderr);
  if (verb === 'deploy') {
    const { 'kustomization.yaml': kustomization = '' } = set;
    await world.write(folder, { 'kustomization.yaml': kustomization.replace('operator.yaml, custom.yaml, ', '') });
  }
  const account = { apiVersion: `${group}/v1`, kind: 'Account', namespace, name: 'first' };
  const operator = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'operator' };
  const step = async (): Promise<void> => {
    const live = await world.get(account);
    if (live?.metadata.deletionTimestamp === undefined || (await world.get(operator)) === undefined) return;
    await world.patch(account, { metadata: { finalizers: null } });
  };
  return {
    account,
    operator,
    going: () => [verb, ...args, '--yes'],
    work: () => {
      const ended = new AbortController();
      const loop = (async () => {
        while (!ended.signal.aborted) {
          await step();
          await sleep(100);
        }
      })();
      return {
        stop: async () => {
          ended.abort();
          await loop;
        },
      };
    },
  };
}

function goesFirst(verb: 'deploy' | 'delete'): PromiseCase {
  return {
    name: `${verb}: a custom resource with a finalizer goes before its operator; the operator stays where it does not go`,
    run: async (world) => {
      const { account, operator, going, work } = await operated(world, verb);
      const stuck = await world.kapply([...going(), '--timeout', '1s']);
      assert.equal(stuck.exitCode, 6, stuck.stdout + stuck.stderr);
      assert.match(stuck.stdout, new RegExp(`Account/first is not gone \\(finalizer ${FINALIZER}\\)`));
      assert.equal((await world.get(operator))?.metadata.deletionTimestamp, undefined);
      for (const kind of ['ServiceAccount', 'RoleBinding']) {
        const apiVersion = kind === 'ServiceAccount' ? 'v1' : 'rbac.authorization.k8s.io/v1';
        const live = await world.get({ apiVersion, kind, namespace: operator.namespace, name: 'operator' });
        assert.ok(live !== undefined && live.metadata.deletionTimestamp === undefined, kind);
      }
      const { stop } = work();
      try {
        const done = await world.kapply(going());
        assert.equal(done.exitCode, 0, done.stdout + done.stderr);
      } finally {
        await stop();
      }
      assert.equal(await world.get(account), undefined);
      assert.equal(await world.get(operator), undefined);
      // A definition does not go with the namespace, and whoever may list everything by its role may not list this.
      const definition = definitionOf(account.apiVersion.replace('/v1', ''));
      await world.remove(definition);
      await world.eventually(
        'the definition is gone',
        async () => (await world.get(definition)) === undefined || undefined,
      );
    },
  };
}

export const orderOfGoingTable: PromiseTable = {
  promise: 'what is needed while something goes, goes after it',
  cases: [goesFirst('deploy'), goesFirst('delete')],
};
