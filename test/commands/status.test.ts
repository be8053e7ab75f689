import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply, startKapply } from './runKapply.js';

const FILES = {
  'kustomization.yaml':
    'configMapGenerator: [{ name: cfg, literals: [color=blue], options: { labels: { app: shop } } }]',
};

/** A plain-named config that a pod reads at its start, and a generated one that nothing reads. */
const readsPlainConfig = (color: string): Record<string, string> => ({
  'kustomization.yaml': `resources: [web.yaml]
configMapGenerator: [{ name: cfg, literals: [color=${color}], options: { labels: { app: shop } } }]`,
  'web.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: plain }
data: { color: ${color} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: busybox:1.37, envFrom: [{ configMapRef: { name: plain } }] }] }
`,
});

describe('kapply status', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;

  before(async () => {
    sandbox = await startSandbox();
    overlay = await makeOverlay(FILES);
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  const options = (env: Readonly<Record<string, string>> = {}) => ({
    cwd: overlay.folder,
    env: { KUBECONFIG: sandbox.kubeconfig, ...env },
  });
  const status = (flags: readonly string[], env?: Readonly<Record<string, string>>) =>
    runKapply(['status', '-k', '.', ...flags], options(env));

  it('--wait ends with exit 4 where the time is up, and names what is not healthy', async () => {
    const { exitCode, stdout, stderr } = await status(['--wait', '--timeout=1s']);
    assert.equal(exitCode, 4);
    assert.match(stdout, /^\? NotFound .*ConfigMap\/cfg-/);
    assert.match(stderr, /error: 1 of 1 objects not healthy: ConfigMap\/cfg-\w+ \(does not exist\), after 1s/);
  });

  it('--wait prints one JSON document, which ends with the exit code of the wait', async () => {
    const { exitCode, stdout } = await status(['--wait', '--timeout=1s', '-o', 'json']);
    assert.equal(exitCode, 4);
    assert.equal((JSON.parse(stdout) as { healthy: boolean }).healthy, false);
  });

  it('--wait ends at once where everything is healthy, and has written nothing', async () => {
    assert.equal((await runKapply(['deploy', '-k', '.'], options())).exitCode, 0);
    const revision = sandbox.store.revision();
    const { exitCode, stdout } = await status(['--wait']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^✔ Current .*ConfigMap\/cfg-/);
    assert.equal(sandbox.store.revision(), revision);
  });

  it('--wait is for the command line: the variable says whether a deploy waits', async () => {
    const { exitCode, stderr } = await status(['-n', 'nowhere-yet', '--timeout=1s'], { KAPPLY_WAIT: 'true' });
    assert.equal(exitCode, 2, 'not there, said at once');
    assert.ok(!stderr.includes('KAPPLY_WAIT'));
  });

  it('--watch goes on until Ctrl-C, which is no error', async () => {
    const running = startKapply(['status', '-k', '.', '--watch'], options());
    const seen = sandbox.faults.requests().length;
    while (sandbox.faults.requests().length === seen) await new Promise((resolve) => setTimeout(resolve, 10));
    running.kill('SIGINT');
    const { exitCode, stderr } = await running.done;
    assert.equal(exitCode, 130);
    assert.ok(!stderr.includes('error'), stderr);
  });

  it('--watch and --wait exclude each other', async () => {
    assert.equal((await status(['--watch', '--wait'])).exitCode, 2);
  });

  it('takes no notice of a form of output that only other commands have', async () => {
    const { exitCode, stdout } = await status([], { KAPPLY_OUTPUT: 'ndjson' });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^✔ Current/);
    assert.equal((await status([], { KAPPLY_OUTPUT: 'jsn' })).exitCode, 2);
  });

  it('tells what its schema tells of pods that read an older config, and of what a deploy would look at', async () => {
    let ahead = 0;
    const own = await startSandbox({ now: () => Date.now() + ahead });
    const run = (...argv: readonly string[]) =>
      runKapply([...argv, '-k', '.', '--prune-label', 'app=shop'], {
        cwd: overlay.folder,
        env: { KUBECONFIG: own.kubeconfig },
      });
    await overlay.write(readsPlainConfig('blue'));
    assert.equal((await run('deploy')).exitCode, 0);
    // The times of managed fields are whole seconds.
    ahead = 2000;
    await overlay.write(readsPlainConfig('green'));
    assert.equal((await run('deploy', '--no-wait')).exitCode, 0);
    // What is printed is held against the schema as well, by runKapply.
    const { stdout } = await run('status', '-o', 'json');
    const { objects, stale } = JSON.parse(stdout) as {
      readonly objects: readonly {
        readonly id: { readonly kind: string };
        readonly stalePods: readonly { readonly config: string; readonly certain: boolean }[];
      }[];
      readonly stale: readonly { readonly verdict: string }[];
    };
    const pods = objects.find(({ id }) => id.kind === 'Deployment')?.stalePods ?? [];
    assert.deepEqual(
      pods.map((pod) => [pod.config, pod.certain]),
      [['ConfigMap/plain', false]],
    );
    assert.deepEqual(
      stale.map(({ verdict }) => verdict),
      ['delete'],
    );
    await own.close();
  });

  it('and a deploy do not wait for what a mark of another tool takes out of the wait', async () => {
    const pod = (annotations: string): string => `apiVersion: v1
kind: Pod
metadata: { name: later, annotations: { sandbox.kapply.dev/ready-after: never${annotations} } }
spec: { containers: [{ name: later, image: nginx:1.29 }] }
`;
    const own = await makeOverlay({ 'kustomization.yaml': 'resources: [pod.yaml]\n', 'pod.yaml': pod('') });
    const run = (...argv: readonly string[]) => runKapply([...argv, '-k', '.'], { ...options(), cwd: own.folder });
    try {
      assert.equal((await run('deploy', '--no-wait')).exitCode, 0);
      assert.equal((await run('status', '--wait', '--timeout=1s')).exitCode, 4);
      await own.write({ 'pod.yaml': pod(', werf.io/track-termination-mode: NonBlocking') });
      assert.equal((await run('deploy')).exitCode, 0);
      const { exitCode, stdout } = await run('status', '--wait', '--timeout=1s');
      assert.equal(exitCode, 0);
      assert.match(stdout, /Current .*Pod\/later +not waited for \(werf\.io\/track-termination-mode\): /);
    } finally {
      await own.remove();
    }
  });
});
