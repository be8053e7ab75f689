/** Reports of users of other tools: what is waited for; each report is a case, as whole commands on a sandbox. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { runKapply } from '../commands/runKapply.js';
import { DEPLOY, reportScene, web } from './scene.js';

describe('reports of users of other tools: what is waited for', function () {
  this.timeout(60_000);
  const scene = reportScene();
  const { environment, later, stored, names } = scene;

  it('kubectl#738: a rollout that cannot succeed ends early, with the reason', async () => {
    await scene.overlay.write({ 'web.yaml': web({ image: 'shop/does-not-exist' }) });
    later();
    // Its 30 s are over in one: the time-out of five minutes is not what ends it.
    const began = Date.now();
    const now = (): number => began + (Date.now() - began) * 30;
    const { exitCode, stdout, stderr } = await runKapply(DEPLOY, { ...environment(), now });
    assert.equal(exitCode, 3, stdout + stderr);
    const [, seconds] = /Deployment\/web +FAILED after (\d+)s/.exec(stdout) ?? [];
    assert.ok(Number(seconds) >= 30, stdout);
    assert.match(stdout, /container app: (ImagePullBackOff|ErrImagePull)/);
  });

  it('helm#12861: a Pod is not ready because it was before its image was changed', async () => {
    const pod = (image: string): string =>
      `{apiVersion: v1, kind: Pod, metadata: {name: tool}, spec: {containers: [{name: app, image: "${image}"}]}}`;
    const deployPod = (image: string) =>
      runKapply(['deploy', '-f', '-', '--timeout', '2s'], { ...environment(), stdin: pod(image) });
    assert.equal((await deployPod('shop/tool:1')).exitCode, 0);
    assert.equal((await deployPod('shop/tool:2')).exitCode, 0);
    const failed = await deployPod('shop/does-not-exist');
    assert.equal(failed.exitCode, 4, failed.stdout);
    assert.match(failed.stdout, /Pod\/tool +TIMED OUT/);
  });

  it('helm#12414, helm#7447: a hook has its ServiceAccount, be it a hook of the same weight or no hook at all', async () => {
    const job = (annotations: string, account: string): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate-${account}, annotations: { helm.sh/hook: pre-install${annotations} } }
spec: { template: { spec: { serviceAccountName: ${account}, restartPolicy: Never, containers: [{ name: a, image: busybox, command: [sh, -c, exit 0] }] } } }
---`;
    const account = (name: string, annotations: string): string =>
      `{apiVersion: v1, kind: ServiceAccount, metadata: {name: ${name}, annotations: {${annotations}}}}\n---\n`;
    const text = [
      job(', helm.sh/hook-weight: "-3"', 'hooked'),
      account('hooked', 'helm.sh/hook: pre-install, helm.sh/hook-weight: "-3"'),
      job('', 'plain'),
      account('plain', 'a: b'),
    ].join('\n');
    scene.sandbox.faults.forget();
    const { exitCode, stdout, stderr } = await runKapply(['deploy', '-f', '-'], { ...environment(), stdin: text });
    assert.equal(exitCode, 0, stdout + stderr);
    const written = scene.sandbox.faults
      .requests()
      .filter(({ method, url }) => ['PATCH', 'POST'].includes(method) && !url.includes('dryRun'))
      .map(({ url }) => url);
    const place = (part: string): number => written.findIndex((url) => url.includes(`/${part}`));
    for (const of of ['hooked', 'plain']) {
      assert.ok(place(`serviceaccounts/${of}`) >= 0, written.join('\n'));
      assert.ok(place(`serviceaccounts/${of}`) < place(`jobs/migrate-${of}`), written.join('\n'));
    }
  });

  it('helm#8146: after a hook that somebody deleted while it ran, nothing is applied', async () => {
    const text = `
{apiVersion: batch/v1, kind: Job, metadata: {name: before, annotations: {helm.sh/hook: pre-install}}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: busybox, command: [sleep, "60"]}]}}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: after}, data: {a: b}}
`;
    const running = runKapply(['deploy', '-f', '-'], { ...environment(), stdin: text });
    const job = (): KubeObject | undefined => stored('batch/Job').find((one) => one.metadata.name.startsWith('before'));
    while (job() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    scene.sandbox.store.remove('batch/Job', 'default', job()!.metadata.name);
    const { exitCode, stdout } = await running;
    assert.equal(exitCode, 3, stdout);
    assert.deepEqual(names('ConfigMap'), []);
  });

  it('terraform-provider-kubectl#228: what has nothing to start is not waited for', async () => {
    const text = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: nowhere }
spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { nodeSelector: { no: such }, containers: [{ name: a, image: x }] } } }
`;
    const { exitCode, stdout } = await runKapply(['deploy', '-f', '-', '--timeout', '5s'], {
      ...environment(),
      stdin: text,
    });
    assert.equal(exitCode, 0, stdout);
  });
});
