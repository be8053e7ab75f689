import assert from 'node:assert/strict';
import { CONTAINER_ROWS, staysBy, type Ground, type Verb } from './containerRows.js';
import type { Name, PromiseCase, PromiseTable, World } from './world.js';

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

const VERBS: readonly Verb[] = ['deploy', 'prune', 'delete'];
const KINDS = ['Namespace', 'CustomResourceDefinition', 'PersistentVolume', 'PersistentVolumeClaim'];

interface Rendered {
  readonly name: Name;
  readonly uid: string;
}

/** One set with the containers of all rows, which others have put their things into: one run judges them all. */
async function withRows(world: World): Promise<{ folder: string; args: readonly string[]; containers: Rendered[] }> {
  const namespace = await world.namespace();
  const ground: Ground = { namespace, inCluster: (short) => `${namespace}-${short}` };
  const rendered = CONTAINER_ROWS.map((row) => row.rendered(ground));
  const folder = await world.folder({
    'kustomization.yaml': `
metadata: { name: rows-${namespace} }
resources: [all.json, rest.yaml]
labels: [{ pairs: { app: ${namespace} } }]
`,
    'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: rendered.flat() }),
    'rest.yaml': `{ apiVersion: v1, kind: ConfigMap, metadata: { name: rest, namespace: ${namespace} } }`,
  });
  const first = await world.kapply(['deploy', '-k', folder, '--no-wait']);
  assert.equal(first.exitCode, 0, first.stderr + first.stdout);
  await world.apply(CONTAINER_ROWS.flatMap((row) => row.others?.(ground) ?? []));
  const containers = await Promise.all(
    rendered.map(async ([{ apiVersion, kind, metadata }]): Promise<Rendered> => {
      const name = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
      const live = await world.get(name);
      return { name, uid: live?.metadata.uid ?? '' };
    }),
  );
  return { folder, args: ['-n', namespace], containers };
}

/** The rows under one verb: deploy and delete ask first, and are refused where nobody can answer. */
function rowsCase(verb: Verb): PromiseCase {
  return {
    name: `${verb} takes a container that is asked for only where nothing of others goes with it`,
    run: async (world) => {
      const {
        folder,
        args: [, namespace = ''],
        containers,
      } = await withRows(world);
      const kinds = KINDS.flatMap((kind) => ['--prune-kind', kind]);
      const label = `app=${namespace}`;
      if (verb === 'deploy') {
        await world.write(folder, {
          'kustomization.yaml': `
metadata: { name: rows-${namespace} }
resources: [rest.yaml]
labels: [{ pairs: { app: ${namespace} } }]
`,
        });
      }
      const args =
        verb === 'prune'
          ? ['prune', '-l', label, '-n', namespace, '--older-than', '0s']
          : [verb, '-k', folder, ...(verb === 'deploy' ? ['--prune-label', label] : [])];
      const asked = await world.kapply([...args, ...kinds]);
      assert.equal(asked.exitCode, 2, asked.stdout + asked.stderr);
      for (const { name } of containers) assert.equal(await isGone(world, name), undefined, asked.stdout);
      const ran = await world.kapply([...args, ...kinds, '--yes', '-o', 'json', '--timeout', '20s']);
      const report = JSON.parse(ran.stdout) as {
        prune: readonly { kind: string; name: string; outcome: string; reason: string }[];
      };
      const wrong: string[] = [];
      for (const [index, row] of CONTAINER_ROWS.entries()) {
        const { name, uid } = containers[index]!;
        const said = report.prune.find((one) => one.kind === name.kind && one.name === name.name);
        const words = said === undefined ? 'not named' : `${said.outcome}: ${said.reason}`;
        const live = await world.get(name);
        const isThere = live?.metadata.uid === uid && live.metadata.deletionTimestamp === undefined;
        const stays = staysBy(row, verb);
        if (isThere !== (stays !== undefined) || (stays !== undefined && !stays.test(words))) {
          wrong.push(`${row.what} ${isThere ? 'is there' : 'is gone'}: ${words}`);
        }
      }
      assert.deepEqual(wrong, [], ran.stdout + ran.stderr);
      await Promise.all(containers.map(({ name }) => world.remove(name)));
    },
  };
}

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
    ...VERBS.map(rowsCase),
  ],
};
