import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/cluster/connect.js';
import { findPreferred, type Cluster, type ObjectAddress } from '../../src/cluster/cluster.js';
import type { JsonObject } from '../../src/objects/object.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { assertFits } from '../schemas.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const kustomization = (color: string, more = '') => `
metadata: { name: shop }
resources: [web.yaml]
generatorOptions: { labels: { app: shop } }
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
${more}`;
const web = (image = 'nginx:1') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: shop } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "${image}", envFrom: [{ configMapRef: { name: cfg } }] }] }
`;

describe('kapply plan, and deploy --plan', () => {
  let sandbox: Sandbox;
  let cluster: Cluster;
  let overlay: Overlay;
  let file: string;
  let late = 0;

  beforeEach(async () => {
    late = 0;
    sandbox = await startSandbox({ now: () => Date.now() + late });
    cluster = await connect({ kubeconfig: sandbox.kubeconfig, env: {} });
    overlay = await makeOverlay({ 'kustomization.yaml': kustomization('blue'), 'web.yaml': web() });
    file = join(overlay.folder, 'plan.json');
    assert.equal((await kapply('deploy', '-k', overlay.folder, '--prune-label', 'app=shop')).exitCode, 0);
    late = 2000;
    await overlay.write({ 'kustomization.yaml': kustomization('green') });
  });
  afterEach(async () => {
    await cluster.close();
    await sandbox.close();
    await overlay.remove();
  });

  function kapply(...argv: string[]) {
    return runKapply(argv, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });
  }

  async function plan(...more: string[]) {
    const planned = await kapply('plan', '-k', overlay.folder, '--prune-label', 'app=shop', '-o', file, ...more);
    assert.equal(planned.exitCode, 0, planned.stderr);
    const text = await readFile(file, 'utf8');
    assertFits('plan', JSON.parse(text));
    return { ...planned, text };
  }

  async function addressOf(kind: string, name: string, group = 'apps'): Promise<ObjectAddress> {
    const resource = findPreferred(await cluster.discover(), group, kind);
    assert.ok(resource);
    return { resource, namespace: 'default', name };
  }

  async function edit(patch: JsonObject, manager = 'kubectl-edit', subresource?: string): Promise<void> {
    const options = {
      type: 'merge',
      fieldManager: manager,
      ...(subresource !== undefined && { subresource }),
    } as const;
    await cluster.patch(await addressOf('Deployment', 'web'), patch, options);
  }

  async function configs(): Promise<string[]> {
    const { resource } = await addressOf('ConfigMap', '', '');
    const { items } = await cluster.list(resource, { namespace: 'default', labelSelector: 'app=shop' });
    return items.map(({ data }) => (data as { color: string }).color).sort();
  }

  it('does what the plan says, without the source, and says so when it was done already', async () => {
    const { stdout, text } = await plan();
    assert.match(stdout, /~ Deployment\/web {2}update, restarts 2 pods\n/);
    assert.match(stdout, /written to .*plan\.json: kapply deploy --plan .*plan\.json does exactly this\n$/);
    assert.deepEqual(await configs(), ['blue']);
    await overlay.remove();
    await overlay.write({ 'plan.json': text });
    const deployed = await kapply('deploy', '--plan', 'plan.json');
    assert.equal(deployed.exitCode, 0, deployed.stdout);
    assert.deepEqual(await configs(), ['green']);
    assert.match(deployed.stdout, /--prune-label, --set from plan\.json \(sha256:[0-9a-f]{64}\)/);
    const again = await kapply('deploy', '--plan', 'plan.json');
    assert.equal(again.exitCode, 0, again.stdout);
    assert.match(again.stdout, /this plan was carried out already: there is nothing to do/);
  });

  it('refuses what has moved, with the field, what it was and is, and by whom; a status may change', async () => {
    await plan();
    await edit({ spec: { template: { spec: { containers: [{ name: 'app', image: 'nginx:2', envFrom: [] }] } } } });
    const { exitCode, stdout } = await kapply('deploy', '--plan', file);
    assert.equal(exitCode, 9, stdout);
    assert.match(
      stdout,
      /\.spec\.template\.spec\.containers\[name="app"\]\.image was "nginx:1" and is "nginx:2" \(kubectl-edit, \d{4}-/,
    );
    assert.deepEqual(await configs(), ['blue']);
  });
});
