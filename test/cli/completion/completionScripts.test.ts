import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { spawn } from '@lydell/node-pty';
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
      { name: 'context', type: 'option', description: 'Of the kubeconfig.' },
      { name: 'secret', type: 'boolean', hidden: true },
    ],
  },
  { id: 'diff', summary: 'Show the plan.', flags: [] },
];

/** What only the stand-in for the program knows: it prints what `__complete` would. */
const LIVE: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
  [
    ['deploy', '--context', 'prod'],
    ['prod-eu', 'prod-us'],
  ],
  [['deploy', '--context=prod-e'], ['prod-eu']],
];
const STAND_IN = `#!/bin/sh
for word; do last=$word; done
case "$last" in --context=*) prefix=--context= ;; esac
for name in prod-eu prod-us; do case "$prefix$name" in "$last"*) echo "$prefix$name" ;; esac; done
echo :4
`;

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The shell, and why nothing of it is tried here, where it is not there. */
const named = (shell: string): string => (isInstalled(shell) ? shell : `${shell}: skipped, it is not installed`);

describe('completion scripts', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-completion-'));
    for (const [shell, script] of Object.entries(COMPLETION_SCRIPTS)) {
      await writeFile(join(folder, shell), script('kapply', commands));
    }
    await writeFile(join(folder, 'kapply'), STAND_IN);
    await chmod(join(folder, 'kapply'), 0o755);
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

  describe(named('bash'), () => {
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

  describe(named('fish'), () => {
    /** What it offers for each line, in one run: starting fish takes longer than all of them. */
    let offered: ReadonlyMap<string, readonly string[]>;
    // readline alone breaks words at "=".
    const lines = [...cases.filter(([words]) => !words.includes('=')), ...LIVE].map(
      ([words, expected]) => [`kapply ${words.join(' ')}`, expected] as const,
    );
    before(async function () {
      if (!isInstalled('fish')) this.skip();
      const ask =
        'source $argv[1]; for line in $argv[2..-1]; echo "#$line"; complete -C "$line" | string replace -r "\\t.*" ""; end';
      const { stdout } = await run('fish', ['-N', '-c', ask, join(folder, 'fish'), ...lines.map(([line]) => line)], {
        env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder },
      });
      const parts = stdout.split(/^#/m).slice(1);
      offered = new Map(
        parts.map((part) => part.split('\n').filter(Boolean)).map(([line = '', ...rest]) => [line, rest]),
      );
    });
    for (const [line, expected] of lines) {
      it(`completes "${line}"`, () => {
        const found = (offered.get(line) ?? assert.fail(line)).map((word) => word.replace(/^--[^=]*=/, ''));
        assert.deepEqual(found.sort(), expected);
      });
    }
  });

  describe(named('zsh'), () => {
    before(function () {
      if (!isInstalled('zsh')) this.skip();
    });
    it('is accepted, quotes and colons and all', async () => {
      const load = 'autoload -U compinit; compinit -u -D; source "$1"; print $_comps[kapply]';
      const { stdout, stderr } = await run('zsh', ['-f', '-c', load, 'zsh', join(folder, 'zsh')]);
      assert.deepEqual({ stdout, stderr }, { stdout: '_kapply\n', stderr: '' });
    });

    // A line is edited only on a terminal: what stands there after TAB is written to a file by a key of its own.
    const typed: readonly (readonly [typed: string, line: string])[] = [
      ['kapply dep', 'kapply deploy '],
      ['kapply deploy --dry-run=s', 'kapply deploy --dry-run=server '],
      ['kapply deploy --dry-run c', 'kapply deploy --dry-run client '],
      ['kapply deploy --no', 'kapply deploy --no-wait '],
      ['kapply deploy --kust', 'kapply deploy --kustomize='],
      ['kapply deploy -k only-f', 'kapply deploy -k only-folder/'],
      ['kapply deploy --timeout only', 'kapply deploy --timeout only'],
      ['kapply deploy --context=prod-e', 'kapply deploy --context=prod-eu '],
      ['kapply deploy --context prod-u', 'kapply deploy --context prod-us '],
      ['kubectl-kapply dif', 'kubectl-kapply diff '],
    ];
    it('completes what is typed on a terminal', async () => {
      await writeFile(
        join(folder, '.zshrc'),
        `PS1='> '; autoload -U compinit; compinit -u -D; source ${folder}/zsh
tell() { print -r -- "$BUFFER|" >>${folder}/told; zle kill-buffer }
zle -N tell; bindkey '^I' complete-word; bindkey '^G' tell; unsetopt BEEP; print -r -- began >>${folder}/told\n`,
      );
      await mkdir(join(folder, 'only-folder'));
      const env = {
        PATH: `${folder}:${process.env.PATH ?? ''}`,
        HOME: folder,
        ZDOTDIR: folder,
        TERM: 'xterm',
        LANG: 'C.UTF-8',
      };
      const terminal = spawn('zsh', ['-d', '-i'], { cols: 120, rows: 30, cwd: folder, env });
      const told = async (): Promise<string[]> =>
        (await readFile(join(folder, 'told'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
      const until = async (count: number): Promise<void> => {
        while ((await told()).length < count) await sleep(20);
      };
      await until(1);
      for (const [index, [line]] of typed.entries()) {
        terminal.write(`${line}\t\u0007`);
        await until(index + 2);
      }
      terminal.kill();
      assert.deepEqual(
        (await told()).slice(1),
        typed.map(([, line]) => `${line}|`),
      );
    });
  });
});
