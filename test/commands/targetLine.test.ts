import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { configs, makeOverlay, type Overlay } from './overlay.js';
import { runKapply, type RunKapplyOptions } from './runKapply.js';

/** What is said before and after the phases: where a run goes, what it would ask, what a dry run would do. */
describe('what a run says of itself', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  let commands = 0;

  before(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + commands * 2 * 3_600_000 });
    overlay = await makeOverlay({
      'kustomization.yaml': configs('password1', ''),
      '.kapply.yaml': 'prune-label: app=shop\ntimeout: 2m\n',
    });
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  function kapply(argv: readonly string[], options: RunKapplyOptions = {}) {
    commands += 1;
    return runKapply(argv, {
      cwd: overlay.folder,
      ...options,
      env: { KUBECONFIG: sandbox.kubeconfig, ...options.env },
    });
  }
  const where = (): RegExp => new RegExp(`: set shop, namespace default, context \\S+ \\(${sandbox.url}\\)`);

  it('says first where a deploy goes, and where values came from', async () => {
    const { exitCode, stdout, stderr } = await kapply(['deploy', '-k', '.'], { env: { KAPPLY_KEEP: '0' } });
    assert.equal(exitCode, 0, stdout + stderr);
    const [first = '', ...rest] = stdout.split('\n');
    assert.match(first, where());
    assert.ok(first.startsWith('deploy: '));
    assert.match(rest.slice(0, 2).join('\n'), /^ {2}--keep from KAPPLY_KEEP$/m);
    assert.match(rest.slice(0, 2).join('\n'), /^ {2}--prune-label, --timeout from .*\.kapply\.yaml$/m);
    assert.match(rest[2] ?? '', /✔ Render/);
  });

  it('says it on stderr where stdout is an answer, and in the stream', async () => {
    const diff = await kapply(['diff', '-k', '.']);
    assert.match(diff.stderr, where());
    assert.doesNotMatch(diff.stdout, /context/);
    assert.match((await kapply(['status', '-k', '.'])).stderr, /^status: set shop, namespace default/m);
    assert.match((await kapply(['history', '-A'])).stderr, /^history: all namespaces, /m);
    const { stdout } = await kapply(['deploy', '-k', '.', '-o', 'ndjson']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; target?: { set: string } });
    assert.equal(events.find(({ type }) => type === 'target')?.target?.set, 'shop');
  });

  it('diffs a changed config against the one that it replaces', async () => {
    await overlay.write({ 'kustomization.yaml': configs('password1', '').replace('color=blue', 'color=green') });
    const { exitCode, stdout } = await kapply(['diff', '-k', '.']);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^-\s+color: blue$/m);
    assert.match(stdout, /^\+\s+color: green$/m);
    assert.doesNotMatch(stdout, /^\+kind: ConfigMap/m);
  });

  it('lists what it cannot ask about, and asks about no rollout', async () => {
    await kapply(['deploy', '-k', '.']);
    // A run without the prune label leaves the earlier one.
    await overlay.write({ 'kustomization.yaml': configs('password1', '').replace('color=blue', 'color=red') });
    await kapply(['deploy', '-k', '.', '--no-wait']);
    const { exitCode, stdout } = await kapply(['prune', '-l', 'app=shop']);
    assert.equal(exitCode, 2, stdout);
    assert.match(stdout, /^ {2}- ConfigMap\/cfg +1 revision[^]*\n {6}cfg-\w{10} .*stale: nothing uses it any more$/m);
    assert.match(stdout, /^! namespace default, context /m);
    assert.doesNotMatch(stdout, /rollout|kapply diff/);
    assert.match(stdout, /then add --yes/);
  });

  it('never says of a dry run that it deleted', async () => {
    const { exitCode, stdout } = await kapply(['prune', '-l', 'app=shop', '--dry-run=server']);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /would delete ConfigMap\/cfg-/);
    assert.doesNotMatch(stdout, /\bdeleted\b/);
  });

  it("tells GitHub's summary what a dry run would do", async () => {
    const summary = join(overlay.folder, 'dry.md');
    await kapply(['prune', '-l', 'app=shop', '--dry-run=server'], {
      env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
    });
    const text = await readFile(summary, 'utf8');
    assert.match(text, /\| - ConfigMap\/cfg-\w{10} \| prune \|/);
    assert.match(text, /Dry run \(server\): nothing was changed\./);
    assert.doesNotMatch(text, /Nothing changed/);
  });

  it("keeps GitHub's summary below what GitHub takes, whatever the step wrote before", async () => {
    const summary = join(overlay.folder, 'big.md');
    const names = Array.from({ length: 300 }, (_, index) => `- { name: small-${index}, literals: [a=b] }`);
    const big = await makeOverlay({ 'kustomization.yaml': `configMapGenerator:\n${names.join('\n')}\n` });
    const before = 'x'.repeat(99) + '\n';
    await writeFile(summary, before.repeat(10_400));
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    await kapply(['deploy', '-k', big.folder, '--dry-run=server'], { env });
    await big.remove();
    const { size } = await stat(summary);
    assert.ok(size > 1_040_000 && size <= 1024 * 1024, String(size));
    assert.match((await readFile(summary, 'utf8')).slice(1_040_000), /\n\d+ more lines: see the log of the step\.\n$/);
  });

  it('says what pruned and deleted', async () => {
    const pruned = await kapply(['prune', '-l', 'app=shop', '--yes', '-o', 'json']);
    assert.equal((JSON.parse(pruned.stdout) as { summary: { result: string } }).summary.result, 'pruned');
    const deleted = await kapply(['delete', '-k', '.', '--yes', '-o', 'json']);
    assert.equal((JSON.parse(deleted.stdout) as { summary: { result: string } }).summary.result, 'deleted');
  });
});
