import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/commands/all.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { configs, makeOverlay, REPORT, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const PASSWORD = 'correct-horse-battery';
const SOURCE = ['-k', '.', '--prune-label', 'app=shop'];

/**
 * Every command, once with words that succeed. `runs`: it has phases, so -q and --timestamps as well; `reads`: it asks a cluster
 * and prints its answer, so -v and --log-file; `neither`: it asks nobody.
 */
const TABLE: Readonly<
  Record<string, { readonly kind: 'runs' | 'reads' | 'neither'; readonly words: readonly string[] }>
> = {
  deploy: { kind: 'runs', words: [...SOURCE, '--dry-run=server'] },
  delete: { kind: 'runs', words: ['-k', '.', '--dry-run=server'] },
  prune: { kind: 'runs', words: ['-l', 'app=shop', '-n', 'default', '--dry-run=client'] },
  rollback: { kind: 'runs', words: ['--set', 'shop', '-n', 'default', '--to', '1', '--dry-run=server'] },
  diff: { kind: 'reads', words: SOURCE },
  plan: { kind: 'reads', words: [...SOURCE, '-o', 'plan.json'] },
  status: { kind: 'reads', words: ['-k', '.'] },
  history: { kind: 'reads', words: ['-n', 'default'] },
  uses: { kind: 'reads', words: ['cronjob/report', '-n', 'default'] },
  render: { kind: 'neither', words: ['-k', '.'] },
  schedule: { kind: 'neither', words: ['-l', 'app=shop', '--every', '0 4 * * *'] },
  sandbox: { kind: 'neither', words: [] },
  completion: { kind: 'neither', words: ['bash'] },
};

describe('-v, -vv, -q, --timestamps and --log-file', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox();
    overlay = await makeOverlay({ 'kustomization.yaml': configs(PASSWORD), 'job.yaml': REPORT });
    const { exitCode, stdout } = await run(['deploy', ...SOURCE]);
    assert.equal(exitCode, 0, stdout);
  });
  after(async () => {
    await sandbox.close();
    await overlay.remove();
  });
  const run = (words: readonly string[]) =>
    runKapply(words, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });

  it('are tried with every command', () => {
    const named = Object.keys(COMMANDS).filter((name) => name !== 'help' && name !== 'index');
    assert.deepEqual(named.sort(), Object.keys(TABLE).sort());
  });

  for (const [command, { kind, words }] of Object.entries(TABLE)) {
    const asked = (...flags: string[]) => run([command, ...words, ...flags]);
    if (kind === 'neither') {
      it(`are refused by their names where there is nothing to tell: ${command}`, async () => {
        for (const flag of ['-v', '-vv', '-q', '--timestamps', '--log-file=x.log']) {
          const { exitCode, stderr, stdout } = await asked(flag);
          assert.equal(exitCode, 2, flag);
          assert.equal(stdout, '');
          assert.ok(stderr.includes(flag), stderr);
        }
      });
      continue;
    }

    it(`tell each request, with its bodies, masked, and keep them in a file: ${command}`, async () => {
      const file = join(overlay.folder, 'x.log');
      const plain = await asked();
      assert.equal(plain.exitCode, 0, plain.stderr);
      for (const flag of ['-v', '-vv']) {
        rmSync(file, { force: true });
        const { exitCode, stdout, stderr } = await asked(flag, '--log-file', file);
        assert.equal(exitCode, plain.exitCode);
        assert.match(stderr, /^(?:GET|PATCH|POST) \/\S+ 2\d\d \d+ ms$/m);
        assert.equal(/^ {2}[<>] /m.test(stderr), flag === '-vv');
        assert.equal(stdout.split('\n').length, plain.stdout.split('\n').length, 'the answer itself stays as it is');
        assert.ok(existsSync(file));
        const kept = readFileSync(file, 'utf8');
        assert.match(kept, /^\d{4}-\d\d-\d\dT\S+Z (?:GET|PATCH|POST) \//m);
        for (const line of kept.trimEnd().split('\n')) assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z /);
        assert.equal(statSync(file).mode & 0o777, 0o600);
        for (const text of [stdout, stderr, kept])
          for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) assert.ok(!text.includes(secret));
      }
    });

    if (kind === 'runs') {
      it(`say nothing, or the time of day: ${command}`, async () => {
        const quiet = await asked('-q');
        assert.deepEqual({ ...quiet }, { exitCode: 0, stdout: '', stderr: '' });
        const { exitCode, stdout } = await asked('--timestamps');
        assert.equal(exitCode, 0);
        assert.match(stdout, /^\d{4}-\d\d-\d\dT\S+Z {2}✔ Plan /m);
      });
    } else {
      it(`are refused where there are no phases: ${command}`, async () => {
        for (const flag of ['-q', '--timestamps']) {
          const { exitCode, stderr } = await asked(flag);
          assert.equal(exitCode, 2);
          assert.ok(stderr.includes(flag), stderr);
        }
      });
    }
  }
});
