/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment, @typescript-eslint/no-misused-spread --
   its models are declared as classes and meant as plain objects: so its own documentation hands them over */
import assert from 'node:assert/strict';
import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  Watch,
  type KubernetesObject,
  type V1ConfigMap,
  type V1Deployment,
} from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.js';
import type { ConnectedServer, ContractContext } from './contractSuite.js';

/** How the client is told where the server is. */
function kubeConfigFor({ url, token, ca }: ConnectedServer): KubeConfig {
  const config = new KubeConfig();
  const trust = ca === undefined ? { skipTLSVerify: true } : { caData: Buffer.from(ca).toString('base64') };
  config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: false, ...trust }, { name: 'u', token });
  return config;
}

const deployment = (): V1Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
    },
  },
});

/** One patch of the same Deployment for each media type, and what it makes of the containers and replicas. */
const PATCHES: readonly {
  readonly strategy: PatchStrategy;
  readonly body: object;
  readonly containers: readonly string[];
  readonly replicas: number;
}[] = [
  {
    strategy: PatchStrategy.JsonPatch,
    body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'pause:json' }],
    containers: ['app pause:json'],
    replicas: 1,
  },
  {
    // A merge patch replaces a list as a whole.
    strategy: PatchStrategy.MergePatch,
    body: { spec: { replicas: 0, template: { spec: { containers: [{ name: 'other', image: 'pause:merge' }] } } } },
    containers: ['other pause:merge'],
    replicas: 0,
  },
  {
    // A strategic one merges containers by their name, new ones in front.
    strategy: PatchStrategy.StrategicMergePatch,
    body: { spec: { template: { spec: { containers: [{ name: 'side', image: 'pause:strategic' }] } } } },
    containers: ['side pause:strategic', 'app registry.k8s.io/pause:3.10'],
    replicas: 1,
  },
  {
    // An apply adds its own containers behind those of others.
    strategy: PatchStrategy.ServerSideApply,
    body: {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
      spec: { template: { spec: { containers: [{ name: 'side', image: 'pause:apply' }] } } },
    },
    containers: ['app registry.k8s.io/pause:3.10', 'side pause:apply'],
    replicas: 1,
  },
];

async function codeOf(answer: Promise<unknown>): Promise<number> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof ApiException) return error.code;
    throw error;
  }
  throw new Error('the server refused nothing');
}

/**
 * The official client of another project, with types and readers of its own: what a server gets wrong in the same way as
 * kapply reads it wrong is seen here.
 */
export function clientNodeSuite(context: ContractContext, server: () => ConnectedServer): void {
  describe('@kubernetes/client-node', () => {
    let config: KubeConfig;
    let core: CoreV1Api;
    let apps: AppsV1Api;
    let namespace = '';
    before(() => {
      config = kubeConfigFor(server());
      core = config.makeApiClient(CoreV1Api);
      apps = config.makeApiClient(AppsV1Api);
    });
    beforeEach(async () => {
      namespace = await context.namespace();
    });
    const createConfig = (name: string, labels: Record<string, string> = {}): Promise<V1ConfigMap> =>
      core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data: { k: 'v' } } });

    it('reads the version', async () => {
      const { major, minor } = await config.makeApiClient(VersionApi).getCode();
      assert.match(`${major}.${minor}`, /^1\.\d+/);
    });

    it('creates, reads, replaces and deletes, with dates and data as its types say', async () => {
      const created = await createConfig('a');
      assert.ok(created.metadata?.creationTimestamp instanceof Date);
      const read = await core.readNamespacedConfigMap({ namespace, name: 'a' });
      assert.deepEqual(read.data, { k: 'v' });
      const replaced = await core.replaceNamespacedConfigMap({
        namespace,
        name: 'a',
        body: { ...read, data: { k: 'w' } },
      });
      assert.deepEqual(replaced.data, { k: 'w' });
      assert.equal(await codeOf(core.replaceNamespacedConfigMap({ namespace, name: 'a', body: read })), 409);
      await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
      assert.equal(await codeOf(core.readNamespacedConfigMap({ namespace, name: 'a' })), 404);
    });

    it('lists in pages, and by label', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await createConfig(name, { half: name < 'c' ? 'one' : 'two' });
      const names: string[] = [];
      let pages = 0;
      for (let token: string | undefined = ''; token !== undefined; pages++) {
        const page = await core.listNamespacedConfigMap({
          ...{ namespace, limit: 2, labelSelector: 'half' },
          ...(token === '' ? {} : { _continue: token }),
        });
        names.push(...page.items.map(({ metadata }) => metadata?.name ?? ''));
        token = page.metadata?._continue;
      }
      assert.deepEqual({ names, pages }, { names: ['a', 'b', 'c', 'd', 'e'], pages: 3 });
      const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: 'half in (two)' });
      assert.deepEqual(
        items.map(({ metadata }) => metadata?.name),
        ['c', 'd', 'e'],
      );
    });

    for (const { strategy, body, containers, replicas } of PATCHES) {
      it(`patches with ${strategy}`, async () => {
        await apps.createNamespacedDeployment({ namespace, body: deployment() });
        const patched = await apps.patchNamespacedDeployment(
          { namespace, name: 'web', body, fieldManager: 'contract' },
          setHeaderOptions('Content-Type', strategy),
        );
        const found = patched.spec?.template.spec?.containers.map(({ name, image }) => `${name} ${String(image)}`);
        assert.deepEqual({ containers: found, replicas: patched.spec?.replicas }, { containers, replicas });
      });
    }

    it('is told of a conflict by an apply, and gets its way by force', async () => {
      const objects = KubernetesObjectApi.makeApiClient(config);
      const body = (v: string): V1ConfigMap => ({
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace }, data: { k: v } },
      });
      const apply = (manager: string, v: string, force: boolean): Promise<V1ConfigMap> =>
        objects.patch(body(v), undefined, undefined, manager, force, PatchStrategy.ServerSideApply);
      await apply('one', 'v', false);
      assert.equal(await codeOf(apply('two', 'w', false)), 409);
      const forced = await apply('two', 'w', true);
      assert.deepEqual(forced.data, { k: 'w' });
      assert.deepEqual(
        forced.metadata?.managedFields
          ?.filter(({ fieldsV1 }) => 'f:data' in (fieldsV1 as object))
          .map((entry) => entry.manager),
        ['two'],
      );
    });

    it('follows objects with an informer: what is there, what comes, changes, goes, and leaves the selection', async () => {
      await createConfig('first', { app: 'web' });
      const labelSelector = 'app=web';
      const informer = makeInformer<V1ConfigMap>(
        config,
        `/api/v1/namespaces/${namespace}/configmaps`,
        () => core.listNamespacedConfigMap({ namespace, labelSelector }),
        labelSelector,
      );
      const seen: string[] = [];
      const errors: unknown[] = [];
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, ({ metadata, data }) => seen.push(`${verb} ${String(metadata?.name)} ${String(data?.k)}`));
      }
      informer.on('error', (error: unknown) => errors.push(error));
      await informer.start();
      try {
        await createConfig('second', { app: 'web' });
        await createConfig('other', { app: 'db' });
        await until('the second', () => seen.includes('add second v'));
        const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
        await core.patchNamespacedConfigMap({ namespace, name: 'second', body: { data: { k: 'w' } } }, merge);
        await until('its change', () => seen.includes('update second w'));
        const leave = { metadata: { labels: { app: 'db' } } };
        await core.patchNamespacedConfigMap({ namespace, name: 'first', body: leave }, merge);
        await core.deleteNamespacedConfigMap({ namespace, name: 'second' });
        await until('both to be gone', () => informer.list(namespace).length === 0);
        assert.deepEqual(
          seen.filter((line) => !line.startsWith('delete')),
          ['add first v', 'add second v', 'update second w'],
        );
        assert.deepEqual(seen.filter((line) => line.startsWith('delete')).length, 2);
        assert.deepEqual(errors, []);
      } finally {
        await informer.stop();
      }
    });

    it('watches from a version on, until it leaves', async () => {
      const { metadata } = await core.listNamespacedConfigMap({ namespace });
      const phases: string[] = [];
      let ended = false;
      const controller = await new Watch(config).watch(
        `/api/v1/namespaces/${namespace}/configmaps`,
        { resourceVersion: metadata?.resourceVersion, fieldSelector: 'metadata.name=a' },
        (phase, object: KubernetesObject) => phases.push(`${phase} ${String(object.metadata?.name)}`),
        () => (ended = true),
      );
      await createConfig('a');
      await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
      await until('both events', () => phases.length >= 2);
      controller.abort();
      await until('the end', () => ended);
      assert.deepEqual(phases, ['ADDED a', 'DELETED a']);
    });

    it('scales by the subresource', async () => {
      await apps.createNamespacedDeployment({ namespace, body: deployment() });
      const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
      assert.equal(scale.spec?.replicas, 1);
      await apps.replaceNamespacedDeploymentScale({
        namespace,
        name: 'web',
        // Without a version: the Deployment's controller writes its status at any time.
        body: { ...scale, metadata: { name: 'web', namespace }, spec: { replicas: 3 } },
      });
      assert.equal((await apps.readNamespacedDeployment({ namespace, name: 'web' })).spec?.replicas, 3);
    });

    it('deletes a Deployment with what it owns, and a collection', async () => {
      await apps.createNamespacedDeployment({ namespace, body: deployment() });
      await apps.deleteNamespacedDeployment({ namespace, name: 'web', propagationPolicy: 'Foreground' });
      await createConfig('a', { app: 'web' });
      await createConfig('b');
      await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'app=web' });
      const { items } = await core.listNamespacedConfigMap({ namespace });
      assert.deepEqual(
        items.map(({ metadata }) => metadata?.name).filter((name) => name !== 'kube-root-ca.crt'),
        ['b'],
      );
      let left = 1;
      for (const deadline = Date.now() + 15_000; left > 0 && Date.now() < deadline;) {
        await sleep(100);
        left = (await apps.listNamespacedDeployment({ namespace })).items.length;
      }
      assert.equal(left, 0);
    });

    it('asks what it may do', async () => {
      const resourceAttributes = { namespace, verb: 'list', resource: 'secrets' };
      const review = await config
        .makeApiClient(AuthorizationV1Api)
        .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
      assert.equal(review.status?.allowed, true);
    });

    it('defines a kind and uses it', async () => {
      const group = `${namespace}.example.com`;
      const definitions = config.makeApiClient(ApiextensionsV1Api);
      const name = `things.${group}`;
      await definitions.createCustomResourceDefinition({
        body: {
          metadata: { name },
          spec: {
            group,
            scope: 'Namespaced',
            names: { plural: 'things', singular: 'thing', kind: 'Thing' },
            versions: [
              {
                ...{ name: 'v1', served: true, storage: true },
                schema: {
                  openAPIV3Schema: {
                    type: 'object',
                    properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
                  },
                },
              },
            ],
          },
        },
      });
      try {
        let established = false;
        for (const deadline = Date.now() + 15_000; !established && Date.now() < deadline;) {
          await sleep(50);
          const { status } = await definitions.readCustomResourceDefinition({ name });
          established =
            status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') ?? false;
        }
        const custom = config.makeApiClient(CustomObjectsApi);
        const place = { group, version: 'v1', namespace, plural: 'things' };
        const body = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'a' }, spec: { size: 1 } };
        await custom.createNamespacedCustomObject({ ...place, body });
        const patched = (await custom.patchNamespacedCustomObject(
          { ...place, name: 'a', body: { spec: { size: 2 } } },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        )) as typeof body;
        assert.equal(patched.spec.size, 2);
        const wrong = { ...body, metadata: { name: 'b' }, spec: { size: 'big' } };
        assert.equal(await codeOf(custom.createNamespacedCustomObject({ ...place, body: wrong })), 422);
      } finally {
        await definitions.deleteCustomResourceDefinition({ name });
      }
    });
  });
}
