/** `--own`: a config goes with its last workload where nobody decides otherwise, and never where it was said to stay. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../src/objects/object.js';
import type { Name, PromiseTable, RanKapply, World } from './world.js';

const LABEL = ['--prune-label', 'app=shop'];
/** So long the garbage collector may take to delete what has lost its owner; it needs milliseconds. */
const COLLECTED_MS = 2000;

interface Options {
  /** The Deployments that read the config. */
  readonly workloads: readonly string[];
  readonly color: string;
  /** A label of the selector, which cannot be changed. */
  readonly track?: string;
}

function overlay({ workloads, color, track = 'a' }: Options): Readonly<Record<string, string>> {
  const deployments = workloads.map((name) => JSON.stringify(deployment(name, 'cfg', track)));
  return {
    'kustomization.yaml': `
metadata: { name: shop }
${workloads.length > 0 ? 'resources: [all.yaml]' : ''}
labels: [{ pairs: { app: shop } }]
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
`,
    ...(workloads.length > 0 && { 'all.yaml': deployments.join('\n---\n') }),
  };
}

function deployment(name: string, config: string, track = 'a', namespace?: string): KubeObject {
  const labels = { run: name, track };
  const container = {
    name: 'web',
    image: 'registry.example.com/shop/web:1',
    command: ['sleep', 'infinity'],
    envFrom: [{ configMapRef: { name: config } }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      annotations: { 'kapply.dev/on-immutable': 'recreate' },
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    },
  };
}

async function ground(world: World) {
  const namespace = await world.namespace();
  const run = async (exitCode: number, args: readonly string[]): Promise<RanKapply> => {
    const ran = await world.kapply([...args, '-n', namespace]);
    assert.equal(ran.exitCode, exitCode, `${args.join(' ')}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
  };
  const deploy = async (options: Options, flags: readonly string[] = [], exitCode = 0) =>
    run(exitCode, ['deploy', '-k', await world.folder(overlay(options)), ...LABEL, '--own', '--yes', ...flags]);
  const configOf = async (color: string): Promise<KubeObject | undefined> =>
    (await world.list('v1', 'ConfigMap', namespace)).find(
      ({ data }) => (data as Record<string, string> | undefined)?.color === color,
    );
  /** The names of the owners of the config with this content; undefined where it is gone. */
  const ownersOf = async (color: string): Promise<string[] | undefined> => {
    const config = await configOf(color);
    return config && (config.metadata.ownerReferences ?? []).map(({ name }) => name).sort();
  };
  const named = (name: string): Name => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  /** Waits as long as the garbage collector could take, and looks whether the config is there. */
  const stays = async (color: string): Promise<void> => {
    await sleep(COLLECTED_MS);
    assert.ok(await configOf(color), `the config ${color} was collected`);
  };
  return { namespace, run, deploy, configOf, ownersOf, named, stays };
}

export const ownTable: PromiseTable = {
  promise: 'with --own a config goes with its last workload, and what is said to be kept stays (own)',
  cases: [
    {
      name: 'a config goes with its last workload',
      run: async (world) => {
        const { deploy, ownersOf, named } = await ground(world);
        await deploy({ workloads: ['web', 'api'], color: 'red' });
        assert.deepEqual(await ownersOf('red'), ['api', 'web']);
        await world.remove(named('web'));
        await world.remove(named('api'));
        await world.eventually('the config is collected', async () => ((await ownersOf('red')) ? undefined : true));
      },
    },
    {
      name: 'a pruned workload does not take a revision with it that --keep keeps',
      run: async (world) => {
        const { deploy, named, stays } = await ground(world);
        await deploy({ workloads: ['web'], color: 'red' });
        await deploy({ workloads: [], color: 'blue' }, ['--keep', '1']);
        assert.equal(await world.get(named('web')), undefined);
        await stays('red');
      },
    },
    {
      name: 'a deleted set does not take a config with it that somebody else uses by now',
      run: async (world) => {
        const { namespace, deploy, run, configOf, named, stays } = await ground(world);
        const options = { workloads: ['web'], color: 'red' };
        await deploy(options);
        const name = (await configOf('red'))?.metadata.name ?? '';
        await world.apply([deployment('theirs', name, 'a', namespace)]);
        const ran = await run(0, ['delete', '-k', await world.folder(overlay(options)), '--yes']);
        assert.match(ran.stdout, /in use by/);
        assert.equal(await world.get(named('web')), undefined);
        await stays('red');
      },
    },
    {
      name: 'a workload that is recreated does not take an earlier revision with it that is kept',
      run: async (world) => {
        const { deploy, stays } = await ground(world);
        await deploy({ workloads: ['web'], color: 'red' });
        await deploy({ workloads: ['web'], color: 'blue', track: 'b' }, ['--keep', '1']);
        await stays('red');
        await stays('blue');
      },
    },
    {
      name: 'a workload that is renamed leaves its config to the new one',
      run: async (world) => {
        const { deploy, named, ownersOf, stays } = await ground(world);
        await deploy({ workloads: ['web'], color: 'red' });
        await deploy({ workloads: ['site'], color: 'red' });
        assert.equal(await world.get(named('web')), undefined);
        await stays('red');
        // The old one used it until the end of that run: the next one writes the owners anew.
        await deploy({ workloads: ['site'], color: 'red' });
        assert.deepEqual(await ownersOf('red'), ['site']);
      },
    },
    {
      name: 'of two workloads one is pruned: the other one owns the config alone',
      run: async (world) => {
        const { deploy, named, ownersOf, stays } = await ground(world);
        await deploy({ workloads: ['web', 'api'], color: 'red' });
        await deploy({ workloads: ['api'], color: 'red' });
        assert.equal(await world.get(named('web')), undefined);
        await stays('red');
        // The old one used it until the end of that run: the next one writes the owners anew.
        await deploy({ workloads: ['api'], color: 'red' });
        assert.deepEqual(await ownersOf('red'), ['api']);
      },
    },
    {
      name: 'a workload stays where its config cannot be released',
      only: 'sandbox',
      run: async (world) => {
        const { deploy, named, stays, configOf } = await ground(world);
        await deploy({ workloads: ['web'], color: 'red' });
        const name = (await configOf('red'))?.metadata.name ?? '';
        const release = world.sandbox?.faults.add(
          { kind: 'refuse', code: 403, message: 'no patch' },
          { on: ({ url }) => url.includes(`/configmaps/${name}`) && url.includes('kapply-own'), times: Infinity },
        );
        try {
          const ran = await deploy({ workloads: [], color: 'blue' }, ['--keep', '1'], 6);
          assert.match(ran.stdout, /could not be released/);
        } finally {
          release?.();
        }
        assert.ok(await world.get(named('web')));
        await stays('red');
      },
    },
  ],
};
