import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cfg-9h2kf8d2tm }\ndata: { a: b }\n';

/** What each run prints is held against the schemas by runKapply. */
describe('-o yaml and -o name', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox({ now: () => Date.parse('2026-01-01T12:00:00Z') });
    overlay = await makeOverlay({ 'a.yaml': CONFIG });
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });
  const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runKapply(argv, {
      cwd: overlay.folder,
      env: { KUBECONFIG: sandbox.kubeconfig, ...env },
      now: () => Date.parse('2026-01-01T12:00:00Z'),
    });

  it('is one document at the end of a deploy', async () => {
    const { exitCode, stdout, stderr } = await run(['deploy', '-f', 'a.yaml', '-o', 'yaml']);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^ {2}result: deployed$/m);
    assert.match(stderr, /ConfigMap\/cfg-9h2kf8d2tm/);
  });

  for (const words of [
    ['status', '-f', 'a.yaml'],
    ['history'],
    ['uses', 'configmap/cfg-9h2kf8d2tm'],
    ['uses', '--unused'],
  ]) {
    it(`says of kapply ${words.join(' ')} what JSON does`, async () => {
      const [yaml, json] = [await run([...words, '-o', 'yaml']), await run([...words, '-o', 'json'])];
      assert.equal(yaml.exitCode, 0, yaml.stderr);
      assert.deepEqual(parse(yaml.stdout), JSON.parse(json.stdout));
    });
  }

  for (const [words, names] of [
    [['deploy', '-f', 'a.yaml'], 'configmap/cfg-9h2kf8d2tm\n'],
    [['status', '-f', 'a.yaml'], 'configmap/cfg-9h2kf8d2tm\n'],
    [['history'], 'configmap/cfg-9h2kf8d2tm\n'],
    [['uses', '--unused'], 'configmap/cfg-9h2kf8d2tm\n'],
    [['uses', 'configmap/cfg-9h2kf8d2tm'], ''],
    [['delete', '-f', 'a.yaml', '--dry-run', 'server'], 'configmap/cfg-9h2kf8d2tm\n'],
    [['delete', '-f', 'a.yaml', '-y'], 'configmap/cfg-9h2kf8d2tm\n'],
  ] as const) {
    it(`names objects with kapply ${words.join(' ')} -o name`, async () => {
      const { exitCode, stdout, stderr } = await run([...words, '-o', 'name']);
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout, names);
    });
  }

  it('names nothing where a run ended before it began, and says why on stderr', async () => {
    const { exitCode, stdout, stderr } = await run(['deploy', '-f', 'gone.yaml', '-o', 'name']);
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /gone\.yaml/);
  });

  it('tells an error before anything began, and what was warned of before', async () => {
    const { exitCode, stdout } = await run(['deploy', '-f', 'gone.yaml', '-o', 'yaml'], { KAPPLY_TIMEUOT: '1m' });
    assert.equal(exitCode, 2);
    const document = parse(stdout) as { readonly warnings: readonly string[]; readonly summary: { result: string } };
    assert.equal(document.summary.result, 'invalid');
    assert.deepEqual(document.warnings, ['KAPPLY_TIMEUOT sets nothing: did you mean KAPPLY_TIMEOUT?']);
  });

  it('tells warnings of variables where the run goes well, and in what only reads, once', async () => {
    for (const words of [['deploy', '-f', 'a.yaml'], ['history']]) {
      const { stdout } = await run([...words, '-o', 'json'], { KAPPLY_TIMEUOT: '1m' });
      const { warnings } = JSON.parse(stdout) as { readonly warnings: readonly string[] };
      assert.equal(warnings.filter((warning) => warning.includes('KAPPLY_TIMEUOT')).length, 1, stdout);
    }
  });
});
