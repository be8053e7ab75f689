/** What users of other tools report: each report is a case, as whole commands on a sandbox. */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { findResource } from '../../../src/cluster/cluster.js';
import { connect } from '../../../src/cluster/connect.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { configs, makeOverlay, type Overlay } from '../../commands/overlay.js';
import { runKapply } from '../../commands/runKapply.js';

const web = (more: { readonly image?: string; readonly metadata?: string; readonly spec?: string } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web${more.metadata ?? ''} }
spec:
  ${more.spec ?? 'replicas: 1'}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: app
        image: ${more.image ?? 'shop/web'}
        envFrom: [{ configMapRef: { name: cfg } }, { secretRef: { name: db } }]
`;

describe('what users of other tools report', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let overlay: Overlay;
  let clock = 0;

  beforeEach(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + clock });
    overlay = await makeOverlay({
      'kustomization.yaml': configs('password1', 'resources: [web.yaml]'),
      'web.yaml': web(),
    });
  });
  afterEach(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  /** Creation times have whole seconds: what one command makes is older than the next one. */
  const later = (): number => (clock += 3000);
  const environment = () => ({ cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });
  function kapply(...argv: string[]) {
    later();
    return runKapply(argv, environment());
  }
  const DEPLOY = ['deploy', '-k', '.', '--prune-label', 'app=shop'];
  async function deploy(...more: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await kapply(...DEPLOY, ...more);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  }
  const setPassword = (password: string) =>
    overlay.write({ 'kustomization.yaml': configs(password, 'resources: [web.yaml]') });
  const stored = (kind: string, namespace = 'default'): readonly KubeObject[] =>
    sandbox.store.list(kind, { namespace });
  const names = (kind: string, namespace?: string): string[] =>
    stored(kind, namespace)
      .map(({ metadata }) => metadata.name)
      // Neither the certificate of each namespace nor the records of deploys.
      .filter((name) => name !== 'kube-root-ca.crt' && !name.startsWith('kapply-'))
      .sort();
  /** Puts an object there as kubectl's server-side apply would. */
  async function apply(text: string, ...more: string[]): Promise<void> {
    later();
    const { exitCode, stdout, stderr } = await runKapply(
      ['deploy', '-f', '-', '--set', 'elsewhere', '--no-wait', ...more],
      { ...environment(), stdin: text },
    );
    assert.equal(exitCode, 0, stdout + stderr);
  }

  it(`kustomize-controller#1180, flux2#3378, argo-cd#5080, kpt#3119, kubernetes#22368: the old config is there until the rollout has ended, and when it fails`, async () => {
    await deploy();
    const [old = ''] = names('Secret');
    await setPassword('password2');
    await overlay.write({ 'web.yaml': web({ image: 'shop/does-not-exist' }) });
    sandbox.faults.forget();
    const failed = await kapply(...DEPLOY, '--timeout', '2s');
    assert.equal(failed.exitCode, 4, failed.stdout + failed.stderr);
    assert.match(failed.stdout, /Nothing was pruned: the old ConfigMaps and Secrets still serve old pods\./);
    assert.deepEqual(
      sandbox.faults.requests().filter(({ method }) => method === 'DELETE'),
      [],
    );
    assert.ok(names('Secret').includes(old), failed.stdout);

    await overlay.write({ 'web.yaml': web() });
    const usersWhenDeleted: string[][] = [];
    const act = (): void => {
      const usersOfOld = stored('Pod').filter((pod) => JSON.stringify(pod.spec).includes(old));
      usersWhenDeleted.push(usersOfOld.map(({ metadata }) => metadata.name));
    };
    sandbox.faults.add(
      { kind: 'meanwhile', act },
      { on: ({ method, resource }) => method === 'DELETE' && resource === 'secrets', times: Infinity },
    );
    await deploy();
    assert.ok(usersWhenDeleted.length > 0);
    assert.deepEqual(usersWhenDeleted.flat(), []);
    assert.equal(names('Secret').length, 1);
    assert.notEqual(names('Secret')[0], old);
  });

  it(`kustomize#1806, kustomize#2226: hash-suffixed configs do not pile up`, async () => {
    for (const password of ['password1', 'password2', 'password3', 'password4']) {
      await setPassword(password);
      await deploy();
    }
    assert.equal(names('Secret').length, 1);
    assert.equal(names('ConfigMap').length, 1);
  });

  it(`argo-rollouts#2675, helm#12388: what a rollback needs stays when it is asked for, and otherwise the plan says what it costs`, async () => {
    await deploy();
    const [old] = names('Secret');
    await setPassword('password2');
    const { stdout } = await kapply('diff', '-k', '.', '--prune-label', 'app=shop');
    assert.match(stdout, /rollout undo of Deployment\/web to revision 1 will no longer work/);
    await deploy('--keep-rollback');
    assert.ok(names('Secret').includes(old!));
    const replicaSets = stored('apps/ReplicaSet').map((object) => JSON.stringify(object.spec));
    assert.ok(replicaSets.some((spec) => spec.includes(old!)));
  });

  it('kubectl#815: generated and other objects without the label are applied as well', async () => {
    await overlay.write({
      'kustomization.yaml': configs('password1', 'resources: [web.yaml]').replace(/generatorOptions:\n.*\n/, ''),
    });
    const { exitCode, stdout } = await kapply(...DEPLOY);
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual([names('apps/Deployment').length, names('ConfigMap').length, names('Secret').length], [1, 1, 1]);
  });

  it(`kubernetes#108161, kubernetes#110905: a prune in one namespace deletes nothing in another`, async () => {
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: one}}');
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: two}}');
    await deploy('-n', 'one', '--set', 'shop');
    await deploy('-n', 'two', '--set', 'shop');
    await setPassword('password2');
    const before = names('Secret', 'two');
    await deploy('-n', 'one', '--set', 'shop');
    assert.deepEqual(names('Secret', 'two'), before);
    assert.equal(names('Secret', 'one').length, 1);
    await kapply('prune', '-n', 'one', '-l', 'app=shop', '--older-than', '0s', '--yes');
    assert.deepEqual(names('Secret', 'two'), before);
  });

  it('kubernetes#108161: what the same overlay runs in a namespace of --prune-namespace is asked about', async () => {
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: one}}');
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: two}}');
    await overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
    const both = ['-n', 'one', '--set', 'shop', '--prune-namespace', 'two'];
    await deploy('-n', 'one', '--set', 'shop');
    await deploy('-n', 'two', '--set', 'shop');
    const asked = await kapply(...DEPLOY, ...both);
    assert.equal(asked.exitCode, 2, asked.stdout);
    assert.match(asked.stdout + asked.stderr, /namespaces that this deploy does not render \(two\)/);
    assert.deepEqual([names('apps/Deployment', 'two').length, names('Secret', 'two').length], [1, 1]);

    // What nothing uses any more is generated: for that, the flag and the label are consent.
    await setPassword('password2');
    await deploy('-n', 'two', '--set', 'shop', '--keep', '1');
    await overlay.write({ 'web.yaml': web() });
    await deploy('-n', 'two', '--set', 'shop', '--keep', '1');
    await deploy(...both);
    assert.deepEqual([names('apps/Deployment', 'two').length, names('Secret', 'two').length], [1, 1]);
    await overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
    await deploy('-n', 'two', '--set', 'shop');
    await deploy(...both, '--yes');
    assert.deepEqual([names('apps/Deployment', 'two').length, names('Secret', 'two').length], [0, 0]);
  });

  it('kubernetes#106284: what is left in a namespace that is rendered no more is found', async () => {
    const inNamespace = (namespace: string) =>
      overlay.write({
        'kustomization.yaml': `${configs('password1', 'resources: [web.yaml]')}\nnamespace: ${namespace}\n`,
      });
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: one}}');
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: two}}');
    await inNamespace('one');
    await overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
    await deploy('--set', 'shop');
    await inNamespace('two');
    const asked = await kapply(...DEPLOY, '--set', 'shop');
    assert.equal(asked.exitCode, 2, asked.stdout);
    assert.match(asked.stdout + asked.stderr, /namespaces that this deploy does not render \(one\)/);
    await deploy('--set', 'shop', '--yes');
    assert.deepEqual([names('Secret', 'one').length, names('Secret', 'two').length], [0, 1]);
  });

  it(`kubernetes#94443, flux#315, flux#410, argo-cd#8683: children that controllers and operators make keep their parent's label and stay`, async () => {
    await deploy();
    const owner = stored('apps/Deployment')[0]!;
    const ownerReferences = [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner.metadata.uid!, controller: true },
    ];
    const labels = { app: 'shop' };
    sandbox.store.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'child-2222222222', namespace: 'default', labels, ownerReferences },
    });
    sandbox.store.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'copied-2222222222', namespace: 'default', labels },
    });
    later();
    await setPassword('password2');
    await deploy();
    await kapply('prune', '-l', 'app=shop', '--older-than', '0s', '--yes');
    const left = names('ConfigMap');
    assert.ok(left.includes('child-2222222222') && left.includes('copied-2222222222'), left.join());
  });

  it(`kubernetes#40635, argo-cd#4464: an empty render is refused, and nothing is deleted`, async () => {
    await deploy();
    const before = [names('Secret'), names('ConfigMap'), names('apps/Deployment')];
    await overlay.write({ 'kustomization.yaml': 'metadata: { name: shop }\nresources: []\n' });
    sandbox.faults.forget();
    const { exitCode } = await kapply(...DEPLOY, '--yes');
    assert.equal(exitCode, 2);
    assert.ok(sandbox.faults.requests().every(({ method }) => method === 'GET'));
    assert.deepEqual([names('Secret'), names('ConfigMap'), names('apps/Deployment')], before);
  });

  it(`kubernetes#66430, kubernetes#89254, kustomize-controller#1664: one object that cannot be deleted does not stop the others, and is found again`, async () => {
    await deploy();
    const [old] = names('Secret');
    await overlay.write({
      'kustomization.yaml': configs('password2', 'resources: [web.yaml]').replace('blue', 'red'),
    });
    sandbox.faults.add(
      { kind: 'refuse', code: 403, message: 'denied by a webhook' },
      { on: ({ method, resource }) => method === 'DELETE' && resource === 'secrets' },
    );
    const partly = await kapply(...DEPLOY);
    assert.equal(partly.exitCode, 6, partly.stdout);
    assert.match(partly.stdout, new RegExp(`Secret/${old!}.*denied by a webhook`));
    assert.equal(names('ConfigMap').length, 1);
    assert.equal(names('Secret').length, 2);
    await deploy();
    assert.equal(names('Secret').length, 1);
  });

  it(`kubernetes#35222, kubectl#1355: diff and dry runs write nothing, and show what the deploy then does`, async () => {
    await deploy();
    await setPassword('password2');
    const before = sandbox.store.revision();
    const shown = await kapply('diff', '-k', '.', '--prune-label', 'app=shop');
    assert.equal(shown.exitCode, 1);
    for (const how of ['client', 'server']) assert.equal((await kapply(...DEPLOY, `--dry-run=${how}`)).exitCode, 0);
    assert.equal(sandbox.store.revision(), before);
    const done = await deploy();
    for (const [, name] of done.matchAll(/^\s*- (Secret\/\S+)/gm)) assert.ok(shown.stdout.includes(name!), name);
    assert.match(done, /- Secret\/db-/);
  });

  it('kubernetes#87840: a diff prints no Secret', async () => {
    await deploy();
    await setPassword('hunter2-hunter2');
    const { stdout, stderr } = await kapply('diff', '-k', '.', '--prune-label', 'app=shop');
    const encoded = Buffer.from('hunter2-hunter2').toString('base64');
    assert.ok(!stdout.includes('hunter2') && !stdout.includes(encoded) && !stderr.includes('hunter2'));
    assert.match(stdout, /Secret\/db-/);
  });

  it('kubectl#738: a rollout that cannot succeed ends early, with the reason', async () => {
    await overlay.write({ 'web.yaml': web({ image: 'shop/does-not-exist' }) });
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

  it('kubernetes#99003: a field that leaves the manifest leaves the object, though kubectl apply had set it', async () => {
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig });
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

  const ELSEWHERE: readonly (readonly [report: string, object: string])[] = [
    [
      'ingress-nginx#3292, haproxy-ingress#67, traefik#4497: an Ingress',
      `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: front, namespace: two, annotations: {nginx.ingress.kubernetes.io/auth-secret: one/NAME}}, spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}}`,
    ],
    [
      'kubernetes-replicator#319, kubernetes-replicator#33: a copy that is kept from it',
      `{apiVersion: v1, kind: Secret, metadata: {name: copy, namespace: two, annotations: {replicator.v1.mittwald.de/replicate-from: one/NAME}}}`,
    ],
    [
      'kubernetes-reflector#295, kubernetes-reflector#88: a mirror of it',
      `{apiVersion: v1, kind: Secret, metadata: {name: mirror, namespace: two, annotations: {reflector.v1.k8s.emberstack.com/reflects: one/NAME}}}`,
    ],
  ];
  for (const [report, object] of ELSEWHERE) {
    it(`${report} in another namespace keeps the Secret that it names`, async () => {
      await apply('{apiVersion: v1, kind: Namespace, metadata: {name: one}}');
      await apply('{apiVersion: v1, kind: Namespace, metadata: {name: two}}');
      await deploy('-n', 'one', '--set', 'shop');
      const [old = ''] = names('Secret', 'one');
      await apply(object.replace('NAME', old), '-n', 'two');
      await setPassword('password2');
      const said = await deploy('-n', 'one', '--set', 'shop');
      assert.ok(names('Secret', 'one').includes(old), said);
      assert.match(said, new RegExp(`Secret/${old} .*in use by two/\\w+/(front|copy|mirror)`));
    });
  }

  const EXPOSED: readonly (readonly [report: string, object: string])[] = [
    [
      'ingress-nginx#4529, haproxy-ingress#1000: the TCP services of an ingress controller',
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: tcp, namespace: two}, data: {"3306": "one/db:3306"}}',
    ],
    [
      'serving#11747: an ExternalName Service',
      '{apiVersion: v1, kind: Service, metadata: {name: remote, namespace: two}, spec: {type: ExternalName, externalName: db.one.svc.cluster.local}}',
    ],
  ];
  for (const [report, object] of EXPOSED) {
    it(`${report} in another namespace keeps the Service that it names, though it is rendered no more`, async () => {
      await apply('{apiVersion: v1, kind: Namespace, metadata: {name: one}}');
      await apply('{apiVersion: v1, kind: Namespace, metadata: {name: two}}');
      const service =
        'apiVersion: v1\nkind: Service\nmetadata: {name: db, labels: {app: shop}}\nspec: {ports: [{port: 3306}]}\n';
      await overlay.write({
        'kustomization.yaml': configs('password1', 'resources: [web.yaml, db.yaml]'),
        'db.yaml': service,
      });
      await deploy('-n', 'one', '--set', 'shop');
      await apply(object, '-n', 'two');
      await setPassword('password1');
      const said = await deploy('-n', 'one', '--set', 'shop', '--yes');
      assert.deepEqual(names('Service', 'one'), ['db'], said);
      assert.match(said, /Service\/db .*in use by two\/(ConfigMap\/tcp|Service\/remote)/);
    });
  }

  /** Puts an object there as `kubectl apply` or `kubectl create` of the client side would. */
  async function createAsKubectl(object: KubeObject, manager = 'kubectl-client-side-apply') {
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig });
    try {
      const [group = '', version = 'v1'] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', 'v1'];
      const resource = findResource(await cluster.discover(), group, version, object.kind);
      assert.ok(resource);
      const metadata = { namespace: 'default', ...object.metadata };
      const isApplied = manager === 'kubectl-client-side-apply';
      const annotations = {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ ...object, metadata }),
      };
      await cluster.create(
        { resource, namespace: 'default', name: metadata.name },
        { ...object, metadata: isApplied ? { ...metadata, annotations } : metadata },
        { fieldManager: manager },
      );
    } finally {
      await cluster.close();
    }
  }

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
    await overlay.write({ 'web.yaml': named('app-152') });
    await deploy();
    await overlay.write({ 'web.yaml': named('app-153') });
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
    sandbox.faults.forget();
    const again = await deploy();
    assert.doesNotMatch(again, /^ {2}[-+~] /m);
    const writes = sandbox.faults
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
    sandbox.faults.add(
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

  it('kubectl#555, kubernetes#85357: the last labelled object of a namespace is found, and asked about', async () => {
    const labelled = web({ metadata: ', labels: { app: shop }' });
    await overlay.write({ 'web.yaml': labelled });
    await deploy('--set', 'shop');
    await overlay.write({
      'kustomization.yaml': 'resources: [other.yaml]\n',
      'other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n',
    });
    const asked = await kapply(...DEPLOY, '--set', 'shop');
    assert.equal(asked.exitCode, 2, asked.stdout);
    assert.ok(names('apps/Deployment').length === 1);
    await deploy('--set', 'shop', '--yes');
    assert.deepEqual([names('apps/Deployment'), names('Secret')], [[], []]);
  });

  it('kapp#99: what an operator makes with the labels and annotations of its parent is not the set’s', async () => {
    await overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
    await deploy('--set', 'shop');
    const { metadata } = stored('apps/Deployment')[0]!;
    sandbox.store.create('Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'made', namespace: 'default', labels: metadata.labels!, annotations: metadata.annotations! },
      spec: { ports: [{ port: 80 }] },
    });
    await setPassword('password2');
    await deploy('--set', 'shop', '--yes');
    const { exitCode, stdout } = await kapply(
      'delete',
      '-k',
      '.',
      '--set',
      'shop',
      '--prune-label',
      'app=shop',
      '--yes',
    );
    assert.equal(exitCode, 0, stdout);
    assert.ok(names('Service').includes('made'), stdout);
    assert.deepEqual(names('apps/Deployment'), []);
  });

  it('kustomize-controller#440: the pods of a Job go with it', async () => {
    const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, labels: { app: shop } }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: app, image: shop/web }] }
`;
    await overlay.write({
      'kustomization.yaml': configs('password1', 'resources: [web.yaml, job.yaml]'),
      'job.yaml': job,
    });
    await deploy('--set', 'shop');
    const ofJob = () => stored('Pod').filter(({ metadata }) => metadata.name.startsWith('migrate'));
    assert.equal(ofJob().length, 1);
    await setPassword('password1');
    await deploy('--set', 'shop', '--yes');
    assert.deepEqual(names('batch/Job'), []);
    for (let at = 0; at < 50 && ofJob().length > 0; at++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(ofJob(), []);
  });

  it('kubernetes#22368, kruise#332: a deploy that changes a config under its name says whose pods keep the old values', async () => {
    const plain = (color: string) =>
      configs('password1', 'resources: [web.yaml]').replace('color=blue', `color=${color}`);
    const fixed = (color: string) =>
      `${plain(color)}\n`.replace('  labels: { app: shop }', '  labels: { app: shop }\n  disableNameSuffixHash: true');
    await overlay.write({ 'kustomization.yaml': fixed('blue') });
    assert.doesNotMatch(await deploy(), /old values/);
    await overlay.write({ 'kustomization.yaml': fixed('red') });
    const shown = await kapply('diff', '-k', '.');
    const said = await deploy();
    for (const text of [shown.stdout + shown.stderr, said])
      assert.match(
        text,
        /warning: Deployment\/web reads ConfigMap\/cfg when its pods start, .*they keep the old values/,
      );
    await overlay.write({ 'kustomization.yaml': fixed('green') });
    const restarted = await deploy('--restart-on-change');
    assert.doesNotMatch(restarted, /old values/);
    assert.match(restarted, /~ Deployment\/web/);
  });

  it('kubernetes#69879, kubernetes#73140: a Service under a new name that wants the address of the old one is refused, with what to do', async () => {
    const service = (name: string) =>
      `{apiVersion: v1, kind: Service, metadata: {name: ${name}, labels: {app: shop}}, spec: {clusterIP: 10.0.0.53, ports: [{port: 53}]}}`;
    const kustomization = configs('password1', 'resources: [web.yaml, dns.yaml]');
    await overlay.write({ 'kustomization.yaml': kustomization, 'dns.yaml': service('kube-dns') });
    await deploy('--set', 'shop');
    await overlay.write({ 'dns.yaml': service('coredns') });
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
    sandbox.store.update('apps/Deployment', { ...live!, spec: { ...(live!.spec as object), replicas: 3 } });
    await setPassword('password2');
    await deploy();
    assert.equal((stored('apps/Deployment')[0]!.spec as { replicas: number }).replicas, 3);

    const env = 'env: [{ name: A, value: "1" }, { name: A, value: "2" }]';
    await overlay.write({ 'web.yaml': web().replace('envFrom:', `${env}\n        envFrom:`) });
    sandbox.faults.forget();
    const { exitCode, stdout, stderr } = await kapply(...DEPLOY);
    assert.equal(exitCode, 2);
    assert.match(stdout + stderr, /web\.yaml|Deployment\/web/);
    assert.ok(sandbox.faults.requests().every(({ method }) => method === 'GET'));
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
    sandbox.faults.forget();
    const { exitCode, stdout, stderr } = await runKapply(['deploy', '-f', '-'], { ...environment(), stdin: text });
    assert.equal(exitCode, 0, stdout + stderr);
    const written = sandbox.faults
      .requests()
      .filter(({ method, url }) => ['PATCH', 'POST'].includes(method) && !url.includes('dryRun'))
      .map(({ url }) => url);
    const place = (part: string): number => written.findIndex((url) => url.includes(`/${part}`));
    for (const of of ['hooked', 'plain']) {
      assert.ok(place(`serviceaccounts/${of}`) >= 0, written.join('\n'));
      assert.ok(place(`serviceaccounts/${of}`) < place(`jobs/migrate-${of}`), written.join('\n'));
    }
  });

  it('helm#9710, helm#12258, helm#31783: creates that charge one quota at once are tried again', async () => {
    sandbox.faults.add(
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

  it('argo-cd#4764: what somebody hung on an owner that does not control it is pruned all the same', async () => {
    const config = (name: string): string =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, labels: {app: own}}, data: {a: b}}\n---\n`;
    const run = (text: string) =>
      runKapply(['deploy', '-f', '-', '--set', 'own', '--prune-label', 'app=own'], { ...environment(), stdin: text });
    later();
    assert.equal((await run(config('holder') + config('owned'))).exitCode, 0);
    const [holder, owned] = ['holder', 'owned'].map((name) =>
      stored('ConfigMap').find((one) => one.metadata.name === name)!,
    );
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'holder', uid: holder!.metadata.uid! }];
    sandbox.store.update('ConfigMap', { ...owned!, metadata: { ...owned!.metadata, ownerReferences } });
    later();
    const { exitCode, stdout } = await run(config('holder'));
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(names('ConfigMap'), ['holder']);
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
    sandbox.store.remove('batch/Job', 'default', job()!.metadata.name);
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
