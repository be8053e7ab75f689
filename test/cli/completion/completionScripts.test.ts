import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMPLETION_SCRIPTS, type CompletedCommand } from '../../../src/cli/completion/completionScripts.js';

const run = promisify(execFile);

const commands: readonly CompletedCommand[] = [
  {
    id: 'deploy',
    summary: "Apply, then prune what isn't used [any more]: all of it.",
    flags: [
      { name: 'kustomize', type: 'option', char: 'k', description: 'Folder.', helpValue: 'DIR' },
      { name: 'timeout', type: 'option', description: 'Time.', helpValue: 'DURATION' },
      { name: 'dry-run', type: 'option', options: ['client', 'server'], description: "Don't change; it's a plan." },
      { name: 'wait', type: 'boolean', allowNo: true, description: 'Wait: until "ready".' },
      { name: 'secret', type: 'boolean', hidden: true },
    ],
  },
  { id: 'diff', summary: 'Show the plan.', flags: [] },
];

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('completion scripts', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-completion-'));
    for (const [shell, script] of Object.entries(COMPLETION_SCRIPTS)) {
      await writeFile(join(folder, shell), script('kapply', commands));
    }
  });
  after(() => rm(folder, { recursive: true }));

  const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
    [['d'], ['deploy', 'diff']],
    [['dif'], ['diff']],
    [['deploy', '--dry'], ['--dry-run']],
    [
      ['deploy', '--dry-run', ''],
      ['client', 'server'],
    ],
    [
      ['deploy', '--dry-run='],
      ['client', 'server'],
    ],
    [['deploy', '--dry-run', '=', 's'], ['server']],
    [
      ['deploy', '--dry-run', '='],
      ['client', 'server'],
    ],
    // What has no list of values is not a file either.
    [['deploy', '--timeout', ''], []],
    [['deploy', '--timeout='], []],
    [['deploy', '--no'], ['--no-wait']],
    [['deploy', '--se'], []],
    [['diff', '--'], []],
  ];

  describe('bash', () => {
    before(function () {
      if (!isInstalled('bash')) this.skip();
    });
    for (const [words, expected] of cases) {
      it(`completes "kapply ${words.join(' ')}"`, async () => {
        const complete =
          'source "$0"; COMP_WORDS=(kapply "$@"); COMP_CWORD=$#; _kapply; printf "%s\\n" "${COMPREPLY[@]}"';
        const { stdout } = await run('bash', ['-c', complete, join(folder, 'bash'), ...words]);
        assert.deepEqual(stdout.split('\n').filter(Boolean), expected);
      });
    }
  });

  describe('fish', () => {
    before(function () {
      if (!isInstalled('fish')) this.skip();
    });
    for (const [words, expected] of cases.slice(0, 4)) {
      it(`completes "kapply ${words.join(' ')}"`, async () => {
        const complete = 'source $argv[1]; complete -C "$argv[2]"';
        const { stdout } = await run('fish', ['-c', complete, join(folder, 'fish'), `kapply ${words.join(' ')}`]);
        const offered = stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
        assert.deepEqual(offered.filter(Boolean).sort(), expected);
      });
    }
  });

  describe('zsh', () => {
    before(function () {
      if (!isInstalled('zsh')) this.skip();
    });
    it('is accepted, quotes and colons and all', async () => {
      const load = 'autoload -U compinit; compinit -u -D; source "$1"; print $_comps[kapply]';
      const { stdout, stderr } = await run('zsh', ['-f', '-c', load, 'zsh', join(folder, 'zsh')]);
      assert.deepEqual({ stdout, stderr }, { stdout: '_kapply\n', stderr: '' });
    });
  });
});
