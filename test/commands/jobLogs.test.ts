import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { configs, makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const JOB = `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations:
        sandbox.kapply.dev/runs-for: 100ms
        sandbox.kapply.dev/log: "12 tables\\npassword is hunter2-hunter2\\n::error::boo\\u001b[2J"
    spec:
      restartPolicy: Never
      initContainers: [{ name: prepare, image: busybox, command: ['true'] }]
      containers: [{ name: app, image: busybox, command: [migrate] }]
`;

describe('--logs', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox();
    overlay = await makeOverlay({ 'kustomization.yaml': configs('hunter2-hunter2'), 'job.yaml': JOB });
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  it('shows what Jobs write, container by container, without secrets and without commands', async () => {
    const { exitCode, stdout } = await runKapply(['deploy', '-k', '.', '--logs', '--events-file', 'events.ndjson'], {
      cwd: overlay.folder,
      env: { KUBECONFIG: sandbox.kubeconfig },
    });
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^ *[\d.]+s {2}migrate-\w+\/prepare \| 12 tables$/m);
    assert.match(stdout, /^ *[\d.]+s {2}migrate-\w+\/app \| 12 tables$/m);
    assert.match(stdout, /\/app \| password is \*\*\*$/m);
    assert.match(stdout, /\/app \| : :error::boo$/m);
    const events = await readFile(join(overlay.folder, 'events.ndjson'), 'utf8');
    assert.doesNotMatch(stdout + events, /hunter2/);
    const logged = events
      .split('\n')
      .filter((line) => line.includes('"type":"log"'))
      .map(
        (line) => JSON.parse(line) as { readonly name: string; readonly version: string; readonly container: string },
      );
    assert.deepEqual(logged.map(({ name, version, container }) => `${name} ${version} ${container}`).sort(), [
      ...Array<string>(3).fill('migrate v1 app'),
      ...Array<string>(3).fill('migrate v1 prepare'),
    ]);
  });

  it('is for status --wait as well: beside the answer, which stdout has alone', async () => {
    const options = { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } };
    assert.equal((await runKapply(['deploy', '-k', '.', '--no-wait'], options)).exitCode, 0);
    const { exitCode, stdout, stderr } = await runKapply(
      ['status', '-k', '.', '--wait', '--logs', '-o', 'json'],
      options,
    );
    assert.equal(exitCode, 0, stdout + stderr);
    assert.equal((JSON.parse(stdout) as { healthy: boolean }).healthy, true);
    assert.match(stderr, /^migrate-\w+\/prepare \| 12 tables$/m);
    assert.match(stderr, /^migrate-\w+\/app \| password is \*\*\*$/m);
    assert.doesNotMatch(stderr, /hunter2|^::error/m);
  });

  it('tells nothing of a status that does not wait, and says so where it was asked for', async () => {
    const options = { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } };
    const asked = await runKapply(['status', '-k', '.', '--logs'], options);
    assert.equal(asked.exitCode, 2);
    assert.match(asked.stderr, /--logs is for --wait/);
    const { exitCode, stderr } = await runKapply(['status', '-k', '.'], {
      ...options,
      env: { ...options.env, KAPPLY_LOGS: 'true' },
    });
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(stderr, /12 tables|KAPPLY_LOGS/);
  });
});
