/** What a deploy leaves of itself, as whole commands: its records, who reads them, and what is never in one. */
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import type { KubeObject } from '../../src/objects/object.js';
import { configs, webDeployment } from './overlay.js';
import { runKapply } from './runKapply.js';
import { sandboxScene } from './sandboxScene.js';

const web = (image?: string) =>
  webDeployment(
    `        args: [--db-password=argument-secret]
        env: [{ name: API_TOKEN, value: variable-secret }]
        envFrom: [{ configMapRef: { name: cfg } }, { secretRef: { name: db } }]
`,
    { image },
  );
const PLAIN = `
apiVersion: v1
kind: Secret
metadata: { name: plain }
stringData: { key: plain-secret }
`;
const MASKED = `
apiVersion: v1
kind: ConfigMap
metadata: { name: masked }
data: { dsn: masked-secret, color: blue }
`;
const SECRETS = ['generated-secret-1', 'plain-secret', 'argument-secret', 'variable-secret', 'masked-secret'];
const RESOURCES = 'resources: [web.yaml, plain.yaml, masked.yaml]';

describe('the records of deploys', () => {
  const scene = sandboxScene({
    'kustomization.yaml': configs('generated-secret-1', RESOURCES),
    'web.yaml': web(),
    'plain.yaml': PLAIN,
    'masked.yaml': MASKED,
  });
  function kapply(...argv: string[]) {
    scene.later();
    const { cwd, env } = scene.environment();
    return runKapply(argv, { cwd, env: { ...env, GIT_COMMIT: 'c'.repeat(40) }, now: scene.now });
  }
  const deploy = (...more: string[]) => kapply('deploy', '-k', '.', '--mask', 'dsn$', ...more);
  const deployed = async (...more: string[]): Promise<void> => {
    const { exitCode, stdout, stderr } = await deploy(...more);
    assert.equal(exitCode, 0, stdout + stderr);
  };
  const setPassword = (password: string) => scene.overlay.write({ 'kustomization.yaml': configs(password, RESOURCES) });
  const records = (): KubeObject[] =>
    scene.sandbox.store
      .list('ConfigMap', { namespace: 'default' })
      .filter(({ metadata }) => metadata.name.startsWith('kapply-'));
  const names = (): string[] =>
    records()
      .map(({ metadata }) => metadata.name)
      .sort();
  const history = async (...more: string[]) => {
    const { exitCode, stdout, stderr } = await kapply('history', '--set', 'shop', '-o', 'json', ...more);
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout) as {
      readonly unrecorded: boolean;
      readonly deploys: readonly { readonly number: number; readonly state: string; readonly commit: string }[];
    };
  };

  it('hold no secret, say how each deploy ended, and are bounded', async () => {
    await deployed();
    const [record] = records();
    assert.ok(record);
    assert.equal(record.immutable, true);
    assertNoSecret(record);
    await deployed();
    assert.deepEqual(names(), ['kapply-shop.1'], 'an unchanged deploy');

    await scene.overlay.write({ 'web.yaml': web('no-such-image:9') });
    assert.equal((await deploy('--timeout', '300ms')).exitCode, 4);
    assert.equal((await deploy('--timeout', '300ms')).exitCode, 4);
    assert.deepEqual(names(), ['kapply-shop.1', 'kapply-shop.2'], 'nothing was written the second time');

    await scene.overlay.write({ 'web.yaml': web() });
    await deployed();
    const { deploys, unrecorded } = await history();
    assert.deepEqual(
      deploys.map(({ number, state }) => `${number} ${state}`),
      ['3 deployed', '2 failed', '1 deployed'],
    );
    assert.equal(deploys[0]?.commit, 'c'.repeat(40));
    assert.equal(unrecorded, false);
    const { stdout } = await kapply('history', '--set', 'shop');
    assert.match(stdout, /#3 {2}✔ deployed .*kapply-sandbox-admin.*ccccccccc.*the last good one/);
    assert.match(stdout, /#2 {2}✖ failed .*not ready in time: Deployment\/web/);

    await setPassword('generated-secret-2');
    await deployed('--records', '1', '--prune-label', 'app=shop');
    assert.deepEqual(names(), ['kapply-shop.4']);
    await assertNobodysLeftover(['kapply-shop.4']);
  });

  function assertNoSecret(record: KubeObject): void {
    const packed = Object.values(record.binaryData as Record<string, string>).map((value) =>
      gunzipSync(Buffer.from(value, 'base64')).toString(),
    );
    const text = JSON.stringify(record) + packed.join('');
    for (const secret of SECRETS) {
      assert.ok(!text.includes(secret), secret);
      assert.ok(!text.includes(Buffer.from(secret).toString('base64')), `${secret} as base64`);
    }
    assert.match(text, /"color":"blue"/);
    assert.match(text, /nginx/);
  }

  async function assertNobodysLeftover(expected: readonly string[]): Promise<void> {
    const { stdout } = await kapply('uses', '--unused');
    assert.doesNotMatch(stdout, /kapply-shop/);
    const everything = ['--plain-names', '--adopt', '--older-than', '0s', '-y'];
    const prune = await kapply('prune', '-l', 'kapply.dev/record-of', ...everything);
    assert.equal(prune.exitCode, 0, prune.stdout + prune.stderr);
    assert.deepEqual(names(), expected);
    const deleted = await kapply('delete', '-k', '.', '-y');
    assert.equal(deleted.exitCode, 0, deleted.stdout + deleted.stderr);
    assert.deepEqual(names(), [], 'they go with the set');
  }

  it('are nobody’s candidates, nor is the Lease, whatever is asked for by their labels', async () => {
    await deployed();
    const everything = ['--plain-names', '--adopt', '--older-than', '0s', '-y', '--prune-kind', 'ConfigMap'];
    for (const label of ['app.kubernetes.io/managed-by=kapply', 'kapply.dev/record-of', 'kapply.dev/set']) {
      const lease = ['--prune-kind', 'coordination.k8s.io/Lease'];
      const { exitCode, stdout, stderr } = await kapply('prune', '-l', label, ...everything, ...lease);
      assert.equal(exitCode, 0, stdout + stderr);
      assert.doesNotMatch(stdout, /kapply-shop/);
    }
    assert.deepEqual(names(), ['kapply-shop.1']);
    assert.equal(scene.sandbox.store.list('coordination.k8s.io/Lease', { namespace: 'default' }).length, 1);
  });

  it('are not written without a name, in a dry run, or with --records 0', async () => {
    await scene.overlay.write({
      'kustomization.yaml': configs('x', RESOURCES).replace('metadata: { name: shop }', ''),
    });
    await deployed();
    await scene.overlay.write({ 'kustomization.yaml': configs('y', RESOURCES) });
    await deployed('--take-over', '--records', '0');
    await setPassword('z');
    await deployed('--dry-run', 'server');
    assert.deepEqual(names(), []);
  });
});
