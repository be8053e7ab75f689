import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { withFiles } from '../render/oracle.js';
import { runKapply } from '../commands/runKapply.js';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\n';
const HELM = `#!/bin/sh
case "$1" in
version) echo v3.14.0;;
template) printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-helm}\n';;
esac
`;

/** The flags of `kustomize build` on the commands that take a kustomization to a cluster. */
describe('kapply deploy and diff -k', () => {
  for (const command of ['deploy', 'diff']) {
    const run = (folder: string, ...flags: readonly string[]) =>
      runKapply([command, '--sandbox', '--sandbox-state', join(folder, 'state.json'), '-k', 'k', ...flags], {
        cwd: folder,
      });
    const exitCode = command === 'diff' ? 1 : 0;

    it(`${command}: --load-restrictor allows files outside of the kustomization`, () =>
      withFiles(
        { 'shared.yaml': CONFIG_MAP, 'k/kustomization.yaml': 'resources: [../shared.yaml]\n' },
        async (folder) => {
          const refused = await run(folder);
          assert.equal(refused.exitCode, 2);
          assert.match(refused.stdout + refused.stderr, /shared\.yaml is outside of k/);
          const done = await run(folder, '--load-restrictor', 'LoadRestrictionsNone');
          assert.equal(done.exitCode, exitCode, done.stderr);
          assert.match(done.stdout, /ConfigMap\/shared/);
        },
      ));

    it(`${command}: --enable-helm renders charts`, () =>
      withFiles(
        {
          'helm.sh': HELM,
          'k/kustomization.yaml': 'helmCharts: [{name: web, releaseName: r}]\n',
          'k/charts/web/values.yaml': 'a: 1\n',
        },
        async (folder) => {
          chmodSync(join(folder, 'helm.sh'), 0o755);
          assert.equal((await run(folder)).exitCode, 2);
          const done = await run(folder, '--enable-helm', '--helm-command', join(folder, 'helm.sh'));
          assert.equal(done.exitCode, exitCode, done.stderr);
          assert.match(done.stdout, /ConfigMap\/from-helm/);
        },
      ));
  }
});
