import assert from 'node:assert/strict';
import { findResource } from '../../../src/cluster/cluster.js';
import { KapplyError } from '../../../src/errors.js';
import { withCluster } from '../testCluster.js';
import { startTestServer, type TestAnswer, type TestServer } from '../testServer.js';

const aggregated = (version: string, items: object[]): TestAnswer => ({
  headers: { 'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList` },
  body: { kind: 'APIGroupDiscoveryList', items },
});

const core = {
  metadata: { name: '' },
  versions: [
    {
      version: 'v1',
      freshness: 'Current',
      resources: [
        {
          resource: 'pods',
          shortNames: ['po'],
          responseKind: { group: '', version: 'v1', kind: 'Pod' },
          scope: 'Namespaced',
          verbs: ['get', 'list'],
          subresources: [{ subresource: 'log' }, { subresource: 'status' }],
        },
        { resource: 'nodes', responseKind: { kind: 'Node' }, scope: 'Cluster', verbs: ['list'] },
        { resource: 'bare', responseKind: { kind: '' }, scope: 'Cluster', subresources: [{ subresource: 'x' }] },
      ],
    },
  ],
};
const autoscaling = {
  metadata: { name: 'autoscaling' },
  versions: ['v2', 'v1'].map((version) => ({
    version,
    resources: [
      {
        resource: 'horizontalpodautoscalers',
        responseKind: { kind: 'HorizontalPodAutoscaler' },
        scope: 'Namespaced',
        verbs: ['list'],
      },
    ],
  })),
};
const stale = {
  metadata: { name: 'metrics.k8s.io' },
  versions: [{ version: 'v1beta1', freshness: 'Stale', resources: [] }],
};

describe('discovery', () => {
  let server: TestServer;
  afterEach(() => server.close());

  for (const version of ['v2', 'v2beta1']) {
    it(`reads the aggregated form ${version} in two requests, whoever asks`, async () => {
      server = await startTestServer(({ url }) =>
        aggregated(version, url.pathname === '/api' ? [core] : [autoscaling, stale]),
      );
      await withCluster(server, async (cluster) => {
        const [discovery, same] = await Promise.all([cluster.discover(), cluster.discover()]);
        assert.equal(discovery, same);
        assert.deepEqual(discovery.resources.slice(0, 2), [
          {
            group: '',
            version: 'v1',
            kind: 'Pod',
            plural: 'pods',
            shortNames: ['po'],
            namespaced: true,
            verbs: ['get', 'list'],
            subresources: ['log', 'status'],
            preferred: true,
          },
          {
            group: '',
            version: 'v1',
            kind: 'Node',
            plural: 'nodes',
            shortNames: [],
            namespaced: false,
            verbs: ['list'],
            subresources: [],
            preferred: true,
          },
        ]);
        assert.deepEqual(
          discovery.resources.slice(2).map((r) => [r.group, r.version, r.preferred]),
          [
            ['autoscaling', 'v2', true],
            ['autoscaling', 'v1', false],
          ],
        );
        assert.deepEqual(
          discovery.failures.map((failure) => failure.groupVersion),
          ['metrics.k8s.io/v1beta1'],
        );
        assert.equal(findResource(discovery, 'autoscaling', 'v1', 'HorizontalPodAutoscaler')?.version, 'v1');
        assert.equal(findResource(discovery, 'apps', 'v1', 'Deployment'), undefined);
        assert.equal(cluster.requests, 2);
        await cluster.discover({ refresh: true });
        assert.equal(cluster.requests, 4);
      });
    });
  }

  it('prefers the first version that has a kind, where the preferred one of its group lacks it', async () => {
    const served = (version: string, ...kinds: string[]) => ({
      version,
      resources: kinds.map((kind) => ({ resource: `${kind.toLowerCase()}s`, responseKind: { kind }, verbs: ['list'] })),
    });
    const gateway = {
      metadata: { name: 'gateway.networking.k8s.io' },
      versions: [
        served('v1', 'Gateway'),
        served('v1beta1', 'Gateway'),
        served('v1alpha3', 'TCPRoute'),
        served('v1alpha2', 'TCPRoute'),
      ],
    };
    server = await startTestServer(({ url }) => aggregated('v2', url.pathname === '/api' ? [core] : [gateway]));
    await withCluster(server, async (cluster) => {
      const { resources } = await cluster.discover();
      assert.deepEqual(
        resources.filter((r) => r.group !== '' && r.preferred).map((r) => `${r.version} ${r.kind}`),
        ['v1 Gateway', 'v1alpha3 TCPRoute'],
      );
    });
  });

  it('reads the old form, and survives a group that cannot be read', async () => {
    const legacy: Record<string, TestAnswer> = {
      '/api': { body: { kind: 'APIVersions', versions: ['v1'] } },
      '/apis': {
        body: {
          kind: 'APIGroupList',
          groups: [
            {
              name: 'autoscaling',
              versions: [
                { groupVersion: 'autoscaling/v1', version: 'v1' },
                { groupVersion: 'autoscaling/v2', version: 'v2' },
              ],
              preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
            },
            { name: 'metrics.k8s.io', versions: [{ groupVersion: 'metrics.k8s.io/v1beta1', version: 'v1beta1' }] },
          ],
        },
      },
      '/api/v1': {
        body: {
          kind: 'APIResourceList',
          resources: [
            { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] },
            { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
            { name: 'podtemplates', kind: 'PodTemplate', namespaced: true, verbs: ['list'] },
          ],
        },
      },
      '/apis/metrics.k8s.io/v1beta1': { status: 500, body: { kind: 'Status', code: 500, message: 'no endpoints' } },
    };
    const hpa = { name: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', namespaced: true, verbs: [] };
    server = await startTestServer(({ url }) => legacy[url.pathname] ?? { body: { resources: [hpa] } });
    await withCluster(server, async (cluster) => {
      const { resources, failures } = await cluster.discover();
      assert.deepEqual(
        resources.map((r) => `${r.group}/${r.version} ${r.kind} ${r.subresources.join()} ${String(r.preferred)}`),
        [
          '/v1 Pod log true',
          '/v1 PodTemplate  true',
          'autoscaling/v1 HorizontalPodAutoscaler  false',
          'autoscaling/v2 HorizontalPodAutoscaler  true',
        ],
      );
      assert.deepEqual(failures, [{ groupVersion: 'metrics.k8s.io/v1beta1', message: 'no endpoints' }]);
    });
  });

  it('asks again after a failure', async () => {
    let forbidden = true;
    server = await startTestServer(() =>
      forbidden
        ? { status: 403, body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' } }
        : aggregated('v2', []),
    );
    await withCluster(server, async (cluster) => {
      await assert.rejects(cluster.discover(), {
        code: 'DiscoveryForbidden',
        exitCode: 5,
        message: /which kinds it serves/,
      });
      forbidden = false;
      assert.deepEqual(await cluster.discover(), { resources: [], failures: [] });
    });
  });

  it('says what answers like a login page', async () => {
    server = await startTestServer(() => ({ headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' }));
    await withCluster(server, async (cluster) => {
      await assert.rejects(cluster.discover(), { code: 'Unreachable', exitCode: 7 });
    });
  });

  // Rancher, an ingress or a load balancer in front of the server, and the server itself at a path that it does not have.
  const elsewhere: Readonly<Record<string, TestAnswer>> = {
    'a web server that has no such page': {
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: '404 page not found',
    },
    'a JSON API that is another one': { status: 404, body: { type: 'error', status: '404', message: 'not found' } },
    'an API server at a path that it lacks': {
      status: 404,
      body: {
        kind: 'Status',
        code: 404,
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
      },
    },
    'a proxy that lets nobody through': {
      status: 403,
      headers: { 'content-type': 'text/html' },
      body: '<html>Blocked</html>',
    },
    'a web server that knows no GET': { status: 405, body: {} },
    // Too long to wait for: else it is asked eight times.
    'a load balancer with nobody behind it': {
      status: 503,
      headers: { 'content-type': 'text/html', 'retry-after': '3600' },
      body: '<html>503 Service Unavailable</html>',
    },
  };
  for (const [name, answer] of Object.entries(elsewhere)) {
    it(`says at which address it found ${name}`, async () => {
      server = await startTestServer(() => answer);
      await withCluster(server, async (cluster) => {
        await assert.rejects(cluster.discover(), (error) => {
          assert.ok(error instanceof KapplyError);
          assert.deepEqual([error.code, error.exitCode], ['Unreachable', 7]);
          assert.ok(error.message.includes(`${server.url} `), error.message);
          assert.ok(error.message.includes(`it answers ${answer.status} to GET /api`), error.message);
          assert.match(error.suggestions.join(' '), answer.status === 503 ? /nobody to hand/ : /its path/);
          return true;
        });
      });
    });
  }

  it('takes a server that has no core API, or no others, for what it is', async () => {
    for (const lacking of ['/api', '/apis']) {
      server = await startTestServer(({ url }) =>
        url.pathname === lacking
          ? { status: 404, body: {} }
          : aggregated('v2', [lacking === '/api' ? autoscaling : core]),
      );
      await withCluster(server, async (cluster) => {
        const { resources } = await cluster.discover();
        assert.ok(resources.length > 0);
      });
      await server.close();
    }
  });

  it('leaves what a server itself refuses as it is', async () => {
    const body = { kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd' };
    server = await startTestServer(() => ({ status: 500, body }));
    await withCluster(server, async (cluster) => {
      await assert.rejects(cluster.discover(), { code: 'InternalError', exitCode: 5, message: 'etcd' });
    });
  });
});
