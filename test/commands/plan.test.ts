import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/cluster/connect.js';
import { findPreferred, type Cluster, type ObjectAddress } from '../../src/cluster/cluster.js';
import type { JsonObject } from '../../src/objects/object.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { assertFits } from '../schemas.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const PASSWORD = 'correct-horse-battery';
const kustomization = (color: string, more = '') => `
metadata: { name: shop }
resources: [web.yaml]
generatorOptions: { labels: { app: shop } }
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
${more}`;
const SECRET = `secretGenerator: [{ name: db, literals: [password=${PASSWORD}] }]`;
const web = (image = 'nginx:1') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: shop } }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "${image}", envFrom: [{ configMapRef: { name: cfg } }] }] }
`;

describe('kapply plan, and deploy --plan', () => {
  let sandbox: Sandbox;
  let cluster: Cluster;
  let overlay: Overlay;
  let namespace: string;
  let late = 0;
  let namespaces = 0;

  before(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + late });
    cluster = await connect({ kubeconfig: sandbox.kubeconfig, env: {} });
  });
  after(async () => {
    await cluster.close();
    await sandbox.close();
  });
  beforeEach(async () => {
    namespace = `shop-${(namespaces += 1)}`;
    await cluster.create(
      { ...(await addressOf('Namespace', namespace, '')), namespace: '' },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    );
    overlay = await makeOverlay({ 'kustomization.yaml': kustomization('blue'), 'web.yaml': web() });
    const first = await kapply('deploy', '-k', '.', '-n', namespace, '--prune-label', 'app=shop');
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    late += 2000;
    await overlay.write({ 'kustomization.yaml': kustomization('green') });
  });
  afterEach(() => overlay.remove());

  function kapply(...argv: string[]) {
    return runKapply(argv, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig, GITHUB_SHA: 'c0ffee1' } });
  }

  async function plan(...more: string[]) {
    const argv = ['plan', '-k', '.', '-n', namespace, '--prune-label', 'app=shop', '-o', 'plan.json', ...more];
    const planned = await kapply(...argv);
    assert.equal(planned.exitCode, 0, planned.stdout + planned.stderr);
    const text = await readFile(join(overlay.folder, 'plan.json'), 'utf8');
    assertFits('plan', JSON.parse(text));
    return { ...planned, text };
  }

  async function addressOf(kind: string, name: string, group = 'apps'): Promise<ObjectAddress> {
    const resource = findPreferred(await cluster.discover(), group, kind);
    assert.ok(resource);
    return { resource, namespace, name };
  }

  async function edit(patch: JsonObject, fieldManager = 'kubectl-edit'): Promise<void> {
    await cluster.patch(await addressOf('Deployment', 'web'), patch, {
      type: 'strategic',
      fieldManager,
    });
  }

  const otherImage = { spec: { template: { spec: { containers: [{ name: 'app', image: 'nginx:2' }] } } } };

  async function colors(): Promise<string[]> {
    const { resource } = await addressOf('ConfigMap', '', '');
    const { items } = await cluster.list(resource, { namespace, labelSelector: 'app=shop' });
    return items.map(({ data }) => (data as { color: string }).color).sort();
  }

  it('does what the plan says, without the source, and says so when it was done already', async () => {
    const { stdout, text } = await plan();
    assert.match(stdout, /~ Deployment\/web {2}update/);
    assert.match(stdout, /plan of \S+ from -k \. at commit c0ffee1, sha256:[0-9a-f]{64}\n/);
    assert.match(stdout, /written to plan\.json: kapply deploy --plan plan\.json does exactly this\n$/);
    assert.deepEqual(await colors(), ['blue']);
    await overlay.remove();
    await overlay.write({ 'plan.json': text });
    // Neither the namespace nor the label is said again.
    const deployed = await kapply('deploy', '--plan', 'plan.json');
    assert.equal(deployed.exitCode, 0, deployed.stdout);
    assert.deepEqual(await colors(), ['green']);
    assert.match(deployed.stdout, /--namespace, --prune-label, --set from plan\.json \(sha256:[0-9a-f]{64}\)/);
    const again = await kapply('deploy', '--plan', 'plan.json', '-o', 'json');
    assert.equal(again.exitCode, 0, again.stdout);
    assert.match(again.stdout, /this plan was carried out already: there is nothing to do/);
  });

  it('refuses what has moved, with the field, what it was and is, who wrote it and when; before anything is sent', async () => {
    await plan();
    await edit(otherImage);
    const { exitCode, stdout } = await kapply('deploy', '--plan', 'plan.json');
    assert.equal(exitCode, 9, stdout);
    assert.match(
      stdout,
      /Deployment\/web.* \.spec\.template\.spec\.containers\[name="app"\]\.image was "nginx:1" and is "nginx:2" \(kubectl-edit, \d{4}-/,
    );
    assert.match(stdout, /the plan of \S+ no longer holds: Deployment\/web moved since\. Nothing was sent/);
    assert.deepEqual(await colors(), ['blue']);
    const asked = await kapply('deploy', '--plan', 'plan.json', '--dry-run=server', '-o', 'json');
    assert.equal(asked.exitCode, 9);
    assert.equal((JSON.parse(asked.stdout) as { summary: { result: string } }).summary.result, 'planMoved');
  });

  it('is shown by diff without a cluster, also as a comment', async () => {
    await plan('--prune-limit', '0');
    const env = { KUBECONFIG: '/nowhere' };
    const shown = await runKapply(['diff', '--plan', 'plan.json'], { cwd: overlay.folder, env });
    assert.equal(shown.exitCode, 1, shown.stderr);
    assert.match(shown.stdout, /- {2}color: blue\n\+ {2}color: green\n/);
    assert.match(shown.stdout, /- ConfigMap\/cfg-\w+ {2}prune/);
    assert.match(shown.stdout, /whoever approves this agrees: 1 object would be deleted, more than --prune-limit 0/);
    const comment = await runKapply(['diff', '--plan', 'plan.json', '-o', 'markdown'], { cwd: overlay.folder, env });
    assert.match(comment.stdout, /^### kapply diff\n[^]*whoever approves this[^]*sha256:/);
    const both = await kapply('diff', '--plan', 'plan.json', '-k', '.');
    assert.equal(both.exitCode, 2);
    // The plan answers the question.
    assert.equal((await kapply('deploy', '--plan', 'plan.json')).exitCode, 0);
    assert.deepEqual(await colors(), ['green']);
  });

  it('proposes a command for the same cluster as the same user, that works when it is pasted', async () => {
    const who = ['--kubeconfig', sandbox.kubeconfig, '--as', 'ada', '--as-group', 'system:masters'];
    const { stdout } = await plan(...who);
    const [, proposed = ''] = /written to plan\.json: kapply (.*) does exactly this\n$/.exec(stdout) ?? [];
    assert.ok(proposed.endsWith('--as ada --as-group system:masters'), stdout);
    const pasted = await runKapply(proposed.split(' '), { cwd: overlay.folder });
    assert.equal(pasted.exitCode, 0, pasted.stdout + pasted.stderr);
    assert.deepEqual(await colors(), ['green']);
  });

  it('holds no value of a Secret, and renders again for it what must be the same', async () => {
    await overlay.write({ 'kustomization.yaml': kustomization('green', SECRET) });
    const { text, stdout } = await plan();
    for (const form of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) {
      assert.ok(!text.includes(form));
      assert.ok(!stdout.includes(form));
    }
    assert.equal((await stat(join(overlay.folder, 'plan.json'))).mode & 0o777, 0o600);
    assert.match(stdout, /kapply deploy --plan plan\.json -k \. does exactly this/);
    const alone = await kapply('deploy', '--plan', 'plan.json');
    assert.equal(alone.exitCode, 2);
    assert.match(alone.stderr, /hashes instead of the secret values of Secret\/db-\w+[^]*--plan FILE -k \./);
    await overlay.write({ 'web.yaml': web('nginx:3') });
    const other = await kapply('deploy', '--plan', 'plan.json', '-k', '.');
    assert.equal(other.exitCode, 9, other.stderr);
    assert.match(
      other.stderr,
      /Deployment\/web \(\.spec\.template\.spec\.containers\[0\]\.image\)[^]*Check out c0ffee1/,
    );
    await overlay.write({ 'web.yaml': web() });
    const deployed = await kapply('deploy', '--plan', 'plan.json', '-k', '.');
    assert.equal(deployed.exitCode, 0, deployed.stdout + deployed.stderr);
    assert.deepEqual(await colors(), ['green']);
  });

  it('takes flags that say the same, and refuses those that say something else', async () => {
    await plan('--keep', '1');
    for (const flag of ['--keep=0', '--set=other', '--prune-label=app=other', '--own', '--namespace=default']) {
      const { exitCode, stderr } = await kapply('deploy', '--plan', 'plan.json', flag);
      assert.equal(exitCode, 2, flag);
      assert.match(stderr, /--\S+ says .*, and the plan was made with /, flag);
    }
    const client = await kapply('deploy', '--plan', 'plan.json', '--dry-run=client');
    assert.equal(client.exitCode, 2);
    const same = await kapply('deploy', '--plan', 'plan.json', '--keep=1', '-n', namespace, '--timeout=1m');
    assert.equal(same.exitCode, 0, same.stdout + same.stderr);
    assert.deepEqual(await colors(), ['blue', 'green']);
  });

  it('goes through a pipe, exits 1 on demand, and refuses a file that was edited', async () => {
    const piped = await kapply('plan', '-k', '.', '-n', namespace, '-o', '-', '--exit-code');
    assert.equal(piped.exitCode, 1);
    assertFits('plan', JSON.parse(piped.stdout));
    assert.match(piped.stderr, /~ Deployment\/web/);
    const edited = piped.stdout.replaceAll('"nginx:1"', '"nginx:evil"');
    await writeFile(join(overlay.folder, 'plan.json'), edited);
    const refused = await kapply('deploy', '--plan', 'plan.json', '-o', 'json');
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stdout, /"PlanChanged"/);
    const env = { KUBECONFIG: sandbox.kubeconfig };
    const deployed = await runKapply(['deploy', '--plan', '-'], { cwd: overlay.folder, env, stdin: piped.stdout });
    assert.equal(deployed.exitCode, 0, deployed.stdout + deployed.stderr);
    assert.deepEqual(await colors(), ['blue', 'green'], 'without a label nothing is pruned');
  });

  it('writes no file where the server refuses something', async () => {
    await edit(otherImage, 'somebody');
    const planned = await kapply('plan', '-k', '.', '-n', namespace, '-o', 'plan.json');
    assert.equal(planned.exitCode, 5, planned.stdout);
    assert.match(planned.stdout, /✖ Deployment\/web/);
    await assert.rejects(stat(join(overlay.folder, 'plan.json')), { code: 'ENOENT' });
  });
});
