import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKapply } from '../commands/runKapply.js';

const KUBECONFIG = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'prod-eu',
  contexts: [{ name: 'prod-eu', context: { cluster: 'eu' } }],
  clusters: [{ name: 'eu', cluster: { server: 'https://127.0.0.1:1' } }],
});

/** Command lines that nobody means, and what they are taken for; undefined: nothing is near enough. */
const cases: readonly (readonly [argv: readonly string[], meant: string | undefined])[] = [
  [['deploi'], 'deploy'],
  [['frobnicate'], undefined],
  [['deploy', '-k', 'a', '--prune-lable=a=b'], '--prune-label'],
  [['deploy', '-k', 'a', '--no-wiat'], '--no-wait'],
  [['deploy', '-k', 'a', '--frobnicate'], undefined],
  [['deploy', '-k', 'a', '-o', 'jsno'], '--output=json'],
  [['deploy', '-k', 'a', '--dry-run=sever'], '--dry-run=server'],
  [['status', '-l', 'a=b', '--output=jsn'], '--output=json'],
  [['completion', 'bsh'], 'bash'],
  [['deploy', 'overlay'], '-k overlay'],
  [['diff', 'manifests'], '-f manifests'],
  [['diff', 'manifests/a.yaml'], '-f manifests/a.yaml'],
  [['deploy', 'absent'], undefined],
  [['history', '--kubeconfig', 'kubeconfig', '--context', 'prod-ue'], 'prod-eu'],
  [['history', '--kubeconfig', 'kubeconfig', '--context', 'staging'], undefined],
];

describe('a command line that nobody means', () => {
  let cwd = '';
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'kapply-usage-'));
    for (const folder of ['overlay', 'manifests']) mkdirSync(join(cwd, folder));
    writeFileSync(join(cwd, 'overlay', 'kustomization.yml'), 'resources: []\n');
    writeFileSync(join(cwd, 'manifests', 'a.yaml'), '');
    writeFileSync(join(cwd, 'kubeconfig'), KUBECONFIG);
  });
  after(() => rmSync(cwd, { recursive: true }));

  for (const [argv, meant] of cases) {
    it(`kapply ${argv.join(' ')}: ${meant ?? 'nothing is near'}`, async () => {
      const { exitCode, stderr } = await runKapply(
        argv.map((word) => (word === 'kubeconfig' ? join(cwd, word) : word)),
        { cwd },
      );
      assert.equal(exitCode, 2, stderr);
      assert.equal(/Did you mean (.*)\?/.exec(stderr)?.[1], meant, stderr);
    });
  }

  for (const argv of [['deploy'], ['diff'], ['render'], ['status'], ['delete']]) {
    it(`${argv.join(' ')} in the folder of a kustomization proposes -k .`, async () => {
      assert.match((await runKapply(argv, { cwd: join(cwd, 'overlay') })).stderr, /did you mean -k \.\?/);
      assert.doesNotMatch((await runKapply(argv, { cwd })).stderr, /did you mean/);
    });
  }
});
