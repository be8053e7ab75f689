/** Two sets that render the same generated config: it stays as long as either uses it. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import type { Name, PromiseTable, RanKapply, World } from './world.js';

const LABEL = ['--prune-label', 'team=shop'];

interface Options {
  readonly value?: string;
  readonly labels?: string;
  readonly annotations?: string;
}

/** A generated config that nothing names: it is found by its label, as dashboards and alert rules are. */
function overlay(set: string, { value = 'one', labels = 'team: shop', annotations = '' }: Options = {}) {
  return {
    'kustomization.yaml': `
metadata: { name: ${set} }
configMapGenerator: [{ name: rules, literals: [value=${value}] }]
generatorOptions: { labels: { ${labels} }, annotations: { ${annotations} } }
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
  const deploy = async (set: string, options: Options = {}, flags: readonly string[] = [], exitCode = 0) =>
    run(exitCode, ['deploy', '-k', await world.folder(overlay(set, options)), ...LABEL, ...flags]);
  const configs = async (): Promise<readonly KubeObject[]> =>
    (await world.list('v1', 'ConfigMap', namespace)).filter(({ metadata }) => metadata.name.startsWith('rules-'));
  /** Who owns the config with this content; undefined where it is gone. */
  const ownersOf = async (value: string): Promise<string | undefined> => {
    const config = (await configs()).find(({ data }) => (data as Record<string, string>).value === value);
    const annotations = config?.metadata.annotations;
    if (annotations === undefined) return undefined;
    const others = Object.keys(annotations)
      .filter((key) => key.startsWith('co-owner.kapply.dev/'))
      .map((key) => key.slice('co-owner.kapply.dev/'.length));
    return [annotations['kapply.dev/set'] ?? 'nobody', ...others.sort()].join(' ');
  };
  const nameOf = async (value: string): Promise<Name> => {
    const config = (await configs()).find(({ data }) => (data as Record<string, string>).value === value);
    assert.ok(config, `no config holds ${value}`);
    return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: config.metadata.name };
  };
  return { namespace, run, deploy, configs, ownersOf, nameOf };
}

export const coOwnersTable: PromiseTable = {
  promise: 'a generated config that several sets render stays as long as one of them does',
  cases: [
    {
      name: 'rendered by another tool and deployed with -f, it is shared and replaced just the same',
      run: async (world) => {
        const { namespace, deploy, ownersOf, nameOf } = await ground(world);
        const deployFile = async (value: string): Promise<string> => {
          const folder = await world.folder(overlay('any', { value }));
          const { stdout: stdin } = await world.kapply(['render', '-k', folder]);
          const flags = ['-n', namespace, '--set', 'second', ...LABEL, '-o', 'json'];
          const ran = await world.kapply(['deploy', '-f', '-', ...flags], { stdin });
          assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
          return ran.stdout;
        };
        await deploy('first');
        await deployFile('one');
        assert.equal(await ownersOf('one'), 'first second');
        const { name } = await nameOf('one');
        const { changes } = JSON.parse(await deployFile('two')) as { changes: readonly { replaces?: string }[] };
        assert.deepEqual(
          changes.map(({ replaces }) => replaces),
          [name],
        );
        assert.equal(await ownersOf('one'), 'first');
      },
    },
    {
      name: 'the second set is recorded, and the first one’s change leaves the config to it',
      run: async (world) => {
        const { deploy, ownersOf } = await ground(world);
        await deploy('one');
        await deploy('two');
        assert.equal(await ownersOf('one'), 'one two');
        const ran = await deploy('one', { value: 'two' });
        assert.match(ran.stdout, /set two uses it as well/);
        assert.equal(await ownersOf('one'), 'two');
        await deploy('two', { value: 'two' });
        assert.equal(await ownersOf('one'), undefined);
        assert.equal(await ownersOf('two'), 'one two');
      },
    },
    {
      name: 'the second set’s change leaves it to the first, which deletes it in the end',
      run: async (world) => {
        const { deploy, ownersOf } = await ground(world);
        await deploy('one');
        await deploy('two');
        await deploy('two', { value: 'two' });
        assert.equal(await ownersOf('one'), 'one');
        await deploy('one', { value: 'two' });
        assert.equal(await ownersOf('one'), undefined);
      },
    },
    {
      name: 'of three sets two remain, and then one',
      run: async (world) => {
        const { deploy, ownersOf } = await ground(world);
        for (const set of ['one', 'two', 'three']) await deploy(set);
        assert.equal(await ownersOf('one'), 'one three two');
        await deploy('one', { value: 'x' });
        assert.equal(await ownersOf('one'), 'three two');
        await deploy('three', { value: 'x' });
        assert.equal(await ownersOf('one'), 'two');
        await deploy('two', { value: 'x' });
        assert.equal(await ownersOf('one'), undefined);
      },
    },
    {
      name: 'a delete of one set leaves it to the other',
      run: async (world) => {
        const { deploy, run, ownersOf } = await ground(world);
        await deploy('one');
        await deploy('two');
        await run(0, ['delete', '-k', await world.folder(overlay('one')), '--yes']);
        assert.equal(await ownersOf('one'), 'two');
        await run(0, ['delete', '-k', await world.folder(overlay('two')), '--yes']);
        assert.equal(await ownersOf('one'), undefined);
      },
    },
    {
      name: 'deploying it again changes nothing of whose it is',
      run: async (world) => {
        const { deploy, run, ownersOf } = await ground(world);
        await deploy('one');
        await deploy('two');
        await run(0, ['diff', '-k', await world.folder(overlay('two')), ...LABEL]);
        for (const set of ['two', 'one']) await deploy(set);
        assert.equal(await ownersOf('one'), 'one two');
      },
    },
    {
      name: 'what somebody edited is not what its name says: the second set does not use it',
      run: async (world) => {
        const { deploy, nameOf, ownersOf } = await ground(world);
        await deploy('one');
        await world.patch(await nameOf('one'), { data: { value: 'edited' } });
        const ran = await deploy('two', {}, [], 5);
        assert.match(ran.stdout, /its content is not what its name says/);
        assert.equal(await ownersOf('edited'), 'one');
      },
    },
    {
      name: 'the strictest mark stays, whichever set renders it',
      run: async (world) => {
        const { deploy, configs, run } = await ground(world);
        await deploy('one');
        await deploy('two', { annotations: 'kapply.dev/prune: disabled' });
        await deploy('one');
        const marks = async () => (await configs()).map(({ metadata }) => metadata.annotations?.['kapply.dev/prune']);
        assert.deepEqual(await marks(), ['disabled']);
        await deploy('one', { value: 'x' });
        await run(0, ['delete', '-k', await world.folder(overlay('two')), '--yes']);
        assert.equal((await configs()).length, 2);
      },
    },
    {
      name: 'the labels by which the second set is found are added, and it can be pruned by them',
      run: async (world) => {
        const { deploy, run, configs, ownersOf } = await ground(world);
        await deploy('one');
        const other = { labels: 'part: billing' };
        const mine = ['--prune-label', 'part=billing'];
        await run(0, ['deploy', '-k', await world.folder(overlay('two', other)), ...mine]);
        assert.deepEqual((await configs())[0]?.metadata.labels, { part: 'billing', team: 'shop' });
        await deploy('one', { value: 'x' });
        assert.equal(await ownersOf('one'), 'two');
        await run(0, ['deploy', '-k', await world.folder(overlay('two', { ...other, value: 'y' })), ...mine]);
        assert.equal(await ownersOf('one'), undefined);
      },
    },
    {
      name: 'kubectl annotate kapply.dev/set-: the second set still owns it, and the first one finds its way back',
      run: async (world) => {
        const { deploy, nameOf, ownersOf } = await ground(world);
        await deploy('one');
        await deploy('two');
        await world.patch(await nameOf('one'), { metadata: { annotations: { 'kapply.dev/set': null } } });
        await deploy('one');
        assert.equal(await ownersOf('one'), 'nobody one two');
        await deploy('one', { value: 'x' });
        assert.equal(await ownersOf('one'), 'nobody two');
        await deploy('two', { value: 'x' });
        assert.equal(await ownersOf('one'), undefined);
      },
    },
    {
      name: 'a stripped config is used as it is, and not deleted by the set that found it',
      run: async (world) => {
        const { deploy, nameOf, ownersOf } = await ground(world);
        await deploy('one');
        await world.patch(await nameOf('one'), { metadata: { annotations: { 'kapply.dev/set': null } } });
        await deploy('two');
        assert.equal(await ownersOf('one'), 'nobody two');
        await deploy('one');
        assert.equal(await ownersOf('one'), 'nobody one two');
      },
    },
    {
      name: 'two sets that begin at the same moment are both recorded',
      run: async (world) => {
        const { namespace, deploy, ownersOf } = await ground(world);
        await deploy('one');
        const start = async (set: string): Promise<RanKapply> =>
          world.kapply(['deploy', '-k', await world.folder(overlay(set)), ...LABEL, '-n', namespace]);
        for (const ran of await Promise.all([start('two'), start('three')])) assert.equal(ran.exitCode, 0, ran.stdout);
        assert.equal(await ownersOf('one'), 'one three two');
      },
    },
    {
      name: '--renamed-from moves a share as well',
      run: async (world) => {
        const { deploy, ownersOf } = await ground(world);
        await deploy('one');
        await deploy('two');
        await deploy('second', {}, ['--renamed-from', 'two']);
        assert.equal(await ownersOf('one'), 'one second');
        await deploy('first', { value: 'x' }, ['--renamed-from', 'one']);
        assert.equal(await ownersOf('one'), 'second');
      },
    },
    {
      name: 'an operator’s prune counts the families of two sets apart',
      run: async (world) => {
        const { deploy, run, configs } = await ground(world);
        await deploy('one');
        await deploy('two', { value: 'two' });
        await run(0, ['prune', '-l', 'team=shop', '--older-than', '0s', '--yes']);
        assert.equal((await configs()).length, 2);
      },
    },
  ],
};
