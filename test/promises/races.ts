/** What begins to be used while it is judged, or comes back into use, is there in the end. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
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
