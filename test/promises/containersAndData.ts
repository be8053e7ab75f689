import assert from 'node:assert/strict';
import type { Name, PromiseTable, World } from './world.js';

/** An application whose own Namespace left the kustomization: the candidate of `--prune-kind Namespace`. */
function files(namespace: string, withNamespace: boolean): Readonly<Record<string, string>> {
  return {
    'kustomization.yaml': `
metadata: { name: shop-${namespace} }
resources: [${withNamespace ? 'namespace.yaml, inside.yaml, ' : ''}outside.yaml]
labels: [{ pairs: { app: ${namespace} } }]
`,
    'namespace.yaml': `{ apiVersion: v1, kind: Namespace, metadata: { name: ${namespace}-inner } }`,
    'inside.yaml': `{ apiVersion: v1, kind: ConfigMap, metadata: { name: inside, namespace: ${namespace}-inner }, data: { a: b } }`,
    'outside.yaml': `{ apiVersion: v1, kind: ConfigMap, metadata: { name: outside, namespace: ${namespace} }, data: { a: b } }`,
  };
}

interface Left {
  readonly namespace: string;
  readonly inner: Name;
  readonly prune: (...more: readonly string[]) => ReturnType<World['kapply']>;
}

/** Deploys it with its Namespace, and returns a deploy that renders neither the Namespace nor what is in it any more. */
async function left(world: World): Promise<Left> {
  const namespace = await world.namespace();
  const folder = await world.folder(files(namespace, true));
  const deploy = ['deploy', '-k', folder, '--prune-label', `app=${namespace}`];
  const first = await world.kapply(deploy);
  assert.equal(first.exitCode, 0, first.stderr + first.stdout);
  await world.write(folder, files(namespace, false));
  const kinds = ['--prune-kind', 'Namespace', '--prune-kind', 'ConfigMap'];
  const inner = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: `${namespace}-inner` };
  return { namespace, inner, prune: (...more) => world.kapply([...deploy, ...kinds, ...more]) };
}

async function isGone(world: World, name: Name): Promise<true | undefined> {
  const found = await world.get(name);
  return found === undefined || found.metadata.deletionTimestamp !== undefined ? true : undefined;
}

const claims = (namespace: string): string => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: ${namespace}, annotations: { kapply.dev/on-immutable: recreate } }
spec: { accessModes: [ReadWriteOnce], storageClassName: CLASS, resources: { requests: { storage: 1Gi } } }
`;

export const containersTable: PromiseTable = {
  promise: 'what others live in and what holds data goes by no label, and never with what is not the set’s own',
  cases: [
    {
      name: 'a Namespace of the set is asked about, and refused where nobody can answer',
      run: async (world) => {
        const { inner, prune } = await left(world);
        const refused = await prune();
        assert.equal(refused.exitCode, 2, refused.stdout);
        assert.match(refused.stderr + refused.stdout, /Namespace\/\S+-inner would be deleted with/);
        assert.equal(await isGone(world, inner), undefined);
      },
    },
    {
      name: 'a Namespace of the set goes with the agreement of a person',
      run: async (world) => {
        const { inner, prune } = await left(world);
        const done = await prune('--yes');
        assert.equal(done.exitCode, 0, done.stdout + done.stderr);
        await world.eventually('the namespace goes', () => isGone(world, inner));
      },
    },
    {
      name: 'a Namespace stays that has objects of others in it',
      run: async (world) => {
        const { inner, prune } = await left(world);
        const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: inner.name } };
        await world.apply([theirs]);
        const ran = await prune('--yes');
        assert.equal(await isGone(world, inner), undefined, ran.stdout);
        assert.match(ran.stdout, /would take others' objects with it: ConfigMap\/theirs/);
      },
    },
    {
      name: 'a Namespace stays that this very deploy applies something in',
      run: async (world) => {
        const namespace = await world.namespace();
        const folder = await world.folder(files(namespace, true));
        const deploy = ['deploy', '-k', folder, '--prune-label', `app=${namespace}`];
        assert.equal((await world.kapply(deploy)).exitCode, 0);
        const { 'kustomization.yaml': kustomization = '', ...rest } = files(namespace, true);
        await world.write(folder, { ...rest, 'kustomization.yaml': kustomization.replace('namespace.yaml, ', '') });
        const ran = await world.kapply([...deploy, '--prune-kind', 'Namespace', '--yes']);
        const inner = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: `${namespace}-inner` };
        assert.equal(await isGone(world, inner), undefined, ran.stdout);
      },
    },
    {
      name: 'a claim is never recreated, whatever its annotation says',
      // The sandbox lets any field of a claim change.
      only: 'real',
      run: async (world) => {
        const namespace = await world.namespace();
        const folder = await world.folder({ 'claim.yaml': claims(namespace).replace('CLASS', 'none') });
        const deploy = ['deploy', '-f', folder, '--no-wait', '--yes'];
        assert.equal((await world.kapply(deploy)).exitCode, 0);
        const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: 'data' };
        const before = await world.get(claim);
        await world.write(folder, { 'claim.yaml': claims(namespace).replace('CLASS', 'other') });
        const ran = await world.kapply(deploy);
        assert.equal(ran.exitCode, 5, ran.stdout + ran.stderr);
        assert.equal((await world.get(claim))?.metadata.uid, before?.metadata.uid);
      },
    },
    {
      name: 'a claim that a StatefulSet at 0 would take up again stays',
      run: async (world) => {
        const namespace = await world.namespace();
        const labels = { app: namespace };
        const spec = {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'none',
          resources: { requests: { storage: '1Gi' } },
        };
        const template = {
          metadata: { labels: { run: 'db' } },
          spec: { containers: [{ name: 'db', image: 'db' }] },
        };
        await world.apply([
          { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk-db-0', namespace, labels }, spec },
          {
            apiVersion: 'apps/v1',
            kind: 'StatefulSet',
            metadata: { name: 'db', namespace },
            spec: {
              replicas: 0,
              serviceName: 'db',
              selector: { matchLabels: { run: 'db' } },
              template,
              volumeClaimTemplates: [{ metadata: { name: 'disk' }, spec }],
            },
          },
        ]);
        const args = ['prune', '-l', `app=${namespace}`, '-n', namespace, '--prune-kind', 'PersistentVolumeClaim'];
        const ran = await world.kapply([...args, '--adopt', '--older-than', '0s', '--yes']);
        const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: 'disk-db-0' };
        assert.equal(await isGone(world, claim), undefined, ran.stdout);
      },
    },
  ],
};
