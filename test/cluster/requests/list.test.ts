import assert from 'node:assert/strict';
import type { ApiResource } from '../../../src/cluster/cluster.js';
import type { ApiClient } from '../../../src/cluster/requests/apiClient.js';
import { createHangingKinds } from '../../../src/cluster/requests/hangingKinds.js';
import { listAll } from '../../../src/cluster/requests/list.js';
import { configMaps, withCluster } from '../testCluster.js';
import { startTestServer, type TestRequest, type TestServer } from '../testServer.js';

const item = (index: number): object => ({ metadata: { name: `cfg-${index}` } });
const expired = { status: 410, body: { kind: 'Status', code: 410, reason: 'Expired', message: 'continue expired' } };

/** Two pages of two, or all four where no limit is asked for. */
function page({ url }: TestRequest, version: string): { headers: Record<string, string>; body: object } {
  const next = url.searchParams.get('continue');
  const all = !url.searchParams.has('limit');
  const items = all ? [0, 1, 2, 3] : next === null ? [0, 1] : [2, 3];
  const metadata = { resourceVersion: version, ...(all || next !== null ? {} : { continue: `after ${version}` }) };
  const date = next === null ? 'Mon, 02 Mar 2026 10:00:00 GMT' : 'Mon, 02 Mar 2026 10:00:09 GMT';
  return { headers: { date }, body: { kind: 'ConfigMapList', metadata, items: items.map(item) } };
}

describe('lists', () => {
  let server: TestServer;
  afterEach(() => server.close());

  it('reads all pages, and takes time and version of the first answer', async () => {
    server = await startTestServer((request) => page(request, '7'));
    await withCluster(server, async (cluster) => {
      const list = await cluster.list(configMaps, { namespace: 'shop', labelSelector: 'a in (b,c)' });
      assert.deepEqual(list, {
        items: [0, 1, 2, 3].map((index) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: `cfg-${index}` },
        })),
        resourceVersion: '7',
        serverTime: Date.UTC(2026, 2, 2, 10, 0, 0),
      });
    });
    assert.deepEqual(
      server.requests.map(({ url }) => `${url.pathname}?${url.searchParams.toString()}`),
      [
        '/api/v1/namespaces/shop/configmaps?labelSelector=a+in+%28b%2Cc%29&limit=500',
        '/api/v1/namespaces/shop/configmaps?labelSelector=a+in+%28b%2Cc%29&limit=500&continue=after+7',
      ],
    );
  });

  it('starts again, with nothing twice, when the continue token has expired', async () => {
    server = await startTestServer((request) => {
      if (request.url.searchParams.has('continue') && server.requests.length === 2) return expired;
      return page(request, server.requests.length < 3 ? '7' : '8');
    });
    await withCluster(server, async (cluster) => {
      const list = await cluster.list(configMaps);
      assert.equal(list.items.length, 4);
      assert.equal(list.resourceVersion, '8');
    });
  });

  it('reads in one go what changes too fast for pages', async () => {
    server = await startTestServer((request) =>
      request.url.searchParams.has('continue') ? expired : page(request, '7'),
    );
    await withCluster(server, async (cluster) => assert.equal((await cluster.list(configMaps)).items.length, 4));
    assert.equal(server.requests.at(-1)?.url.searchParams.has('limit'), false);
  });

  it('has no namespace in the path of cluster-wide kinds and of lists across namespaces', async () => {
    const clusterRoles: ApiResource = {
      ...configMaps,
      group: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      plural: 'clusterroles',
      namespaced: false,
    };
    server = await startTestServer(() => ({ body: { metadata: {}, items: [] } }));
    await withCluster(server, async (cluster) => {
      await cluster.list(configMaps, { namespace: '' });
      await cluster.list(clusterRoles, { namespace: 'shop' });
    });
    assert.deepEqual(
      server.requests.map(({ url }) => url.pathname),
      ['/api/v1/configmaps', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
    );
  });

  it('gives metadata the type of its resource, and no last-applied manifest', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"c2VjcmV0"}', team: 'shop' };
    const body = {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '3' },
      items: [
        { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a', annotations } },
        { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'b' } },
      ],
    };
    server = await startTestServer(() => ({ body }));
    await withCluster(server, async (cluster) => {
      assert.deepEqual((await cluster.listMetadata(configMaps)).items, [
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'a',
            annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '', team: 'shop' },
          },
        },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } },
      ]);
    });
  });

  it('takes null for no items', async () => {
    server = await startTestServer(() => ({ body: { metadata: { resourceVersion: '3' }, items: null } }));
    await withCluster(server, async (cluster) => assert.deepEqual((await cluster.listMetadata(configMaps)).items, []));
  });
});

describe('lists without an end', () => {
  /** A server whose next page is always another one, of so many characters. */
  function endless(length: number): { readonly client: ApiClient; readonly asked: () => number } {
    let asked = 0;
    const client = {
      hanging: createHangingKinds(() => 0),
      malformed: (_path: string, what: string) => new Error(what),
      json: (_request: unknown, read: (value: object) => unknown) => {
        asked += 1;
        const value = read({ metadata: { continue: String(asked) }, items: [] });
        return Promise.resolve({ status: 200, headers: {}, length, value });
      },
    } as unknown as ApiClient;
    return { client, asked: () => asked };
  }

  it('end after two thousand pages, and are not begun anew', async () => {
    const { client, asked } = endless(100);
    await assert.rejects(listAll(client, configMaps, {}), /there is no end after 2000 pages/);
    assert.equal(asked(), 2000);
  });

  it('end after a gigabyte', async () => {
    const { client, asked } = endless(1 << 29);
    await assert.rejects(listAll(client, configMaps, {}), /there is no end after 2 pages/);
    assert.equal(asked(), 2);
  });
});
