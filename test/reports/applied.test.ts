/** Reports of users of other tools: what is applied; each report is a case, as whole commands on a sandbox. */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { findResource } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import type { KubeObject } from '../../src/objects/object.js';
import { configs } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';
import { DEPLOY, reportScene, web } from './scene.js';

describe('reports of users of other tools: what is applied', function () {
  this.timeout(60_000);
  const scene = reportScene();
  const { environment, later, kapply, deploy, setPassword, stored, names, apply, createAsKubectl } = scene;

  it('kubectl#815: generated and other objects without the label are applied as well', async () => {
    await scene.overlay.write({
      'kustomization.yaml': configs('password1', 'resources: [web.yaml]').replace(/generatorOptions:\n.*\n/, ''),
    });
    const { exitCode, stdout } = await kapply(...DEPLOY);
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual([names('apps/Deployment').length, names('ConfigMap').length, names('Secret').length], [1, 1, 1]);
  });

  it('kubernetes#99003: a field that leaves the manifest leaves the object, though kubectl apply had set it', async () => {
    const cluster = await connect({ env: {}, kubeconfig: scene.sandbox.kubeconfig });
    try {
      const resource = findResource(await cluster.discover(), '', 'v1', 'ConfigMap');
      assert.ok(resource);
      const config = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'plain' },
        data: { old: '1', kept: '1' },
      };
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(config) };
      await cluster.create(
        { resource, namespace: 'default', name: 'plain' },
        { ...config, metadata: { name: 'plain', namespace: 'default', annotations } },
        { fieldManager: 'kubectl-client-side-apply' },
      );
    } finally {
      await cluster.close();
    }
    await apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {kept: "1"}}');
    const plain = stored('ConfigMap').find(({ metadata }) => metadata.name === 'plain');
    assert.deepEqual(plain?.data, { kept: '1' });
    assert.equal(plain.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'], undefined);
  });

  it('kubectl#1453: a key that leaves a Secret goes, though kubectl create had made it, and no value is shown', async () => {
    const secret = (data: Record<string, string>): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pair' },
      data,
    });
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    await createAsKubectl(
      secret({ first: encode('hunter2-first'), second: encode('hunter2-second') }),
      'kubectl-create',
    );
    later();
    const stdin = `{apiVersion: v1, kind: Secret, metadata: {name: pair}, data: {first: ${encode('hunter2-first')}}}`;
    const shown = await runKapply(['diff', '-f', '-'], { ...environment(), stdin });
    const done = await runKapply(['deploy', '-f', '-'], { ...environment(), stdin });
    assert.equal(done.exitCode, 0, done.stdout + done.stderr);
    const pair = stored('Secret').find(({ metadata }) => metadata.name === 'pair');
    assert.deepEqual(Object.keys(pair?.data as object), ['first'], done.stdout);
    for (const { stdout, stderr } of [shown, done])
      for (const secretText of ['hunter2', encode('hunter2-first'), encode('hunter2-second')])
        assert.ok(!(stdout + stderr).includes(secretText), stdout + stderr);
  });

  it('kubernetes#63982, kubernetes#47238: a container that is renamed at each build does not stay beside its successor', async () => {
    const named = (name: string) => web().replace('name: app\n', `name: ${name}\n`);
    await createAsKubectl(parse(named('app-151')) as KubeObject);
    await scene.overlay.write({ 'web.yaml': named('app-152') });
    await deploy();
    await scene.overlay.write({ 'web.yaml': named('app-153') });
    await deploy();
    const { template } = stored('apps/Deployment')[0]!.spec as {
      template: { spec: { containers: readonly { name: string }[] } };
    };
    assert.deepEqual(
      template.spec.containers.map(({ name }) => name),
      ['app-153'],
    );
  });

  it('kubernetes#39144, kubernetes#23551: a changed port takes the place of the old one, and a node port that the server chose stays', async () => {
    const service = (port: number) =>
      `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [{name: http, port: ${port}}]}}`;
    await createAsKubectl(parse(service(8080)) as KubeObject);
    const portsNow = () =>
      (
        stored('Service').find(({ metadata }) => metadata.name === 'web')!.spec as {
          ports: readonly { port: number; nodePort?: number }[];
        }
      ).ports;
    const nodePort = portsNow()[0]?.nodePort;
    assert.ok(nodePort !== undefined);
    await apply(service(8080));
    assert.deepEqual(
      portsNow().map((one) => one.nodePort),
      [nodePort],
    );
    await apply(service(9090));
    assert.deepEqual(
      portsNow().map(({ port }) => port),
      [9090],
    );
  });

  it('kustomize#4653, kapp#1119: what has not changed is not sent, and a run after a prune finds nothing to do', async () => {
    await deploy();
    await setPassword('password2');
    const pruned = await deploy();
    assert.match(pruned, /- Secret\/db-/);
    scene.sandbox.faults.forget();
    const again = await deploy();
    assert.doesNotMatch(again, /^ {2}[-+~] /m);
    const writes = scene.sandbox.faults
      .requests()
      .filter(({ method, resource }) => method !== 'GET' && resource !== 'leases');
    assert.deepEqual(
      writes.map(({ method, resource }) => `${method} ${resource}`),
      [],
    );
  });

  it('kapp#644: failures that repeat leave no heap of records', async () => {
    await deploy('--set', 'shop');
    const bookkeeping = () =>
      ['ConfigMap', 'Secret', 'coordination.k8s.io/Lease']
        .flatMap((kind) => stored(kind))
        .filter(({ metadata }) => metadata.name.startsWith('kapply-')).length;
    await setPassword('password2');
    scene.sandbox.faults.add(
      { kind: 'refuse', code: 403, message: 'denied by a webhook' },
      { on: ({ method, resource }) => method === 'DELETE' && resource === 'secrets', times: Infinity },
    );
    const counts: number[] = [];
    for (let at = 0; at < 4; at++) {
      const { exitCode } = await kapply(...DEPLOY, '--set', 'shop', '--records', '2');
      assert.equal(exitCode, 6);
      counts.push(bookkeeping());
    }
    assert.equal(counts.at(-1), counts.at(-2), counts.join());
  });

  it('kubernetes#69879, kubernetes#73140: a Service under a new name that wants the address of the old one is refused, with what to do', async () => {
    const service = (name: string) =>
      `{apiVersion: v1, kind: Service, metadata: {name: ${name}, labels: {app: shop}}, spec: {clusterIP: 10.0.0.53, ports: [{port: 53}]}}`;
    const kustomization = configs('password1', 'resources: [web.yaml, dns.yaml]');
    await scene.overlay.write({ 'kustomization.yaml': kustomization, 'dns.yaml': service('kube-dns') });
    await deploy('--set', 'shop');
    await scene.overlay.write({ 'dns.yaml': service('coredns') });
    const { exitCode, stdout, stderr } = await kapply(...DEPLOY, '--set', 'shop', '--yes');
    assert.equal(exitCode, 5, stdout + stderr);
    assert.match(stdout + stderr, /Service\/coredns: spec\.clusterIPs?: .*already allocated/);
    assert.match(stdout + stderr, /If that is this one under its old name, delete the old one first/);
    assert.ok(names('Service').includes('kube-dns'));
  });

  it('kubernetes#113482: what an autoscaler has scaled stays, and a duplicate name is told before anything is sent', async () => {
    await deploy();
    const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 5
`;
    await apply(scaler);
    const [live] = stored('apps/Deployment');
    scene.sandbox.store.update('apps/Deployment', { ...live!, spec: { ...(live!.spec as object), replicas: 3 } });
    await setPassword('password2');
    await deploy();
    assert.equal((stored('apps/Deployment')[0]!.spec as { replicas: number }).replicas, 3);

    const env = 'env: [{ name: A, value: "1" }, { name: A, value: "2" }]';
    await scene.overlay.write({ 'web.yaml': web().replace('envFrom:', `${env}\n        envFrom:`) });
    scene.sandbox.faults.forget();
    const { exitCode, stdout, stderr } = await kapply(...DEPLOY);
    assert.equal(exitCode, 2);
    assert.match(stdout + stderr, /web\.yaml|Deployment\/web/);
    assert.ok(scene.sandbox.faults.requests().every(({ method }) => method === 'GET'));
  });

  it('helm#9710, helm#12258, helm#31783: creates that charge one quota at once are tried again', async () => {
    scene.sandbox.faults.add(
      {
        kind: 'refuse',
        code: 409,
        message: 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified',
      },
      { on: ({ method, url }) => method === 'PATCH' && !url.includes('dryRun'), times: 4 },
    );
    await deploy();
    assert.equal(names('Secret').length, 1);
  });
});
