/** What the server refuses, and the server that is not there: the exit code says which, and the text says why. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { environment } from '../harness/environment.js';
import { useScenario } from '../harness/scenario.js';
import { deployShop, generated } from '../harness/shop.js';

describe('a conflict', () => {
  const scenario = useScenario();

  before(async () => {
    const ran = await deployShop(scenario.current, { image: 'busybox:1.36' });
    assert.equal(ran.code, 0, ran.transcript);
    const { current } = scenario;
    const target = { resource: await current.resource('Deployment'), namespace: current.namespace, name: 'web' };
    const spec = { template: { spec: { containers: [{ name: 'app', image: 'busybox:1.37' }] } } };
    await current.cluster.patch(target, { spec }, { type: 'strategic', fieldManager: 'image-updater' });
  });

  it('exits 5, names the field and its owner, and sends nothing', async () => {
    const before = await generated(scenario.current, 'Secret');
    const ran = await deployShop(scenario.current, { image: 'busybox:1.36', password: 'password2' });
    assert.equal(ran.code, 5, ran.transcript);
    assert.equal(ran.report.summary.exitCode, 5);
    assert.match(ran.stderr, /image-updater/);
    assert.match(ran.stderr, /containers\[name="app"\]\.image|spec\.template\.spec\.containers/);
    assert.match(ran.stderr, /--force-conflicts/);
    assert.deepEqual(await generated(scenario.current, 'Secret'), before);
  });

  it('is settled by --force-conflicts', async () => {
    const shop = { image: 'busybox:1.36', password: 'password2' };
    const ran = await deployShop(scenario.current, shop, ['--force-conflicts']);
    assert.equal(ran.code, 0, ran.transcript);
    const deployment = await scenario.current.get('Deployment', 'web');
    assert.match(JSON.stringify(deployment.spec), /"image":"busybox:1\.36"/);
    assert.equal((await generated(scenario.current, 'Secret')).length, 1);
  });
});

describe('a server that cannot be reached, or does not know us', () => {
  const scenario = useScenario();

  const kubeconfigWith = async (name: string, change: (config: string) => string): Promise<string> => {
    const file = join(scenario.current.folder, name);
    await writeFile(file, change(await readFile(environment().kubeconfig, 'utf8')), { mode: 0o600 });
    return file;
  };

  it('exits 7 where nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const kubeconfig = await kubeconfigWith('closed.kubeconfig', (text) =>
      text.replace(/https:\/\/[^"\s]+/, `https://127.0.0.1:${port}`),
    );
    const ran = await deployShop(scenario.current, {}, [], { kubeconfig });
    assert.equal(ran.code, 7, ran.transcript);
    assert.match(ran.stderr, new RegExp(`127\\.0\\.0\\.1:${port}`));
  });

  it('exits 7 with a token that the server does not know', async () => {
    const kubeconfig = await kubeconfigWith('unknown.kubeconfig', (text) => {
      const config = JSON.parse(text) as { users: { user: unknown }[] };
      return JSON.stringify({ ...config, users: config.users.map((user) => ({ ...user, user: { token: 'nobody' } })) });
    });
    const ran = await deployShop(scenario.current, {}, [], { kubeconfig });
    assert.equal(ran.code, 7, ran.transcript);
    assert.ok(!ran.stderr.includes('nobody'), 'a token is a secret');
  });
});
