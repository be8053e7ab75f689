import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const kustomization = (value: string) => `
metadata: { name: shop }
resources: [web.yaml]
generatorOptions: { labels: { app: shop } }
configMapGenerator: [{ name: cfg, literals: [color=${value}, size=large] }]
secretGenerator: [{ name: db, literals: [password=${value}-password] }]`;
const web = (more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "nginx:1", envFrom: [{ configMapRef: { name: cfg } }, { secretRef: { name: db } }] }] }
${more}`;

describe('kapply diff', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;

  before(async () => {
    // Creation times have seconds: what the deploy creates is older than the diff.
    let late = 0;
    sandbox = await startSandbox({ now: () => Date.now() + late });
    overlay = await makeOverlay({ 'kustomization.yaml': kustomization('blue'), 'web.yaml': web() });
    const deployed = await kapply('deploy', {}, '--prune-label', 'app=shop');
    assert.equal(deployed.exitCode, 0, deployed.stdout + deployed.stderr);
    await overlay.write({ 'kustomization.yaml': kustomization('green') });
    late = 2000;
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  function kapply(command: string, env: Readonly<Record<string, string>> = {}, ...flags: string[]) {
    const argv = [command, '-k', overlay.folder, ...flags];
    return runKapply(argv, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig, ...env } });
  }

  it('says what is restarted, what serves until then, and compares a config with the one that it replaces', async () => {
    const { exitCode, stdout } = await kapply('diff', {}, '--prune-label', 'app=shop');
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /\+ ConfigMap\/cfg-\w+ {2}create, replaces cfg-\w+\n@@ .*\n.*\n.*\n- {2}color: blue\n\+ {2}color: green\n/,
    );
    assert.equal(stdout.match(/^[+-] {2}name: /gm), null, 'the heading names both');
    assert.match(stdout, /~ Deployment\/web {2}update, restarts 2 pods\n/);
    assert.match(stdout, /- ConfigMap\/cfg-\w+ {2}prune, after the rollout: until then in use by Pod\/web-/);
    assert.match(stdout, /\nrestarts 2 pods of Deployment\/web\n$/);
  });

  it('counts the lines of each object with --stat', async () => {
    const { exitCode, stdout } = await kapply('diff', {}, '--stat');
    assert.equal(exitCode, 1);
    assert.match(stdout, /^\+ ConfigMap\/cfg-\w+ {2}\+1 -1 {2}create, replaces cfg-\w+$/m);
    assert.match(stdout, /^~ Deployment\/web +\+2 -2 {2}update, restarts 2 pods$/m);
  });

  it('prints a comment with -o markdown, and nothing else on stdout', async () => {
    const { exitCode, stdout } = await kapply('diff', {}, '-o', 'markdown');
    assert.equal(exitCode, 1);
    assert.match(stdout, /^### kapply diff\n\nset shop, namespace default, context /);
    assert.ok(!stdout.includes('-password'));
    assert.match(stdout, /password: '\*\*\* \(after\)'/);
  });

  it('hands KUBECTL_EXTERNAL_DIFF two folders without secrets, and of its words those that kubectl takes', async () => {
    const program = join(overlay.folder, 'program');
    await writeFile(program, '#!/bin/sh\necho "words: $3 $4 $5"\nls $1 $2\ncat $1/* $2/*\nexit 1\n');
    await chmod(program, 0o755);
    const env = { KUBECTL_EXTERNAL_DIFF: `${program} -u ./path --color=always`, PATH: process.env.PATH ?? '' };
    const { exitCode, stdout, stderr } = await kapply('diff', env);
    assert.equal(exitCode, 1, stderr);
    assert.match(stdout, /^words: -u --color=always \n/);
    assert.equal(stdout.match(/^apps\.v1\.Deployment\.default\.web$/gm)?.length, 2);
    assert.equal(stdout.match(/^v1\.ConfigMap\.default\.cfg-\w+$/gm)?.length, 2);
    assert.match(stdout, /color: blue[^]*color: green/);
    for (const value of ['blue-password', 'green-password']) {
      assert.ok(!stdout.includes(value));
      assert.ok(!stdout.includes(Buffer.from(value).toString('base64')));
    }
    assert.match(stdout, /\nrestarts 2 pods of Deployment\/web\n$/);
  });

  it('ends with exit 2 where that program is not there, or fails', async () => {
    const missing = await kapply('diff', { KUBECTL_EXTERNAL_DIFF: 'no-such-program' });
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /KUBECTL_EXTERNAL_DIFF=no-such-program: it cannot be started \(ENOENT\)/);
    const program = join(overlay.folder, 'failing');
    await writeFile(program, '#!/bin/sh\nexit 3\n');
    await chmod(program, 0o755);
    const failing = await kapply('diff', { KUBECTL_EXTERNAL_DIFF: program });
    assert.equal(failing.exitCode, 2);
    assert.match(failing.stderr, /it ended with exit code 3/);
  });

  it('shows the rest of a plan of which something is refused, and the refusal with its remedies once', async () => {
    await overlay.write({ 'other.yaml': web().replace('replicas: 2', 'replicas: 7') });
    const argv = [
      'deploy',
      '-f',
      'other.yaml',
      '--field-manager',
      'somebody',
      '--force-conflicts',
      '--take-over',
      '--no-wait',
    ];
    const options = { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } };
    const other = await runKapply([...argv, '--set', 'shop'], options);
    assert.equal(other.exitCode, 0, other.stdout + other.stderr);
    const { exitCode, stdout, stderr } = await kapply('diff');
    assert.equal(exitCode, 5, stdout + stderr);
    assert.match(stdout, /- {2}color: blue\n\+ {2}color: green\n/);
    assert.match(
      stdout,
      /✖ Deployment\/web {2}refused, .*\n {4}\.spec\.replicas: 7 there, by "somebody" at .*Z; 2 in the manifest\n/,
    );
    assert.match(stdout, /\n\+2 create {2}✖1 refused\n$/);
    assert.match(stderr, /error: 1 of 3 objects refused, nothing was sent: Deployment\/web\n/);
    assert.ok(!stderr.includes('managed by'), 'once is enough');
  });

  it('is annotated on GitHub, where a deploy fails, at the line of the manifest', async () => {
    const env = {
      KUBECONFIG: sandbox.kubeconfig,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: join(overlay.folder, '..'),
    };
    const deploy = (...flags: string[]) => runKapply(['deploy', ...flags], { cwd: overlay.folder, env });
    const name = basename(overlay.folder);
    const conflict = await deploy('-k', overlay.folder);
    assert.equal(conflict.exitCode, 5);
    assert.match(
      conflict.stdout,
      new RegExp(`^::error file=${name}/web\\.yaml,line=2,title=Deployment/web refused::.*\\.spec\\.replicas`, 'm'),
    );
    await overlay.write({ 'bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: [ }\n' });
    const bad = await deploy('-f', 'bad.yaml');
    assert.equal(bad.exitCode, 2);
    assert.match(bad.stdout, new RegExp(`^::error file=${name}/bad\\.yaml,line=4,col=\\d+,title=kapply deploy::`, 'm'));
    const { stdout } = await runKapply(['deploy', '-k', overlay.folder], {
      cwd: overlay.folder,
      env: { ...env, GITHUB_WORKSPACE: join(overlay.folder, 'elsewhere') },
    });
    assert.match(stdout, /^::error title=Deployment\/web refused::/m);
  });

  it('folds the diff of each object up where the CI system can, and neither what is refused nor the counts', async () => {
    const systems: readonly (readonly [Readonly<Record<string, string>>, open: RegExp, close: RegExp])[] = [
      [{ GITHUB_ACTIONS: 'true' }, /^::group::\+ ConfigMap\/cfg-\w+ {2}create, .*$/gm, /^::endgroup::$/gm],
      [
        { GITLAB_CI: 'true' },
        // eslint-disable-next-line no-control-regex -- the escape character is the subject
        /^\u001b\[0Ksection_start:\d{10}:kapply_\d+_1\[collapsed=true\]\r\u001b\[0K\+ ConfigMap\/cfg-\w+ {2}create, .*$/gm,
        // eslint-disable-next-line no-control-regex -- the escape character is the subject
        /^\u001b\[0Ksection_end:\d{10}:kapply_\d+_\d\r\u001b\[0K$/gm,
      ],
      [{ TF_BUILD: 'True' }, /^##\[group\]\+ ConfigMap\/cfg-.*$/gm, /^##\[endgroup\]$/gm],
    ];
    const plain = (await kapply('diff')).stdout;
    for (const [env, open, close] of systems) {
      const { stdout } = await kapply('diff', env);
      assert.equal(stdout.match(open)?.length, 1, stdout);
      const ends = [...stdout.matchAll(close)];
      assert.equal(ends.length, 2, 'one for each of the two that are created');
      const after = stdout.slice((ends.at(-1)?.index ?? 0) + (ends.at(-1)?.[0] ?? '').length + 1);
      assert.match(after, /^✖ Deployment\/web {2}refused, [^]*\n\+2 create {2}✖1 refused\n$/);
      const inner = stdout.replace(close, '').replaceAll('\n\n', '\n');
      assert.ok(inner.includes('+  color: green'), inner);
      for (const flag of ['--annotate=none', '--stat', '-omarkdown'])
        assert.equal((await kapply('diff', env, flag)).stdout, (await kapply('diff', {}, flag)).stdout, flag);
    }
    assert.doesNotMatch(plain, /group|section_/);
  });

  it('is annotated on GitHub at the line of the manifest, on stderr, and keeps secrets', async () => {
    const root = join(overlay.folder, '..');
    const env = { KUBECONFIG: sandbox.kubeconfig, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root };
    const name = basename(overlay.folder);
    for (const command of ['diff', 'plan']) {
      const refused = await runKapply([command, '-k', '.'], { cwd: overlay.folder, env });
      assert.equal(refused.exitCode, 5, refused.stderr);
      assert.match(
        refused.stderr,
        new RegExp(`^::error file=${name}/web\\.yaml,line=2,title=Deployment/web refused::.*\\.spec\\.replicas`, 'm'),
      );
      assert.doesNotMatch(refused.stdout, /::error/);
      const bad = await runKapply([command, '-f', 'bad.yaml'], { cwd: overlay.folder, env });
      assert.match(
        bad.stderr,
        new RegExp(`^::error file=${name}/bad\\.yaml,line=4,col=\\d+,title=kapply ${command}::`, 'm'),
      );
      const quiet = await runKapply([command, '-f', 'bad.yaml', '--annotate=none'], { cwd: overlay.folder, env });
      assert.doesNotMatch(quiet.stderr, /::error/);
    }
  });
});
