/** Reports of users of other tools: what is said; each report is a case, as whole commands on a sandbox. */
import assert from 'node:assert/strict';
import { configs } from '../commands/overlay.js';
import { DEPLOY, reportScene } from './scene.js';

describe('reports of users of other tools: what is said', function () {
  this.timeout(60_000);
  const scene = reportScene();
  const { kapply, deploy, setPassword } = scene;

  it(`kubernetes#35222, kubectl#1355: diff and dry runs write nothing, and show what the deploy then does`, async () => {
    await deploy();
    await setPassword('password2');
    const before = scene.sandbox.store.revision();
    const shown = await kapply('diff', '-k', '.', '--prune-label', 'app=shop');
    assert.equal(shown.exitCode, 1);
    for (const how of ['client', 'server']) assert.equal((await kapply(...DEPLOY, `--dry-run=${how}`)).exitCode, 0);
    assert.equal(scene.sandbox.store.revision(), before);
    const done = await deploy();
    for (const [, name] of done.matchAll(/^\s*- (Secret\/\S+)/gm)) assert.ok(shown.stdout.includes(name!), name);
    assert.match(done, /- Secret\/db-/);
  });

  it('kubernetes#87840: a diff prints no Secret', async () => {
    await deploy();
    await setPassword('hunter2-hunter2');
    const { stdout, stderr } = await kapply('diff', '-k', '.', '--prune-label', 'app=shop');
    const encoded = Buffer.from('hunter2-hunter2').toString('base64');
    assert.ok(!stdout.includes('hunter2') && !stdout.includes(encoded) && !stderr.includes('hunter2'));
    assert.match(stdout, /Secret\/db-/);
  });

  it('kubernetes#22368, kruise#332: a deploy that changes a config under its name says whose pods keep the old values', async () => {
    const plain = (color: string) =>
      configs('password1', 'resources: [web.yaml]').replace('color=blue', `color=${color}`);
    const fixed = (color: string) =>
      `${plain(color)}\n`.replace('  labels: { app: shop }', '  labels: { app: shop }\n  disableNameSuffixHash: true');
    await scene.overlay.write({ 'kustomization.yaml': fixed('blue') });
    assert.doesNotMatch(await deploy(), /old values/);
    await scene.overlay.write({ 'kustomization.yaml': fixed('red') });
    const shown = await kapply('diff', '-k', '.');
    const said = await deploy();
    for (const text of [shown.stdout + shown.stderr, said])
      assert.match(
        text,
        /warning: Deployment\/web reads ConfigMap\/cfg when its pods start, .*they keep the old values/,
      );
    await scene.overlay.write({ 'kustomization.yaml': fixed('green') });
    const restarted = await deploy('--restart-on-change');
    assert.doesNotMatch(restarted, /old values/);
    assert.match(restarted, /~ Deployment\/web/);
  });
});
