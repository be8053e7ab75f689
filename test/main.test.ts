import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EXIT } from '../src/errors.js';
import { runKapply } from './commands/runKapply.js';

interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stderr: RegExp;
}

const refused: readonly Case[] = [
  {
    name: 'an unknown command',
    argv: ['deplo'],
    stderr: /^error: unknown command "deplo"\n {2}try: Did you mean deploy\?\n {2}try: The commands are .*deploy/,
  },
  { name: 'flags before the command', argv: ['-n', 'shop', 'deploy'], stderr: /the command must come before -n/ },
  {
    name: 'an unknown flag',
    argv: ['deploy', '--nope'],
    stderr: /Nonexistent flag: --nope\n {2}try: Run "kapply deploy --help"/,
  },
  {
    name: 'an argument that nobody asked for',
    argv: ['deploy', 'overlays/prod'],
    stderr: /Unexpected argument: overlays\/prod/,
  },
  { name: 'a flag without its value', argv: ['deploy', '-k'], stderr: /Flag --kustomize expects a value/ },
  { name: 'nothing to deploy', argv: ['deploy'], stderr: /nothing to read: give -k DIR or -f PATH/ },
  { name: '-k and -f', argv: ['deploy', '-k', 'a', '-f', 'b'], stderr: /-k and -f exclude each other/ },
  {
    name: 'a bare --dry-run',
    argv: ['deploy', '-k', 'a', '--dry-run'],
    stderr: /--dry-run needs a value\n {2}try: --dry-run=server/,
  },
  {
    name: 'another --dry-run',
    argv: ['deploy', '-k', 'a', '--dry-run=none'],
    stderr: /--dry-run=none to be one of: client, server/,
  },
  {
    name: 'a time-out of nothing',
    argv: ['deploy', '-k', 'a', '--timeout=0'],
    stderr: /--timeout=0 would end every wait before it begins\n {2}try: .*--no-wait/,
  },
  { name: 'a bad duration', argv: ['deploy', '-k', 'a', '--timeout=5x'], stderr: /--timeout=5x: expected a duration/ },
  { name: 'a bad number', argv: ['deploy', '-k', 'a', '--keep=-1'], stderr: /--keep=-1: expected a whole number/ },
  {
    name: 'the same flag twice',
    argv: ['deploy', '-n', 'a', '-n', 'b'],
    stderr: /--namespace can only be specified once/,
  },
  {
    name: 'a bad value from the environment, naming the variable',
    argv: ['deploy', '-k', 'a'],
    env: { KAPPLY_OUTPUT: 'xml' },
    stderr: /^error: KAPPLY_OUTPUT: Expected --output=xml to be one of: text, json, yaml, name, ndjson/,
  },
  {
    name: 'a bad switch from the environment',
    argv: ['diff', '-k', 'a'],
    env: { KAPPLY_ADOPT: 'yes' },
    stderr: /KAPPLY_ADOPT: --adopt=yes: the value must be true or false/,
  },
  { name: 'no shell', argv: ['completion'], stderr: /which shell\? One of bash, zsh, fish/ },
  { name: 'another shell', argv: ['completion', 'csh'], stderr: /Expected csh to be one of: bash, zsh, fish/ },
  { name: 'nothing to render', argv: ['render'], stderr: /nothing to render: give -k DIR/ },
];

describe('main', () => {
  for (const { name, argv, env, stderr } of refused) {
    it(`refuses ${name} with exit 2, on stderr alone`, async () => {
      const result = await runKapply(argv, env === undefined ? {} : { env });
      assert.match(result.stderr, stderr);
      assert.deepEqual({ exitCode: result.exitCode, stdout: result.stdout }, { exitCode: 2, stdout: '' });
    });
  }

  it('says its version', async () => {
    for (const argv of [['--version'], ['version']]) {
      const result = await runKapply(argv);
      assert.match(result.stdout, /^kapply\/\d+\.\d+\.\d+ .*node-v\d+/);
      assert.equal(result.exitCode, 0);
    }
  });

  describe('where flags get their values', () => {
    let folder = '';
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kapply-main-'));
      await writeFile(join(folder, '.kapply.yaml'), 'timeout: from-file\nkeep: from-file\n');
    });
    after(() => rm(folder, { recursive: true }));

    // The value that is used is the one that is complained of.
    it('takes the command line over the environment over .kapply.yaml', async () => {
      const argv = ['deploy', '-k', folder];
      const env = { KAPPLY_TIMEOUT: 'from-env' };
      assert.match((await runKapply([...argv, '--timeout=from-flag'], { env })).stderr, /--timeout=from-flag:/);
      assert.match((await runKapply(argv, { env })).stderr, /--timeout=from-env:/);
      assert.match((await runKapply(argv)).stderr, /--timeout=from-file:/);
      assert.match((await runKapply([...argv, '--timeout=5m'])).stderr, /--keep=from-file:/);
    });

    it('says where a wrong value came from', async () => {
      const argv = ['deploy', '-k', folder];
      const env = { KAPPLY_TIMEOUT: 'from-env' };
      assert.match((await runKapply(argv, { env })).stderr, /^error: KAPPLY_TIMEOUT: --timeout=from-env: expected/);
      assert.match(
        (await runKapply(argv)).stderr,
        /^error: \S+\.kapply\.yaml:1:1: "timeout": --timeout=from-file: exp/,
      );
      for (const words of [
        ['prune', '-l', 'a in ('],
        ['deploy', '-k', folder, '--older-than=5x'],
      ]) {
        assert.doesNotMatch((await runKapply(words)).stderr, /Parsing|See more help/);
      }
    });

    it('looks for .kapply.yaml next to the kustomization, else in the working directory', async () => {
      assert.match((await runKapply(['deploy', '-k', '.'], { cwd: folder })).stderr, /--timeout=from-file:/);
      assert.match((await runKapply(['deploy', '-f', 'x.yaml'], { cwd: folder })).stderr, /--timeout=from-file:/);
    });
  });

  it('colours its errors only where that is wanted', async () => {
    assert.ok(!(await runKapply(['deplo'])).stderr.includes('\u001b'));
    assert.ok((await runKapply(['deplo'], { env: { FORCE_COLOR: '1' } })).stderr.startsWith('\u001b[31merror:'));
  });

  // Linux alone has a device that is always full.
  (process.platform === 'linux' ? it : it.skip)('fails where its output could not be written to the end', async () => {
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [join(import.meta.dirname, '../bin/dev.js'), '--version'], {
      stdio: ['ignore', full.fd, 'pipe'],
    });
    const [said] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
    await full.close();
    assert.equal(said, 'error: the output could not be written to its end (ENOSPC: no space is left on the disk)\n');
    assert.equal(child.exitCode, EXIT.input);
  });
});
