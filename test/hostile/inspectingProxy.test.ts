/** Whole commands through a proxy that opens TLS, speaks HTTP/1.1 and cuts what is idle. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigOf } from '../../src/sandbox/kubeconfig.js';
import { configs } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';
import { DEPLOY, reportScene, web } from '../reports/scene.js';
import { startInspectingProxy, type InspectingProxy } from './inspectingProxy.js';

describe('behind a proxy that opens TLS', function () {
  this.timeout(60_000);
  const scene = reportScene();
  let proxy: InspectingProxy;
  beforeEach(async () => {
    proxy = await startInspectingProxy({ upstreamCa: scene.sandbox.ca, idleMs: 700 });
  });
  afterEach(() => proxy.close());

  /** Runs a command whose kubeconfig trusts this authority, and goes through this proxy. */
  async function run(argv: readonly string[], { ca = proxy.ca, url = proxy.url } = {}) {
    const { url: server, token } = scene.sandbox;
    const config = kubeconfigOf({ server, ca, token }) as { clusters: { cluster: object }[] };
    const clusters = config.clusters.map((one) => ({ ...one, cluster: { ...one.cluster, 'proxy-url': url } }));
    const KUBECONFIG = join(scene.overlay.folder, '.kubeconfig');
    await writeFile(KUBECONFIG, JSON.stringify({ ...config, clusters }));
    scene.later();
    return runKapply(argv, { cwd: scene.overlay.folder, env: { KUBECONFIG } });
  }

  it('deploys, changes, prunes and deletes as without it', async () => {
    const done = async (...argv: string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await run(argv);
      assert.equal(exitCode, 0, stdout + stderr);
      assert.doesNotMatch(stdout + stderr, /p%40ss|p@ss|password[12]/);
      return stdout;
    };
    await done(...DEPLOY);
    await scene.overlay.write({
      'kustomization.yaml': configs('password2', 'resources: [web.yaml]'),
      // Watches are quiet for longer than the proxy suffers it.
      'web.yaml': web({ image: 'shop/web:2', spec: 'replicas: 2\n  minReadySeconds: 3' }),
    });
    assert.match(await done(...DEPLOY), /deleted Secret\/db-/);
    assert.ok(proxy.cuts() > 0, 'the proxy cut nothing');
    assert.deepEqual(scene.names('Secret').length, 1);
    assert.match(await done(...DEPLOY), /=3 unchanged/);
    await done('delete', '-k', '.', '--prune-label', 'app=shop', '--yes');
    assert.deepEqual(scene.names('Secret'), []);
    assert.ok(proxy.asked.length > 50);
  });

  it('deploys, changes and prunes where discovery has the form of before 1.26', async () => {
    proxy.close();
    proxy = await startInspectingProxy({ upstreamCa: scene.sandbox.ca, idleMs: 30_000, isOld: true });
    for (const password of ['password1', 'password2']) {
      await scene.overlay.write({ 'kustomization.yaml': configs(password, 'resources: [web.yaml]') });
      const { exitCode, stdout, stderr } = await run(DEPLOY);
      assert.equal(exitCode, 0, stdout + stderr);
    }
    assert.equal(scene.names('Secret').length, 1);
    assert.ok(proxy.asked.includes('GET /apis/apps/v1'), 'no group was asked for by itself');
  });

  for (const [what, options, says] of [
    [
      'names the proxy as a reason where its authority is not trusted',
      () => ({ ca: scene.sandbox.ca }),
      /a proxy between here and there looks into TLS[^]*signed by an unknown authority/,
    ],
    [
      'says that it wants a login',
      () => ({ url: `http://127.0.0.1:${proxy.port}` }),
      /the proxy wants a login[^]*PROXY_LOGIN_NEEDED: it answered 407/,
    ],
  ] as const) {
    it(what, async () => {
      const { exitCode, stdout, stderr } = await run(DEPLOY, options());
      assert.equal(exitCode, 7, stdout + stderr);
      assert.match(stdout + stderr, says);
      assert.deepEqual(scene.names('Secret'), []);
    });
  }
});
