/** The package as each package manager installs it: the command starts, and what is exported can be imported. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { install } from './installation.js';

const run = promisify(execFile);
const PROGRAM =
  "import { EXIT } from 'kapply'; import { startSandbox } from 'kapply/sandbox'; console.log(EXIT.done, typeof startSandbox);\n";

/** Each as npx brings it: what adds the package to a project, and what starts a program of the project. */
const MANAGERS = {
  'npm in a project': { add: ['npm', 'install', '--no-audit', '--no-fund'], exec: ['npx', '--no-install'] },
  pnpm: { add: ['npx', '--yes', 'pnpm@10.34.9', 'add'], exec: ['npx', '--yes', 'pnpm@10.34.9', 'exec'] },
  'yarn 1': { add: ['npx', '--yes', 'yarn@1.22.22', 'add'], exec: ['npx', '--yes', 'yarn@1.22.22', '--silent'] },
  // Without node_modules: every file is read from the archive.
  "yarn 4 with Plug'n'Play": {
    add: ['npx', '--yes', '@yarnpkg/cli-dist@4.18.1', 'add'],
    exec: ['npx', '--yes', '@yarnpkg/cli-dist@4.18.1', 'exec'],
  },
} as const;

// What they start is the Node that they run on.
(process.env.KAPPLY_NODE === undefined ? describe : describe.skip)('the package installed by', () => {
  let home: string;
  let packed: string;
  before(async function () {
    this.timeout(240_000);
    home = await mkdtemp(join(tmpdir(), 'kapply-managers-'));
    packed = (await install()).tarball;
  });
  after(() => rm(home, { recursive: true, force: true }));

  /** Runs a program with a home of its own, without what mocha and npm put into the environment. */
  async function output([command, ...args]: readonly string[], cwd: string, path = process.env.PATH): Promise<string> {
    const env = {
      PATH: path,
      HOME: home,
      ...(process.env.npm_config_registry && { npm_config_registry: process.env.npm_config_registry }),
    };
    return (await run(command ?? '', args, { cwd, env })).stdout;
  }

  for (const [name, { add, exec }] of Object.entries(MANAGERS)) {
    it(name, async () => {
      const project = join(home, name.replace(/\W+/g, '-'));
      await mkdir(project);
      await writeFile(join(project, 'package.json'), '{"private": true, "name": "project"}\n');
      await writeFile(join(project, 'program.mjs'), PROGRAM);
      if (name.startsWith('yarn')) await writeFile(join(project, 'yarn.lock'), '');
      await output([...add, name.startsWith('yarn 4') ? `kapply@file:${packed}` : packed], project);
      assert.match(await output([...exec, 'kapply', '--version'], project), /^kapply\/\d+\.\d+\.\d+/m);
      assert.equal(await output([...exec, 'node', 'program.mjs'], project), '0 function\n');
    });
  }

  it('npm for all projects, with its man page', async () => {
    const prefix = join(home, 'prefix');
    await output(['npm', 'install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', packed], home);
    const path = `${join(prefix, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`;
    for (const command of ['kapply', 'kubectl-kapply'])
      assert.match(await output([command, '--version'], home, path), /^kapply\/\d+\.\d+\.\d+/);
    assert.match(await output(['head', '-c', '1000', join(prefix, 'share/man/man1/kapply.1')], home), /\.TH KAPPLY/i);
  });

  it('npx, for one run', async () => {
    const said = await output(['npx', '--yes', '--package', packed, 'kapply', '--version'], home);
    assert.match(said, /^kapply\/\d+\.\d+\.\d+/);
  });
});
