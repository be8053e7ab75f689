import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '../../src/cluster/connect.js';
import { readState } from '../../src/sandbox/persistence.js';
import { until } from '../until.js';
import { runKapply, startKapply } from './runKapply.js';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/password/k8s/overlays/prod');

describe('kapply sandbox, and --sandbox', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kapply-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('serves until Ctrl-C, and says where its kubeconfig is', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const running = startKapply(['sandbox', '--kubeconfig', kubeconfig, '--state', 'state.json'], { cwd: folder });
    await until('the kubeconfig', () => existsSync(kubeconfig) && readFileSync(kubeconfig, 'utf8').endsWith('\n'));
    const cluster = await connect({ kubeconfig, env: {} });
    assert.ok((await cluster.discover()).resources.length > 30);
    await cluster.close();

    const second = await runKapply(['sandbox', '--state', 'state.json'], { cwd: folder });
    assert.equal(second.exitCode, 2);
    assert.match(second.stderr, /another sandbox runs on/);

    running.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.done;
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, `${kubeconfig}\n`);
  });

  it('deploys to a sandbox whose state stays in a file', async () => {
    const deploy = () =>
      runKapply(['deploy', '--sandbox', '-k', example, '--prune-label', 'appconfig=myconfig'], {
        env: { XDG_STATE_HOME: folder },
      });
    const first = await deploy();
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stdout, /Deployment\/web\s+ready 3\/3/);
    const again = await deploy();
    assert.match(again.stdout, /=4 unchanged/);
    const pods = readState(join(folder, 'kapply', 'sandbox.json'))?.store.objects['Pod'] ?? [];
    assert.equal(pods.length, 3);
  });

  for (const flag of ['--context=c', '--kubeconfig=f', '--server=https://x', '--token=t']) {
    it(`refuses ${flag} besides --sandbox`, async () => {
      const { exitCode, stderr } = await runKapply(['deploy', '--sandbox', flag, '-k', example]);
      assert.equal(exitCode, 2);
      assert.match(stderr, /--sandbox and --\w+ exclude each other/);
    });
  }

  it('is shown by npm run demo: the old config is pruned, the new pods see the new password', async function () {
    this.timeout(60_000);
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', join(root, 'scripts/demo.ts')], {
      cwd: root,
    });
    const passwords = [...stdout.matchAll(/sees DB_PASSWORD=(\w+)/g)].map(([, password]) => password);
    assert.deepEqual(passwords, [...Array<string>(3).fill('password1'), ...Array<string>(3).fill('password2')]);
    assert.match(stdout, /deleted ConfigMap\/db-cred-bf778fgm5h/);
  });
});
