/** The single executable: without Node and without the package's files it does what the package does. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { install } from './installation.js';
import { writeShop } from './shop.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const NODE = process.env.KAPPLY_NODE ?? process.execPath;

describe(`the single executable, with Node ${process.env.KAPPLY_NODE === undefined ? process.version : NODE}`, () => {
  let home: string;
  let executable: string;
  let kapply: string;

  before(async function () {
    this.timeout(240_000);
    kapply = (await install()).command('kapply');
    home = await mkdtemp(join(tmpdir(), 'kapply-executable-'));
    await run(NODE, [join(root, 'scripts/sea.js'), join(home, 'bin')], { cwd: root });
    executable = join(home, 'bin/kapply');
    await writeShop(join(home, 'shop'), { password: 'one' });
  });
  after(() => rm(home, { recursive: true, force: true }));

  /** Runs a program beside the shop, with nothing of this process' environment. */
  const inShop = async (program: string, args: readonly string[]): Promise<string> => {
    const env = { PATH: '/nowhere', HOME: home, KUBECONFIG: join(home, 'none') };
    const { stdout } = await run(program, [...args], { cwd: join(home, 'shop'), env, maxBuffer: 64e6 });
    return stdout;
  };

  for (const args of [['--version'], ['--help'], ['deploy', '--help'], ['completion', 'bash'], ['render', '-k', '.']]) {
    it(`says what the package says: ${args.join(' ')}`, async () => {
      assert.equal(await inShop(executable, args), await inShop(NODE, [kapply, ...args]));
    });
  }

  it('deploys, with defaults from a file', async () => {
    await writeFile(join(home, 'shop/.kapply.yaml'), 'prune-label: app=shop\n');
    const deploy = ['deploy', '-k', '.', '--sandbox', '--sandbox-state', join(home, 'state.json')];
    await inShop(executable, deploy);
    // A cluster counts ages in seconds, and what is as young as the run is not pruned.
    await sleep(1100);
    await writeShop(join(home, 'shop'), { password: 'two' });
    assert.match(await inShop(executable, deploy), /1\/1 deleted/);
  });

  it('knows when kubectl has started it, through a link as krew makes it', async () => {
    const link = join(home, 'kubectl-kapply');
    await symlink(executable, link);
    const failed = await inShop(link, ['deploy', '--no-such-flag']).catch((error: unknown) => error);
    assert.ok(failed instanceof Error && 'stderr' in failed);
    assert.match(String(failed.stderr), /Run "kubectl kapply deploy --help"/);
  });

  it('fails as the package fails', async () => {
    const failed = await inShop(executable, ['deploy', '--no-such-flag']).catch((error: unknown) => error);
    assert.ok(failed instanceof Error && 'code' in failed && 'stderr' in failed);
    assert.equal(failed.code, 2);
    assert.match(String(failed.stderr), /no-such-flag/);
  });
});
