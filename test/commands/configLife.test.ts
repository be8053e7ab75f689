/** Everything around a config's life, as whole commands: history, status, delete, schedule, and the flags of a deploy. */
import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/objects/object.js';
import { configs } from './overlay.js';
import { runKapply } from './runKapply.js';
import { sandboxScene } from './sandboxScene.js';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { tier: front } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: app
        image: nginx
        envFrom:
        - configMapRef: { name: cfg }
        - secretRef: { name: db }
        - configMapRef: { name: plain, optional: true }
`;
const PLAIN = (color: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: plain }
data: { color: ${color} }
`;

describe("kapply around a config's life", () => {
  const scene = sandboxScene({
    'kustomization.yaml': configs('password1', 'resources: [web.yaml, plain.yaml]'),
    'web.yaml': WEB,
    'plain.yaml': PLAIN('red'),
  });
  const { kapply } = scene;
  async function deploy(...more: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await kapply(
      'deploy',
      '-k',
      '.',
      '--prune-label',
      'app=shop',
      '--set',
      'shop',
      ...more,
    );
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  }
  const setPassword = (password: string) =>
    scene.overlay.write({ 'kustomization.yaml': configs(password, 'resources: [web.yaml, plain.yaml]') });
  const stored = (kind: string): readonly KubeObject[] => scene.sandbox.store.list(kind, { namespace: 'default' });
  const names = (kind: string): string[] =>
    stored(kind)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== 'kube-root-ca.crt')
      .sort();

  describe('history', () => {
    it('tells the current revision, those that a rollback needs, and those that nothing uses', async () => {
      await deploy();
      await setPassword('password2');
      await deploy('--keep-rollback');
      const { exitCode, stdout } = await kapply('history', 'db');
      assert.equal(exitCode, 0);
      const lines = stdout.trimEnd().split('\n');
      assert.equal(lines[0], 'Secret/db');
      assert.match(lines[1]!, /^ {2}● current +db-\w{10} .* in use by Deployment\/web$/);
      assert.match(lines[2]!, /^ {2}↩ rollback +db-\w{10} .* rollout undo of Deployment\/web to revision 1$/);
      assert.equal(lines.length, 3);
    });

    it('is a document with -o json, and knows no family that is not there', async () => {
      await deploy();
      const { stdout } = await kapply('history', '-A', '-o', 'json');
      const { families } = JSON.parse(stdout) as { families: { name: string; revisions: { state: string }[] }[] };
      assert.deepEqual(
        families.map(({ name, revisions }) => [name, revisions.map(({ state }) => state)]),
        [
          ['cfg', ['current']],
          ['db', ['current']],
        ],
      );
      const unknown = await kapply('history', 'nothing');
      assert.equal(unknown.exitCode, 2);
      assert.match(unknown.stderr, /no generated ConfigMap or Secret is named nothing-HASH/);
    });
  });

  describe('--keep-rollback and --keep', () => {
    it('keep what the ReplicaSets of the workload could go back to, with the reason', async () => {
      await deploy();
      await setPassword('password2');
      const kept = await deploy('--keep-rollback');
      assert.match(
        kept,
        /= Secret\/db-\w{10} +kept +rollout undo of Deployment\/web to revision 1 needs it \(--keep-rollback\)/,
      );
      assert.equal(names('Secret').length, 2);
      await deploy();
      assert.equal(names('Secret').length, 1);
    });
  });

  describe('status', () => {
    it('tells which revision the pods run, what differs from the manifests, and exits 1 only when asked', async () => {
      await deploy();
      const healthy = await kapply('status', '-k', '.', '--set', 'shop', '--exit-code');
      assert.equal(healthy.exitCode, 0, healthy.stdout);
      assert.match(healthy.stdout, /✔ Current +Deployment\/web +1 of 1 pods ready/);
      assert.match(healthy.stdout, /Secret\/db-\w{10}: pods: 1 on the current one/);

      await scene.overlay.write({ 'web.yaml': WEB.replace('replicas: 1', 'replicas: 2') });
      const { stdout } = await kapply('status', '-k', '.', '--set', 'shop');
      assert.match(stdout, /differs from the manifest, not deployed yet.*: \.spec\.replicas/);
    });

    it('finds pods that started before a plain-named config was changed', async () => {
      await deploy();
      await scene.overlay.write({ 'plain.yaml': PLAIN('blue') });
      await deploy();
      const { stdout, exitCode } = await kapply('status', '-l', 'tier=front', '--exit-code');
      assert.match(stdout, /Pod\/web-\S+ may be stale: started \S+, before ConfigMap\/plain was changed \S+/);
      assert.equal(exitCode, 0, 'times alone prove nothing');
    });

    it('needs one thing to look at', async () => {
      assert.equal((await kapply('status')).exitCode, 2);
      assert.equal((await kapply('status', '-k', '.', '-l', 'a=b')).exitCode, 2);
    });
  });

  describe('--restart-on-change', () => {
    it('rolls out a change of a plain-named config, and nothing without one', async () => {
      await deploy('--restart-on-change');
      const [before] = names('apps/ReplicaSet');
      await deploy('--restart-on-change');
      assert.deepEqual(names('apps/ReplicaSet'), [before]);
      await scene.overlay.write({ 'plain.yaml': PLAIN('blue') });
      await deploy('--restart-on-change');
      assert.equal(names('apps/ReplicaSet').length, 2);
      const { stdout } = await kapply('status', '-k', '.', '--set', 'shop');
      assert.doesNotMatch(stdout, /stale/);
    });
  });

  describe('--own', () => {
    it('lets a config go with its workload, and is undone when the flag goes', async () => {
      await deploy('--own');
      const owners = () =>
        stored('ConfigMap')
          .concat(stored('Secret'))
          .flatMap(({ metadata }) => metadata.ownerReferences ?? []);
      assert.deepEqual(
        owners().map(({ kind, name }) => `${kind}/${name}`),
        ['Deployment/web', 'Deployment/web'],
      );
      await deploy();
      assert.deepEqual(owners(), []);
    });

    it('owns nothing that a bare Pod uses as well', async () => {
      await scene.overlay.write({
        'kustomization.yaml': configs('password1', 'resources: [web.yaml, pod.yaml]'),
        'pod.yaml': `
apiVersion: v1
kind: Pod
metadata: { name: bare }
spec: { containers: [{ name: app, image: nginx, envFrom: [{ secretRef: { name: db } }] }] }
`,
      });
      await deploy('--own');
      assert.equal(
        stored('ConfigMap').find(({ metadata }) => metadata.name.startsWith('cfg'))?.metadata.ownerReferences?.length,
        1,
      );
      assert.equal(
        stored('Secret').find(({ metadata }) => metadata.name.startsWith('db'))?.metadata.ownerReferences,
        undefined,
      );
    });
  });

  describe('delete', () => {
    it('removes the set with its stale configs and its lock, and nothing else', async () => {
      await deploy();
      await setPassword('password2');
      await deploy('--keep-rollback');
      const args = ['delete', '-k', '.', '--set', 'shop', '--prune-label', 'app=shop'];
      const asked = await kapply(...args);
      assert.equal(asked.exitCode, 2, asked.stdout);
      assert.equal(names('apps/Deployment').length, 1);
      const { exitCode, stdout } = await kapply(...args, '--yes');
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /- Deployment\/web +deleted/);
      for (const kind of ['ConfigMap', 'Secret', 'apps/Deployment', 'coordination.k8s.io/Lease'])
        assert.deepEqual(names(kind), [], kind);
    });

    it('keeps a config that somebody else uses, and what belongs to another set', async () => {
      await deploy();
      const [secret] = names('Secret');
      await scene.overlay.write({
        'pod.yaml': `
apiVersion: v1
kind: Pod
metadata: { name: foreign }
spec: { containers: [{ name: app, image: nginx, envFrom: [{ secretRef: { name: ${secret!} } }] }] }
`,
      });
      await kapply('deploy', '-f', 'pod.yaml', '--set', 'other', '--no-wait');
      const other = await kapply('delete', '-k', '.', '--set', 'other', '--yes');
      assert.match(other.stdout, /= Deployment\/web +kept +belongs to set shop/);
      const { stdout } = await kapply('delete', '-k', '.', '--set', 'shop', '--yes');
      assert.match(stdout, /= Secret\/db-\w{10} +kept +in use by Pod\/foreign/);
      assert.deepEqual(names('Secret'), [secret]);
    }).timeout(90_000);
  });

  describe('schedule', () => {
    it('prints manifests that the server takes, with a role that lists, deletes, and brings back what was used meanwhile', async () => {
      const { exitCode, stdout, stderr } = await kapply(
        'schedule',
        '-l',
        'app=shop',
        '--every',
        '0 3 * * *',
        '--older-than',
        '30d',
      );
      assert.equal(exitCode, 0, stderr);
      const objects = parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
      assert.deepEqual(
        objects.map(({ kind }) => kind),
        ['ServiceAccount', 'Role', 'RoleBinding', 'CronJob'],
      );
      const rules = objects[1]?.rules as { resources: string[]; verbs: string[] }[];
      for (const { resources, verbs } of rules) {
        const wanted = resources.includes('secrets')
          ? ['get', 'list', 'create', 'patch', 'delete']
          : [resources.includes('namespaces') ? 'get' : 'list'];
        assert.deepEqual(verbs, wanted, resources.join());
      }
      const applied = await runKapply(['deploy', '-f', '-', '--set', 'schedule'], {
        env: { KUBECONFIG: scene.sandbox.kubeconfig },
        stdin: stdout,
      });
      assert.equal(applied.exitCode, 0, applied.stdout + applied.stderr);
    });

    it('refuses what is no schedule and no safe selector', async () => {
      assert.equal((await kapply('schedule', '-l', 'app=shop', '--every', 'nightly')).exitCode, 2);
      assert.equal((await kapply('schedule', '-l', 'app!=shop', '--every', '@daily')).exitCode, 2);
      assert.equal((await kapply('schedule', '--every', '@daily')).exitCode, 2);
    });
  });
});
