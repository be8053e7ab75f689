/** Reports of users of other tools: what is pruned and what stays; each report is a case, as whole commands on a sandbox. */
import assert from 'node:assert/strict';
import { canStillStart } from '../../src/engine/uses/lifecycle.js';
import { configs } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';
import { DEPLOY, reportScene, web } from './scene.js';

describe('reports of users of other tools: what is pruned and what stays', function () {
  this.timeout(60_000);
  const scene = reportScene();
  const { environment, later, kapply, deploy, setPassword, stored, names, apply } = scene;

  it(`kustomize-controller#1180, flux2#3378, argo-cd#5080, kpt#3119, kubernetes#22368: the old config is there until the rollout has ended, and when it fails`, async () => {
    await deploy();
    const [old = ''] = names('Secret');
    await setPassword('password2');
    await scene.overlay.write({ 'web.yaml': web({ image: 'shop/does-not-exist' }) });
    scene.sandbox.faults.forget();
    const failed = await kapply(...DEPLOY, '--timeout', '2s');
    assert.equal(failed.exitCode, 4, failed.stdout + failed.stderr);
    assert.match(failed.stdout, /Nothing was pruned: the old ConfigMaps and Secrets still serve old pods\./);
    assert.deepEqual(
      scene.sandbox.faults.requests().filter(({ method }) => method === 'DELETE'),
      [],
    );
    assert.ok(names('Secret').includes(old), failed.stdout);

    await scene.overlay.write({ 'web.yaml': web() });
    const usersWhenDeleted: string[][] = [];
    const act = (): void => {
      // A pod that is going starts nothing any more: it is no user (engine/uses/lifecycle).
      const usersOfOld = stored('Pod').filter((pod) => canStillStart(pod) && JSON.stringify(pod.spec).includes(old));
      usersWhenDeleted.push(usersOfOld.map(({ metadata }) => metadata.name));
    };
    scene.sandbox.faults.add(
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
    await scene.overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
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
    await scene.overlay.write({ 'web.yaml': web() });
    await deploy('-n', 'two', '--set', 'shop', '--keep', '1');
    await deploy(...both);
    assert.deepEqual([names('apps/Deployment', 'two').length, names('Secret', 'two').length], [1, 1]);
    await scene.overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
    await deploy('-n', 'two', '--set', 'shop');
    await deploy(...both, '--yes');
    assert.deepEqual([names('apps/Deployment', 'two').length, names('Secret', 'two').length], [0, 0]);
  });

  it('kubernetes#106284: what is left in a namespace that is rendered no more is found', async () => {
    const inNamespace = (namespace: string) =>
      scene.overlay.write({
        'kustomization.yaml': `${configs('password1', 'resources: [web.yaml]')}\nnamespace: ${namespace}\n`,
      });
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: one}}');
    await apply('{apiVersion: v1, kind: Namespace, metadata: {name: two}}');
    await inNamespace('one');
    await scene.overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
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
    scene.sandbox.store.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'child-2222222222', namespace: 'default', labels, ownerReferences },
    });
    scene.sandbox.store.create('ConfigMap', {
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
    await scene.overlay.write({ 'kustomization.yaml': 'metadata: { name: shop }\nresources: []\n' });
    scene.sandbox.faults.forget();
    const { exitCode } = await kapply(...DEPLOY, '--yes');
    assert.equal(exitCode, 2);
    assert.ok(scene.sandbox.faults.requests().every(({ method }) => method === 'GET'));
    assert.deepEqual([names('Secret'), names('ConfigMap'), names('apps/Deployment')], before);
  });

  it(`kubernetes#66430, kubernetes#89254, kustomize-controller#1664: one object that cannot be deleted does not stop the others, and is found again`, async () => {
    await deploy();
    const [old] = names('Secret');
    await scene.overlay.write({
      'kustomization.yaml': configs('password2', 'resources: [web.yaml]').replace('blue', 'red'),
    });
    scene.sandbox.faults.add(
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
      await scene.overlay.write({
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

  it('kubectl#555, kubernetes#85357: the last labelled object of a namespace is found, and asked about', async () => {
    const labelled = web({ metadata: ', labels: { app: shop }' });
    await scene.overlay.write({ 'web.yaml': labelled });
    await deploy('--set', 'shop');
    await scene.overlay.write({
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
    await scene.overlay.write({ 'web.yaml': web({ metadata: ', labels: { app: shop }' }) });
    await deploy('--set', 'shop');
    const { metadata } = stored('apps/Deployment')[0]!;
    scene.sandbox.store.create('Service', {
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
    await scene.overlay.write({
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
    scene.sandbox.store.update('ConfigMap', { ...owned!, metadata: { ...owned!.metadata, ownerReferences } });
    later();
    const { exitCode, stdout } = await run(config('holder'));
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(names('ConfigMap'), ['holder']);
  });
});
