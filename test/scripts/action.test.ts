/** The GitHub Action, run as a runner would: its inputs in the environment, a stub in the place of npm and kapply. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import Deploy from '../../src/commands/deploy.js';

const root = join(import.meta.dirname, '../..');

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly shell: string; readonly run: string; readonly env: Record<string, string> }[];
  };
}

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const [install, deploy] = action.runs.steps;

(process.platform === 'win32' ? describe.skip : describe)('the GitHub Action', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kapply-action-'));
    for (const [name, body] of Object.entries({
      npm: 'printf "%s\\n" "$@"',
      kapply: 'printf "%s\\n" "$@"; exit "${STUB_CODE:-0}"',
    })) {
      writeFileSync(join(home, name), `#!/bin/bash\n${body}\n`);
      chmodSync(join(home, name), 0o755);
    }
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** Runs a step with these inputs, as GitHub's bash does, and returns the words that the stub was given. */
  function run(step: typeof deploy, inputs: Readonly<Record<string, string>>, more: Record<string, string> = {}) {
    const valueOf = (expression: string): string => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1];
      return input === undefined ? root : (inputs[input] ?? action.inputs[input]?.default ?? assert.fail(input));
    };
    const env = Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, text]) => [name, valueOf(text)]));
    const files = { GITHUB_OUTPUT: join(home, 'output'), GITHUB_PATH: join(home, 'path'), RUNNER_TEMP: home };
    const PATH = `${home}${delimiter}${process.env.PATH ?? ''}`;
    const options = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''];
    const { status, stdout, stderr } = spawnSync('bash', options, { env: { ...env, ...files, ...more, PATH } });
    return { status, words: stdout.toString().split('\n').slice(0, -1), stderr: stderr.toString() };
  }

  it('installs the version of its own tag, or the one that is asked for, and runs no script of it', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.equal(run(install, {}).words.at(-1), `kapply@${version}`);
    const { words } = run(install, { version: '1.2.3' });
    assert.equal(words.at(-1), 'kapply@1.2.3');
    assert.ok(words.includes('--ignore-scripts'), words.join(' '));
    const path = readFileSync(join(home, 'path'), 'utf8').split('\n')[0] ?? '';
    assert.equal(path, `${words[words.indexOf('--prefix') + 1] ?? ''}/node_modules/.bin`);
  });

  it('hands on what it was given, to flags that exist', () => {
    const inputs = {
      command: 'deploy',
      kustomize: 'overlays/my prod',
      'prune-label': 'app in (a, b)',
      timeout: '5m',
      args: '--yes\n--set=$(touch x) `y`\n',
    };
    const { status, words, stderr } = run(deploy, inputs);
    assert.equal(status, 0, stderr);
    assert.deepEqual(words, [
      ...['deploy', '--kustomize', 'overlays/my prod', '--prune-label', 'app in (a, b)', '--timeout', '5m'],
      ...['--yes', '--set=$(touch x) `y`'],
    ]);
    const every = run(deploy, Object.fromEntries(Object.keys(action.inputs).map((name) => [name, 'x'])));
    const flags = every.words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    assert.deepEqual(
      flags.sort(),
      Object.keys(action.inputs)
        .filter((name) => !['version', 'command', 'args'].includes(name))
        .sort(),
    );
    for (const flag of flags) assert.ok(flag in Deploy.flags, flag);
  });

  for (const code of [0, 3, 6]) {
    it(`ends with kapply's exit code ${code}, and says it`, () => {
      const { status } = run(deploy, { command: 'deploy' }, { STUB_CODE: String(code) });
      assert.equal(status, code);
      assert.equal(readFileSync(join(home, 'output'), 'utf8'), `exit-code=${code}\n`);
    });
  }
});
