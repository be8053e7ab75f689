/** What begins to be used while it is judged, or comes back into use, is there in the end. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { PRUNE_DEFAULTS } from '../../src/engine/run/defaults.js';
import { pruneCluster, type PruneClusterOptions } from '../../src/engine/run/pruneCluster.js';
import type { Cluster } from '../../src/cluster/cluster.js';
import type { Report } from '../../src/engine/run/report.js';
import { shopFiles } from './stale.js';
import type { PromiseTable, RanKapply, World } from './world.js';

const USED_AT = 'kapply.dev/used-at';

/** A config that nothing names, as a dashboard that is found by its label. */
function dashboard(value: string) {
  return {
    'kustomization.yaml': `
metadata: { name: shop }
configMapGenerator: [{ name: cfg, literals: [value=${value}] }]
generatorOptions: { labels: { app: shop } }
`,
  };
}

/** A labelled generated config that nothing uses, a second old. @returns its name */
async function staleConfig(world: World, namespace: string): Promise<string> {
  const metadata = { name: 'cfg-2456789bcd', namespace, labels: { app: 'shop' } };
  await world.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata }], 'kapply');
  await world.aSecondLater();
  return metadata.name;
}

async function ground(world: World) {
  const namespace = await world.namespace();
  const run = async (exitCode: number, args: readonly string[]): Promise<RanKapply> => {
    const ran = await world.kapply([...args, '-n', namespace]);
    assert.equal(ran.exitCode, exitCode, `${args.join(' ')}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
  };
  const configs = async (): Promise<readonly KubeObject[]> =>
    (await world.list('v1', 'ConfigMap', namespace)).filter(({ metadata }) => metadata.name.startsWith('cfg-'));
  /** The names of the configs that carry the mark of a return into use. */
  const marked = async (): Promise<string[]> =>
    (await configs())
      .filter(({ metadata }) => metadata.annotations?.[USED_AT] !== undefined)
      .map(({ metadata }) => metadata.name);
  const nameOf = async (key: string, value: string): Promise<string | undefined> =>
    (await configs()).find(({ data }) => (data as Record<string, string>)[key] === value)?.metadata.name;
  return { namespace, run, configs, marked, nameOf };
}

/** A prune in this process, so that a request of it can be held back; `asked` happens while its question is open. */
function prune(cluster: Cluster, namespace: string, asked = () => Promise.resolve()): Promise<Report> {
  const options: PruneClusterOptions = {
    ...PRUNE_DEFAULTS,
    selector: 'app=shop',
    namespaces: [namespace],
    includeNewest: true,
    olderThanMs: 0,
    pruneLimit: 100,
    timeoutMs: 20_000,
  };
  return pruneCluster(options, {
    cluster,
    emit: () => undefined,
    signal: new AbortController().signal,
    now: Date.now,
    confirm: async () => {
      await asked();
      return 'agreed';
    },
    runner: { identity: 'races', hasEnded: () => false },
  });
}

/** Somebody does this when the judgement is made and the DELETE is not sent yet. */
function beforeDelete(cluster: Cluster, act: () => Promise<void>): Cluster {
  let acted: Promise<void> | undefined;
  return {
    ...cluster,
    remove: async (address, options) => {
      if (options?.dryRun !== true) await (acted ??= act());
      return cluster.remove(address, options);
    },
  };
}

/** A Pod of somebody's that reads the config. */
function reader(namespace: string, kind: 'ConfigMap' | 'Secret', name: string): KubeObject {
  const envFrom = kind === 'ConfigMap' ? [{ configMapRef: { name } }] : [{ secretRef: { name } }];
  const container = { name: 'web', image: 'registry.example.com/shop/web:1', command: ['sleep', 'infinity'], envFrom };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late', namespace }, spec: { containers: [container] } };
}

/** A kind that nobody knew of; one for each namespace, so that nobody else has it. */
function lateDefinition(namespace: string) {
  const group = `${namespace}.example.com`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `lates.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Late', plural: 'lates', singular: 'late', listKind: 'LateList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

const LABEL = ['--prune-label', 'app=shop'];

export const racesTable: PromiseTable = {
  promise: 'what begins to be used while something else judges it is there in the end',
  cases: [
    {
      name: 'a config that nothing names is not touched by a plain redeploy',
      run: async (world) => {
        const { run, marked } = await ground(world);
        const folder = await world.folder(dashboard('red'));
        for (const command of ['deploy', 'deploy', 'diff']) await run(0, [command, '-k', folder, ...LABEL]);
        assert.deepEqual(await marked(), []);
      },
    },
    {
      name: 'a config that nothing names is marked once when it comes back while a newer one of its family lives',
      run: async (world) => {
        const { run, marked, nameOf } = await ground(world);
        const folder = await world.folder(dashboard('red'));
        const keep = [...LABEL, '--keep', '1'];
        await run(0, ['deploy', '-k', folder, ...keep]);
        const first = await nameOf('value', 'red');
        await world.write(folder, dashboard('blue'));
        await run(0, ['deploy', '-k', folder, ...keep]);
        await world.write(folder, dashboard('red'));
        await run(1, ['diff', '-k', folder, ...keep]);
        await run(0, ['deploy', '-k', folder, ...keep]);
        assert.deepEqual(await marked(), [first]);
        await run(0, ['diff', '-k', folder, ...keep]);
      },
    },
    ...(['ConfigMap', 'Secret'] as const).map((kind) => ({
      name: `a ${kind} that somebody begins to use between its judgement and its DELETE is created again`,
      run: async (world: World) => {
        const { namespace } = await ground(world);
        const name = 'cfg-2456789bcd';
        const config: KubeObject = {
          apiVersion: 'v1',
          kind,
          metadata: { name, namespace, labels: { app: 'shop' }, annotations: { note: 'kept' } },
          ...(kind === 'Secret' && { type: 'example.com/token' }),
          immutable: true,
          data: { value: 'aGlkZGVu' },
        };
        await world.apply([config], 'kapply');
        const before = await world.get({ apiVersion: 'v1', kind, namespace, name });
        await world.aSecondLater();
        const report = await prune(
          beforeDelete(world.cluster, async () => world.apply([reader(namespace, kind, name)])),
          namespace,
        );
        assert.equal(report.summary.exitCode, 6, JSON.stringify(report));
        assert.deepEqual(
          report.prune.map(({ outcome }) => outcome),
          ['restored'],
        );
        const said = `${kind}/${name} is created again: Pod/late began to use it while it was deleted`;
        assert.ok(report.warnings.includes(said), JSON.stringify(report.warnings));
        assert.ok(!JSON.stringify(report).includes('aGlkZGVu'));
        const after = await world.get({ apiVersion: 'v1', kind, namespace, name });
        assert.ok(before !== undefined && after !== undefined);
        assert.notEqual(after.metadata.uid, before.metadata.uid);
        const { metadata: _, ...content } = after;
        const { metadata: __, ...original } = before;
        assert.deepEqual(content, original);
        assert.deepEqual(
          [after.metadata.labels, after.metadata.annotations],
          [before.metadata.labels, before.metadata.annotations],
        );
      },
    })),
    {
      name: 'a config that a custom resource names stays, although its kind was defined while the question was open',
      run: async (world) => {
        const { namespace } = await ground(world);
        const name = await staleConfig(world, namespace);
        const definition = lateDefinition(namespace);
        const { group } = definition.spec;
        const gadget = {
          apiVersion: `${group}/v1`,
          kind: 'Late',
          metadata: { name: 'late', namespace },
          spec: { from: name },
        };
        try {
          const report = await prune(world.cluster, namespace, async () => {
            await world.apply([definition]);
            await world.eventually('the kind', async () => {
              const { resources } = await world.cluster.discover({ refresh: true });
              return resources.find((one) => one.group === group);
            });
            await world.apply([gadget]);
          });
          assert.deepEqual(
            report.prune.map(({ outcome, reason }) => [outcome, reason]),
            [['kept', 'in use by Late/late']],
          );
        } finally {
          await world.remove({
            apiVersion: definition.apiVersion,
            kind: definition.kind,
            namespace: '',
            name: definition.metadata.name,
          });
        }
      },
    },
    {
      name: 'what may not be read is deleted all the same, and it is said that it cannot be created again',
      only: 'sandbox',
      run: async (world) => {
        const { namespace } = await ground(world);
        const name = await staleConfig(world, namespace);
        const refused = world.sandbox?.faults.add(
          { kind: 'refuse', code: 403, message: 'no get' },
          { on: ({ verb, url }) => verb === 'get' && url.includes(name), times: Infinity },
        );
        try {
          const report = await prune(
            beforeDelete(world.cluster, async () => world.apply([reader(namespace, 'ConfigMap', name)])),
            namespace,
          );
          assert.equal(report.summary.exitCode, 6);
          assert.deepEqual(report.prune.map(({ outcome }) => outcome).sort(), ['deleted', 'failed']);
          assert.match(report.warnings.join('\n'), /could not be created again: .*auth can-i get configmaps/);
        } finally {
          refused?.();
        }
      },
    },
    ...(['deploy', 'delete', 'prune'] as const).map((verb) => ({
      name: `a config that a Pod begins to use just before its DELETE is there after a ${verb}, which ends with 6`,
      only: 'sandbox' as const,
      run: async (world: World) => {
        const { namespace, run, nameOf } = await ground(world);
        const { sandbox } = world;
        assert.ok(sandbox);
        const folder = await world.folder(shopFiles('red'));
        await run(0, ['deploy', '-k', folder, ...LABEL]);
        const first = await nameOf('color', 'red');
        assert.ok(first);
        if (verb !== 'delete') {
          await world.write(folder, shopFiles('blue'));
          if (verb === 'prune') await run(0, ['deploy', '-k', folder, ...LABEL, '--keep', '1']);
        }
        const act = (): void => void sandbox.store.create('Pod', reader(namespace, 'ConfigMap', first));
        sandbox.faults.add(
          { kind: 'meanwhile', act },
          { on: ({ verb: does, url }) => does === 'delete' && url.includes(first) && !url.includes('dryRun') },
        );
        const args =
          verb === 'prune'
            ? ['prune', '-l', 'app=shop', '--older-than', '0s', '--yes']
            : [verb, '-k', folder, ...LABEL, '--yes'];
        const { stdout } = await run(6, [...args, '-o', 'json']);
        const { prune: pruned } = JSON.parse(stdout) as { prune: readonly { name: string; outcome: string }[] };
        assert.equal(pruned.findLast(({ name }) => name === first)?.outcome, 'restored');
        assert.equal(await nameOf('color', 'red'), first);
      },
    })),
    {
      name: 'a Deployment that is rolled back between the judgement and the DELETE finds its config',
      run: async (world) => {
        const { namespace, run, configs, nameOf } = await ground(world);
        const folder = await world.folder(shopFiles('red'));
        await run(0, ['deploy', '-k', folder, ...LABEL, '--keep', '1']);
        const first = await nameOf('color', 'red');
        await world.write(folder, shopFiles('blue'));
        await run(0, ['deploy', '-k', folder, ...LABEL, '--keep', '1']);
        await world.aSecondLater();
        const undo = async (): Promise<void> => {
          const container = { name: 'web', envFrom: [{ configMapRef: { name: first } }] };
          const resource = (await world.cluster.discover()).resources.find(
            ({ group, kind }) => group === 'apps' && kind === 'Deployment',
          );
          assert.ok(resource);
          await world.cluster.patch(
            { resource, namespace, name: 'web' },
            { spec: { template: { spec: { containers: [container] } } } },
            { type: 'strategic', fieldManager: 'kubectl-rollout' },
          );
        };
        const report = await prune(beforeDelete(world.cluster, undo), namespace);
        assert.equal(report.summary.exitCode, 6, JSON.stringify(report));
        assert.ok((await configs()).some(({ metadata }) => metadata.name === first));
      },
    },
    ...['-k', '-f'].map((flag) => ({
      name: `a config that comes back is there when the run fails after its workload was applied, with ${flag}`,
      only: 'sandbox' as const,
      run: async (world: World) => {
        const { namespace, run, nameOf } = await ground(world);
        const { sandbox } = world;
        assert.ok(sandbox);
        const folders = new Map<string, string>();
        for (const color of ['red', 'blue']) {
          const files = shopFiles(color);
          const more = {
            'deployment.yaml': `${files['deployment.yaml']}---${files['deployment.yaml']?.replaceAll('web', 'zz')}`,
          };
          const folder = await world.folder({ ...files, ...more });
          if (flag === '-k') folders.set(color, folder);
          else {
            const { stdout } = await world.kapply(['render', '-k', folder]);
            folders.set(color, await world.folder({ 'all.yaml': stdout }));
          }
        }
        const deploy = (exitCode: number, color: string) =>
          run(exitCode, ['deploy', flag, folders.get(color) ?? '', '--set', 'shop', ...LABEL, '--keep', '1']);
        await deploy(0, 'red');
        const first = (await nameOf('color', 'red')) ?? '';
        await deploy(0, 'blue');
        const isWrite = (url: string, name: string): boolean =>
          url.includes(`/deployments/${name}?`) && !url.includes('dryRun');
        const act = (): void => void sandbox.store.remove('ConfigMap', namespace, first);
        const planned = [
          sandbox.faults.add(
            { kind: 'meanwhile', act },
            { on: ({ verb, url }) => verb === 'patch' && isWrite(url, 'web') },
          ),
          sandbox.faults.add(
            { kind: 'refuse', code: 403, message: 'denied' },
            { on: ({ verb, url }) => verb === 'patch' && isWrite(url, 'zz'), times: Infinity },
          ),
        ];
        try {
          await deploy(5, 'red');
        } finally {
          for (const takeBack of planned) takeBack();
        }
        assert.equal(await nameOf('color', 'red'), first);
      },
    })),
    ...['-k', '-f'].map((flag) => ({
      name: `a config that a workload names again is marked, deployed with ${flag}`,
      run: async (world: World) => {
        const { run, marked, nameOf } = await ground(world);
        const folders = new Map<string, string>();
        for (const color of ['red', 'blue']) {
          const folder = await world.folder(shopFiles(color));
          if (flag === '-k') folders.set(color, folder);
          else {
            const { stdout } = await world.kapply(['render', '-k', folder]);
            folders.set(color, await world.folder({ 'all.yaml': stdout }));
          }
        }
        const deploy = (color: string) =>
          run(0, ['deploy', flag, folders.get(color) ?? '', '--set', 'shop', ...LABEL, '--keep', '1']);
        await deploy('red');
        const first = await nameOf('color', 'red');
        await deploy('blue');
        assert.deepEqual(await marked(), []);
        await deploy('red');
        assert.deepEqual(await marked(), [first]);
        await run(0, ['diff', flag, folders.get('red') ?? '', '--set', 'shop', ...LABEL, '--keep', '1']);
      },
    })),
  ],
};
