import assert from 'node:assert/strict';
import { runKapply } from '../commands/runKapply.js';
import { sandboxScene } from '../commands/sandboxScene.js';

/** Node opens `process.stdin` when it is asked for: that takes time, and it may be a pipe that somebody else reads. */
describe('a command that reads nothing from stdin', () => {
  const scene = sandboxScene({
    'kustomization.yaml': 'configMapGenerator: [{ name: cfg, literals: [a=b] }]\n',
    'plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }\n',
  });

  for (const words of [
    'deploy -k . --set shop',
    'deploy -f plain.yaml --log-file log',
    'deploy -f plain.yaml -q',
    'diff -k .',
    'render -k .',
    'status -k .',
    'prune -l a=b',
    'uses cm/kube-root-ca.crt',
  ]) {
    it(`does not ask for it: ${words}`, async () => {
      scene.later();
      const ran = await runKapply(words.split(' '), { ...scene.environment(), closed: true });
      assert.doesNotMatch(ran.stdout + ran.stderr, /stdin was asked for/);
      assert.ok([0, 1].includes(ran.exitCode), ran.stdout + ran.stderr);
    });
  }
});
