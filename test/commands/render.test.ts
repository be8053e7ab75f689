import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findKustomize, withFiles, type Files } from '../render/oracle.js';
import { runKapply } from './runKapply.js';

const config = (name: string, namespace?: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;

const FILES: Files = {
  'app/kustomization.yaml': 'resources: [objects.yaml, ../shared.yaml]\n',
  'app/objects.yaml': `${config('B', 'one')}---\n${config('a', 'two')}---\n${config('c')}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: system:x\n`,
  'shared.yaml': config('shared', 'one'),
  'single/kustomization.yaml': 'namespace: one\nresources: [deployment.yaml]\n',
  'single/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: Web\n',
};
const UNRESTRICTED = ['--load-restrictor', 'LoadRestrictionsNone'];

function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('kapply render', () => {
  it('prints the rendered objects to stdout', async () => {
    await withFiles(FILES, async (cwd) => {
      const { exitCode, stdout, stderr } = await runKapply(['render', '-k', 'single'], { cwd });
      assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
      assert.equal(stdout, 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: Web\n  namespace: one\n');
    });
  });

  it('writes one file for each object into a folder', async () => {
    await withFiles(FILES, async (cwd) => {
      mkdirSync(join(cwd, 'out'));
      const { exitCode, stdout } = await runKapply(['render', '-k', 'app', ...UNRESTRICTED, '-o', 'out'], { cwd });
      assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: '' });
      assert.deepEqual(Object.keys(filesIn(join(cwd, 'out'))), [
        'default_v1_configmap_c.yaml',
        'one_v1_configmap_b.yaml',
        'one_v1_configmap_shared.yaml',
        'rbac.authorization.k8s.io_v1_clusterrole_system:x.yaml',
        'two_v1_configmap_a.yaml',
      ]);
    });
  });

  it('writes the same files as kustomize', async function () {
    const kustomize = findKustomize();
    if (kustomize === undefined) return this.skip();
    await withFiles(FILES, async (cwd) => {
      for (const [folder, flags] of [
        ['app', UNRESTRICTED],
        ['single', []],
      ] as const) {
        for (const output of ['out', 'out.yaml']) {
          const [ours, theirs] = [join(cwd, 'ours', output), join(cwd, 'theirs', output)];
          for (const path of [ours, theirs]) mkdirSync(output === 'out' ? path : join(path, '..'), { recursive: true });
          assert.equal((await runKapply(['render', '-k', folder, ...flags, '-o', ours], { cwd })).exitCode, 0);
          assert.equal(spawnSync(kustomize, ['build', folder, ...flags, '-o', theirs], { cwd }).status, 0);
          if (output === 'out') assert.deepEqual(filesIn(ours), filesIn(theirs));
          else assert.equal(readFileSync(ours, 'utf8'), readFileSync(theirs, 'utf8'));
        }
        rmSync(join(cwd, 'ours'), { recursive: true });
        rmSync(join(cwd, 'theirs'), { recursive: true });
      }
    });
  });

  it('makes a folder whose path ends in a slash', async () => {
    await withFiles(FILES, async (cwd) => {
      const { exitCode } = await runKapply(['render', '-k', 'single', '-o', 'new/rendered/'], { cwd });
      assert.equal(exitCode, 0);
      assert.deepEqual(Object.keys(filesIn(join(cwd, 'new/rendered'))), ['apps_v1_deployment_web.yaml']);
    });
  });

  it('prints for -o - and -o yaml, and makes no file of the name of a format', async () => {
    await withFiles(FILES, async (cwd) => {
      const { stdout } = await runKapply(['render', '-k', 'single'], { cwd });
      for (const output of ['-', 'yaml'])
        assert.equal((await runKapply(['render', '-k', 'single', '-o', output], { cwd })).stdout, stdout);
      const json = await runKapply(['render', '-k', 'single', '-o', 'json'], { cwd });
      assert.equal(json.exitCode, 2);
      assert.match(json.stderr, /render prints YAML, not json/);
      const elsewhere = await runKapply(['render', '-k', 'single'], { cwd, env: { KAPPLY_OUTPUT: 'json' } });
      assert.equal(elsewhere.stdout, stdout);
      assert.deepEqual(readdirSync(cwd).sort(), ['app', 'shared.yaml', 'single']);
    });
  });

  it('lets no file of the repository say where it writes', async () => {
    await withFiles({ ...FILES, 'single/.kapply.yaml': 'output: ../escaped.yaml\n' }, async (cwd) => {
      const { exitCode, stdout } = await runKapply(['render', '-k', 'single'], { cwd });
      assert.equal(exitCode, 0);
      assert.match(stdout, /kind: Deployment/);
      assert.ok(!readdirSync(cwd).includes('escaped.yaml'));
    });
  });

  it('writes files that hold a Secret for their owner alone', async () => {
    const files = {
      'k/kustomization.yaml': 'secretGenerator: [{name: s, literals: [a=b]}]\nconfigMapGenerator: [{name: c}]\n',
    };
    await withFiles(files, async (cwd) => {
      for (const output of ['one.yaml', 'each/']) {
        assert.equal((await runKapply(['render', '-k', 'k', '-o', output], { cwd })).exitCode, 0);
      }
      const modeOf = (path: string): number => statSync(join(cwd, path)).mode & 0o777;
      assert.equal(modeOf('one.yaml'), 0o600);
      for (const name of readdirSync(join(cwd, 'each')))
        assert.equal(modeOf(`each/${name}`), name.includes('secret') ? 0o600 : modeOf('k/kustomization.yaml'));
    });
  });

  it('refuses what it cannot write, or would write twice', async () => {
    const files: Files = {
      ...FILES,
      'same/kustomization.yaml': 'resources: [o.yaml]\n',
      'same/o.yaml': `${config('a')}---\n${config('A')}`,
    };
    await withFiles(files, async (cwd) => {
      mkdirSync(join(cwd, 'out'));
      const nowhere = await runKapply(['render', '-k', 'single', '-o', 'no/such/file.yaml'], { cwd });
      assert.equal(nowhere.exitCode, 2);
      assert.match(nowhere.stderr, /no\/such\/file\.yaml cannot be written/);
      const twice = await runKapply(['render', '-k', 'same', '-o', 'out'], { cwd });
      assert.equal(twice.exitCode, 2);
      assert.match(twice.stderr, /v1_configmap_a\.yaml is taken/);
      assert.deepEqual(readdirSync(join(cwd, 'out')), []);
    });
  });

  it('takes the flags of kustomize build', async () => {
    await withFiles(FILES, async (cwd) => {
      assert.equal((await runKapply(['render', '-k', 'app'], { cwd })).exitCode, 2);
      const labelled = await runKapply(['render', '-k', 'single', '--enable-managedby-label'], { cwd });
      assert.match(labelled.stdout, /app\.kubernetes\.io\/managed-by: kustomize-v5/);
      const [fifo, legacy] = [
        await runKapply(['render', '-k', 'app', ...UNRESTRICTED, '--reorder', 'none'], { cwd }),
        await runKapply(['render', '-k', 'app', ...UNRESTRICTED, '--reorder', 'legacy'], { cwd }),
      ];
      assert.match(fifo.stdout, /^apiVersion: v1/);
      assert.match(legacy.stdout, /^apiVersion: rbac/);
      assert.equal((await runKapply(['render', '-k', 'app', '--reorder', 'other'], { cwd })).exitCode, 2);
    });
  });
});
