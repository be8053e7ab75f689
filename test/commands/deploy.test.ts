import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../src/engine/run/report.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { configs, makeOverlay, REPORT, type Overlay } from './overlay.js';
import { runKapply, startKapply, type RunKapplyOptions } from './runKapply.js';

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

describe('kapply deploy, diff and prune', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  let later: () => void;

  beforeEach(async () => {
    // Creation times have seconds: what one command creates is older than the next command.
    let commands = 0;
    later = () => (commands += 1);
    sandbox = await startSandbox({ now: () => Date.now() + commands * 2000 });
    overlay = await makeOverlay({ 'kustomization.yaml': configs('password1'), 'job.yaml': REPORT });
  });
  afterEach(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  function kapply(argv: readonly string[], options: RunKapplyOptions = {}) {
    later();
    return runKapply(argv, {
      cwd: overlay.folder,
      ...options,
      env: { KUBECONFIG: sandbox.kubeconfig, ...options.env },
    });
  }
  const deploy = (...more: string[]) => kapply(['deploy', '-k', overlay.folder, '--prune-label', 'app=shop', ...more]);

  function stored(kind: string): string[] {
    return sandbox.store
      .list(kind)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== 'kube-root-ca.crt')
      .sort();
  }
  const writes = () =>
    sandbox.faults.requests().filter(({ method, url }) => WRITES.includes(method) && !url.includes('dryRun=All'));

  it('creates, then replaces a changed config and prunes the old one, then finds nothing to do', async () => {
    const first = await deploy();
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /✔ Apply {5}3\/3/);
    assert.match(first.stdout, /\+ Secret\/db-\w{10} +created\n/);

    await overlay.write({ 'kustomization.yaml': configs('password2') });
    const second = await deploy();
    assert.equal(second.exitCode, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /\+ Secret\/db-\w{10} +created {3}replaces db-\w{10}\n/);
    assert.match(second.stdout, /✔ Prune {5}1\/1 deleted/);
    assert.match(second.stdout, /- Secret\/db-\w{10} +deleted\n/);

    const third = await deploy();
    assert.equal(third.exitCode, 0);
    assert.match(third.stdout, /✔ Plan {6}=3 unchanged \[/);
    assert.match(third.stdout, /✔ Prune {5}nothing to delete/);
    assert.ok(!third.stdout.includes('Secret/'));
  });

  it('shows no Secret value in any output', async () => {
    await deploy();
    await overlay.write({ 'kustomization.yaml': configs('password2') });
    const outputs = [
      await kapply(['diff', '-k', overlay.folder, '--prune-label', 'app=shop']),
      await deploy('--dry-run=server', '-o', 'json'),
      await deploy('-o', 'ndjson', '--events-file', 'events.ndjson'),
      await deploy('-o', 'json'),
      { stdout: await readFile(join(overlay.folder, 'events.ndjson'), 'utf8'), stderr: '' },
    ];
    const text = outputs.map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const value of ['password1', 'password2']) {
      assert.ok(!text.includes(value));
      assert.ok(!text.includes(Buffer.from(value).toString('base64')));
    }
  });

  it('prints one JSON document on stdout, and the text on stderr', async () => {
    const { exitCode, stdout, stderr } = await deploy('-o', 'json');
    const document = JSON.parse(stdout) as Report;
    assert.equal(document.schemaVersion, 1);
    assert.equal(document.summary.exitCode, exitCode);
    assert.deepEqual(
      document.changes.map(({ kind, action }) => [kind, action]),
      [
        ['ConfigMap', 'created'],
        ['Secret', 'created'],
        ['CronJob', 'created'],
      ],
    );
    assert.match(stderr, /✔ Render/);
  });

  it('prints a stream of events: version first, one summary last, no gap between', async () => {
    const { stdout } = await deploy('-o', 'ndjson', '--events-file', 'events.ndjson');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; type: string });
    assert.deepEqual(
      lines.map(({ seq }) => seq),
      lines.map((_, index) => index),
    );
    assert.equal(lines[0]?.type, 'version');
    assert.deepEqual(
      lines.flatMap(({ type }, index) => (type === 'summary' ? [index] : [])),
      [lines.length - 1],
    );
    const types = (text: string) => text.match(/"type":"\w+"/g);
    assert.deepEqual(types(await readFile(join(overlay.folder, 'events.ndjson'), 'utf8')), types(stdout));
  });

  it('ends the stream also when the input is bad', async () => {
    const { stdout } = await kapply(['deploy', '-f', 'nowhere.yaml', '-o', 'ndjson']);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { type: string; exitCode: number };
    assert.deepEqual({ type: last.type, exitCode: last.exitCode }, { type: 'summary', exitCode: 2 });
  });

  it('refuses an events file that cannot be written, and sends nothing', async () => {
    const { exitCode, stderr } = await deploy('--events-file', 'no/such/folder/events');
    assert.equal(exitCode, 2);
    assert.match(stderr, /--events-file=.*no\/such\/folder\/events cannot be written \(ENOENT: /);
    assert.deepEqual(sandbox.faults.requests(), []);
  });

  it('diff exits 1 with a difference and 0 without, and changes nothing', async () => {
    const diff = () => kapply(['diff', '-k', overlay.folder, '--prune-label', 'app=shop']);
    const before = await diff();
    assert.equal(before.exitCode, 1);
    assert.match(before.stdout, /^\+ ConfigMap\/cfg-\w{10} {2}create\n@@ -0,0 \+1,\d+ @@\n\+apiVersion: v1\n/m);
    assert.deepEqual(writes(), []);
    await deploy();
    const after = await diff();
    assert.deepEqual({ exitCode: after.exitCode, stdout: after.stdout }, { exitCode: 0, stdout: '=3 unchanged\n' });
  });

  for (const kind of ['client', 'server']) {
    it(`--dry-run=${kind} shows the plan and writes nothing`, async () => {
      const { exitCode, stdout } = await deploy(`--dry-run=${kind}`);
      assert.equal(exitCode, 0);
      assert.match(stdout, /\+ Secret\/db-\w{10} +create( |\n)/);
      assert.match(stdout, new RegExp(`Dry run \\(${kind}\\): nothing was changed\\.\n$`));
      assert.deepEqual(writes(), []);
    });
  }

  it('reads manifests from stdin', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: from-stdin }\n';
    const result = await kapply(['deploy', '-f', '-', '--set', 'x', '--records', '0'], { stdin: manifest });
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    assert.deepEqual(stored('ConfigMap'), ['from-stdin']);
  });

  it('refuses a bad manifest with its place, and sends nothing', async () => {
    await overlay.write({ 'bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {a: b}\n' });
    const { exitCode, stderr } = await kapply(['deploy', '-f', 'bad.yaml']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^error: bad\.yaml:\d+.*name/);
    assert.deepEqual(sandbox.faults.requests(), []);
  });

  it('says as JSON what it says in text when the input is bad', async () => {
    const { exitCode, stdout, stderr } = await kapply(['deploy', '-f', 'nowhere.yaml', '-o', 'json']);
    const { summary } = JSON.parse(stdout) as Report;
    assert.equal(exitCode, 2);
    assert.equal(summary.exitCode, 2);
    assert.match(stderr, /nowhere\.yaml/);
    assert.match(summary.error?.message ?? '', /nowhere\.yaml/);
  });

  it('refuses a namespace other than that of the object', async () => {
    await overlay.write({ 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }\n' });
    const { exitCode, stdout, stderr } = await kapply(['deploy', '-f', 'a.yaml', '-n', 'kube-system']);
    assert.equal(exitCode, 2, stdout + stderr);
    assert.match(stdout + stderr, /namespace/);
    assert.deepEqual(writes(), []);
  });

  it('exits 7 where no server answers', async () => {
    const { exitCode, stdout, stderr } = await deploy('--server', 'https://127.0.0.1:1');
    assert.equal(exitCode, 7, stdout + stderr);
  });

  it('exits 2 where no cluster is configured', async () => {
    const env = { KUBECONFIG: '/nonexistent/kubeconfig' };
    const { exitCode, stderr } = await runKapply(['deploy', '-k', overlay.folder], { env });
    assert.equal(exitCode, 2);
    assert.match(stderr, /no cluster is configured/);
  });

  it('exits 5 at a conflict, naming field, owner and remedies', async () => {
    const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shared }\ndata: { color: red }\n';
    await overlay.write({ 'a.yaml': other, 'b.yaml': other.replace('color: red', 'color: blue') });
    await kapply(['deploy', '-f', 'a.yaml', '--field-manager', 'somebody', '--set', 'x']);
    const { exitCode, stdout } = await kapply(['deploy', '-f', 'b.yaml', '--set', 'x']);
    assert.equal(exitCode, 5, stdout);
    assert.match(stdout, /✖ refused: ConfigMap\/shared .*\.data\.color.*somebody/);
    assert.match(stdout, /--force-conflicts/);
    assert.match(stdout, /\(exit 5\)\n$/);
    assert.equal((await kapply(['deploy', '-f', 'b.yaml', '--set', 'x', '--force-conflicts'])).exitCode, 0);
  });

  it('needs --yes for more deletions than --prune-limit where nobody can be asked', async () => {
    await deploy();
    await overlay.write({ 'kustomization.yaml': configs('password2') });
    sandbox.faults.forget();
    const refused = await deploy('--prune-limit=0');
    assert.equal(refused.exitCode, 2, refused.stdout);
    assert.match(refused.stdout, /--yes/);
    assert.deepEqual(writes(), []);
    assert.equal((await deploy('--prune-limit=0', '--yes')).exitCode, 0);
    assert.equal(stored('Secret').length, 1);
  });

  it('stops waiting at SIGINT, says what was applied, and leaves the cluster as it is', async () => {
    await overlay.write({
      'kustomization.yaml': configs('password2', 'resources: [job.yaml, web.yaml]'),
      'web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeSelector: { nowhere: "true" }
      containers: [{ name: app, image: nginx }]
`,
    });
    const running = startKapply(['deploy', '-k', overlay.folder, '--prune-label', 'app=shop'], {
      env: { KUBECONFIG: sandbox.kubeconfig },
    });
    while (!sandbox.faults.requests().some(({ url }) => url.includes('watch='))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    running.kill('SIGINT');
    const { exitCode, stdout } = await running.done;
    assert.equal(exitCode, 130, stdout);
    assert.match(stdout, /4\/4 applied, 0\/1 ready/);
    assert.match(stdout, /error: deploy was interrupted by SIGINT after .*\(exit 130\)\n$/);
    assert.equal(stored('Secret').length, 1);
    assert.deepEqual(running.exits, []);
  });

  it('prunes without a render, after asking', async () => {
    await deploy();
    await overlay.write({ 'kustomization.yaml': configs('password2') });
    await kapply(['deploy', '-k', overlay.folder]);
    assert.equal(stored('Secret').length, 2);
    const [used] = (await kapply(['render', '-k', overlay.folder])).stdout.match(/db-\w{10}/) ?? [];
    const prune = (...more: string[]) => kapply(['prune', '-l', 'app=shop', '--older-than=0s', ...more]);
    const asked = await prune();
    assert.equal(asked.exitCode, 2, asked.stdout + asked.stderr);
    assert.match((await prune('--dry-run=client')).stdout, /- Secret\/db-\w{10} +prune/);
    const { exitCode, stdout } = await prune('--yes');
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(stored('Secret'), [used]);
  });

  it('renders with a word on stderr for what is deprecated, and the YAML alone on stdout', async () => {
    await overlay.write({ 'kustomization.yaml': configs('password1', 'commonLabels: { a: b }') });
    const { exitCode, stdout, stderr } = await kapply(['render', '-k', '.']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^apiVersion: v1\ndata:\n {2}color: blue\nkind: ConfigMap\n/);
    assert.match(stderr, /^warning: .*commonLabels/);
  });
});
