/**
 * Somebody who writes what a deploy writes, at every point of it: the deploy ends converged, or says who did what; nothing in use is
 * gone, and the next one knows what to do.
 */
import assert from 'node:assert/strict';
import { findResource, type Cluster, type PatchOptions } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import type { JsonObject, KubeObject } from '../../src/objects/object.js';
import type { RequestRecord } from '../../src/sandbox/index.js';
import { configs } from '../commands/overlay.js';
import { DEPLOY, reportScene, web } from '../reports/scene.js';
import { until } from '../until.js';

const SCENE = 'apps/Deployment';

interface Rival {
  /** When it acts: when the plan is made and nothing is sent, or when the new Deployment is stored. */
  readonly when: 'before the apply' | 'after the apply';
  readonly act: (web: Live) => Promise<unknown>;
  /** How the deploy ends that it acts in, and what it says. */
  readonly ends: number;
  readonly says: RegExp;
  /** How the next one ends, when the rival has gone. */
  readonly then: { readonly ends: number; readonly says: RegExp };
}

/** The Deployment of the scene, and what a rival can do to it. */
interface Live {
  readonly object: () => KubeObject;
  readonly patch: (patch: JsonObject, fieldManager: string, more?: Partial<PatchOptions>) => Promise<unknown>;
  readonly remove: () => Promise<unknown>;
  readonly create: (object: KubeObject) => Promise<unknown>;
}

const image = (name: string): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: 'app', image: name }] } } },
});
const READY = /ready 1\/1/;

const RIVALS: Readonly<Record<string, Rival>> = {
  'kubectl edit of a field that the manifest sets': {
    when: 'before the apply',
    act: ({ patch }) => patch(image('shop/web:edited'), 'kubectl-edit'),
    ends: 5,
    says: /also managed by others: .*image: .*"kubectl-edit"/,
    // kubectl's fields are taken over, as in the first deploy after it.
    then: { ends: 0, says: /takes over .*kubectl-edit/ },
  },
  'an operator that sets a field that the manifest sets': {
    when: 'before the apply',
    act: ({ patch }) => patch(image('shop/web:operator'), 'image-updater'),
    ends: 5,
    says: /also managed by others: .*image: .*"image-updater"/,
    then: { ends: 5, says: /"image-updater"/ },
  },
  'somebody who removes managedFields': {
    when: 'before the apply',
    act: ({ patch }) => patch({ metadata: { managedFields: [{}] } }, 'stripper'),
    ends: 5,
    says: /"before-first-apply"/,
    then: { ends: 0, says: /takes over .*before-first-apply/ },
  },
  'somebody who removes managedFields, later': {
    when: 'after the apply',
    act: ({ patch }) => patch({ metadata: { managedFields: [{}] } }, 'stripper'),
    ends: 0,
    says: READY,
    then: { ends: 0, says: /takes over .*before-first-apply/ },
  },
  'a self-heal that puts the earlier image back': {
    when: 'after the apply',
    act: ({ patch }) => patch(image('shop/web'), 'argocd-controller'),
    ends: 3,
    says: /superseded by argocd-controller: it is no longer what this deploy applied/,
    then: { ends: 5, says: /"argocd-controller"/ },
  },
  'an operator that deletes it': {
    when: 'after the apply',
    act: ({ remove }) => remove(),
    ends: 3,
    says: /was deleted by someone else/,
    then: { ends: 0, says: READY },
  },
  'an operator that deletes it and makes it anew': {
    when: 'after the apply',
    act: async ({ object, remove, create }) => {
      const { apiVersion, kind, metadata, spec } = object();
      await remove();
      const { name, namespace, labels } = metadata;
      await create({ apiVersion, kind, metadata: { name, namespace, labels }, spec } as KubeObject);
    },
    ends: 3,
    says: /was deleted by someone else/,
    then: { ends: 0, says: READY },
  },
  'an autoscaler': {
    when: 'after the apply',
    act: ({ patch }) =>
      patch({ spec: { replicas: 2 } }, 'kube-controller-manager', { type: 'merge', subresource: 'scale' }),
    ends: 0,
    says: /ready [12]\/[12]/,
    then: { ends: 5, says: /\.spec\.replicas/ },
  },
  'a controller that writes labels and annotations of its own': {
    when: 'after the apply',
    act: ({ patch }) =>
      patch({ metadata: { labels: { team: 'a' }, annotations: { 'example.com/seen': 'now' } } }, 'labeller'),
    ends: 0,
    says: READY,
    then: { ends: 0, says: /unchanged/ },
  },
};

describe('a deploy beside a rival', function () {
  this.timeout(60_000);
  const scene = reportScene();
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await connect({ env: {}, kubeconfig: scene.sandbox.kubeconfig });
  });
  afterEach(() => cluster.close());

  const live = (): Live => {
    const object = (): KubeObject => {
      const [found] = scene.stored(SCENE);
      assert.ok(found);
      return found;
    };
    const address = async () => {
      const resource = findResource(await cluster.discover(), 'apps', 'v1', 'Deployment');
      assert.ok(resource);
      return { resource, namespace: 'default', name: 'web' };
    };
    return {
      object,
      patch: async (patch, fieldManager, more) =>
        cluster.patch(await address(), patch, { type: 'strategic', fieldManager, ...more }),
      remove: async () => cluster.remove(await address(), { propagation: 'Background' }),
      create: async (made) => cluster.create(await address(), made, { fieldManager: 'operator' }),
    };
  };
  const isApply = ({ verb, url }: RequestRecord): boolean =>
    verb === 'patch' &&
    url.includes('/deployments/web?') &&
    url.includes('fieldManager=kapply&') &&
    !url.includes('dryRun');
  /** Secrets and ConfigMaps that the Deployment and its pods read, and that are not there. */
  const missing = (): string[] => {
    const used = [...scene.stored(SCENE), ...scene.stored('Pod')].flatMap((object) =>
      [...JSON.stringify(object.spec).matchAll(/Ref":\{"name":"([^"]+)"/g)].map(([, name = '']) => name),
    );
    const there = new Set([...scene.names('ConfigMap'), ...scene.names('Secret')]);
    return used.filter((name) => !there.has(name));
  };

  for (const [who, { when, act, ends, says, then }] of Object.entries(RIVALS)) {
    it(`ends with ${ends} where it is ${who}, ${when}`, async () => {
      await scene.deploy();
      await scene.overlay.write({
        'kustomization.yaml': configs('password2', 'resources: [web.yaml]'),
        // Long enough for a rival to act while it is waited for.
        'web.yaml': web({
          image: 'shop/web:2',
          spec: `replicas: 1\n  minReadySeconds: ${when === 'after the apply' ? 3 : 0}`,
        }),
      });
      let acted: Promise<unknown> = Promise.resolve();
      if (when === 'before the apply') {
        let isDone = false;
        const { faults } = scene.sandbox;
        const done = (): void => void (isDone = true);
        faults.add({ kind: 'meanwhile', act: () => void (acted = act(live()).finally(done)) }, { on: isApply });
        // It is tried again until the rival is done.
        faults.add({ kind: 'refuse', code: 429 }, { on: (request) => isApply(request) && !isDone, times: Infinity });
      }
      const running = scene.kapply(...DEPLOY);
      if (when === 'after the apply') {
        await until('it is applied', () => JSON.stringify(scene.stored(SCENE)).includes('shop/web:2'));
        acted = act(live());
      }
      const { exitCode, stdout, stderr } = await running;
      await acted;
      assert.equal(exitCode, ends, stdout + stderr);
      assert.match(stdout + stderr, says);
      assert.deepEqual(missing(), []);
      const again = await scene.kapply(...DEPLOY);
      assert.equal(again.exitCode, then.ends, again.stdout + again.stderr);
      assert.match(again.stdout + again.stderr, then.says);
      assert.deepEqual(missing(), []);
      for (const text of [stdout, stderr, again.stdout, again.stderr]) assert.doesNotMatch(text, /password[12]/);
    });
  }

  // Each API server of several serves a new kind in its own time, whichever of them says that it is established.
  it('tries an object again of whose kind another API server does not know yet', async () => {
    const names = { kind: 'Widget', plural: 'widgets', singular: 'widget' };
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        ...{ group: 'example.com', scope: 'Namespaced', names },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    };
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 1 } };
    await scene.overlay.write({
      'kustomization.yaml': configs('password1', 'resources: [web.yaml, crd.yaml, widget.yaml]'),
      'crd.yaml': JSON.stringify(crd),
      'widget.yaml': JSON.stringify(widget),
    });
    const message = 'the server could not find the requested resource';
    const isWidget = ({ verb, url }: RequestRecord): boolean => verb === 'patch' && url.includes('/widgets/w?');
    scene.sandbox.faults.add({ kind: 'refuse', code: 404, message }, { on: isWidget, times: 2 });
    assert.match(await scene.deploy(), /Widget\/w is put aside, and tried again/);
    assert.equal(scene.stored('example.com/Widget').length, 1);
    assert.match(await scene.deploy(), /=5 unchanged/);
  });

  it('says which namespace goes in its middle, and ends', async () => {
    const kustomization = (password: string): string =>
      `namespace: shop\n${configs(password, 'resources: [web.yaml, namespace.yaml]')}`;
    await scene.overlay.write({
      'kustomization.yaml': kustomization('password1'),
      'namespace.yaml': '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }',
    });
    await scene.deploy();
    await scene.overlay.write({ 'kustomization.yaml': kustomization('password2') });
    const { store, faults } = scene.sandbox;
    const act = (): void => {
      const namespace = store.get('Namespace', '', 'shop');
      assert.ok(namespace);
      const metadata = { ...namespace.metadata, deletionTimestamp: new Date().toISOString() };
      store.update('Namespace', { ...namespace, metadata, status: { phase: 'Terminating' } });
    };
    const isSecret = ({ verb, url }: RequestRecord): boolean =>
      verb === 'patch' && url.includes('/secrets/') && !url.includes('dryRun');
    faults.add({ kind: 'meanwhile', act }, { on: isSecret });
    const { exitCode, stdout, stderr } = await scene.kapply(...DEPLOY);
    assert.equal(exitCode, 5, stdout + stderr);
    assert.match(stdout + stderr, /namespace shop is being deleted: nothing can be created in it/);
    assert.match(stdout + stderr, /nothing was pruned/);
    assert.doesNotMatch(stdout + stderr, /password[12]/);
  });

  it('removes what leaves the manifest also where nobody owned it any more', async () => {
    await scene.overlay.write({ 'web.yaml': web({ metadata: ', annotations: { example.com/old: "yes" }' }) });
    await scene.deploy();
    await live().patch({ metadata: { managedFields: [{}] } }, 'stripper');
    await scene.overlay.write({ 'web.yaml': web() });
    await scene.deploy();
    assert.equal(live().object().metadata.annotations?.['example.com/old'], undefined);
    assert.match(await scene.deploy(), /=3 unchanged/);
  });
});
