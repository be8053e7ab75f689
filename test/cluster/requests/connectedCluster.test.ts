import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { configMaps, withCluster } from '../testCluster.js';
import { startTestServer } from '../testServer.js';

const address = { resource: configMaps, namespace: 'shop', name: 'cfg' };
const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { n: 2n ** 60n } };
const path = '/api/v1/namespaces/shop/configmaps';

/** Each verb and what it sends: method, path with query, content type, body. */
const cases: [what: string, call: (cluster: Cluster) => Promise<unknown>, ...sent: string[]][] = [
  [
    'apply',
    (cluster) => cluster.apply(address, object, { fieldManager: 'kapply' }),
    'PATCH',
    `${path}/cfg?fieldManager=kapply&fieldValidation=Strict`,
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg"},"data":{"n":1152921504606846976}}',
  ],
  [
    'create',
    (cluster) => cluster.create(address, object, { fieldManager: 'ci', dryRun: true }),
    'POST',
    `${path}?fieldManager=ci&fieldValidation=Strict&dryRun=All`,
    'application/json',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cfg"},"data":{"n":1152921504606846976}}',
  ],
  [
    'JSON patch',
    (cluster) => cluster.patch(address, [{ op: 'remove', path: '/data' }], { type: 'json' }),
    'PATCH',
    `${path}/cfg?fieldValidation=Strict`,
    'application/json-patch+json',
    '[{"op":"remove","path":"/data"}]',
  ],
  [
    'merge patch of a subresource',
    (cluster) =>
      cluster.patch(
        address,
        { status: null },
        { type: 'merge', subresource: 'status', fieldManager: 'x', dryRun: true },
      ),
    'PATCH',
    `${path}/cfg/status?fieldManager=x&fieldValidation=Strict&dryRun=All`,
    'application/merge-patch+json',
    '{"status":null}',
  ],
  [
    'strategic merge patch',
    (cluster) => cluster.patch(address, { spec: {} }, { type: 'strategic' }),
    'PATCH',
    `${path}/cfg?fieldValidation=Strict`,
    'application/strategic-merge-patch+json',
    '{"spec":{}}',
  ],
  [
    'remove',
    (cluster) => cluster.remove(address, { uid: 'u', propagation: 'Foreground', dryRun: true }),
    'DELETE',
    `${path}/cfg`,
    'application/json',
    '{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Foreground","dryRun":["All"]}',
  ],
  [
    'remove at once',
    (cluster) => cluster.remove(address, { gracePeriodSeconds: 0 }),
    'DELETE',
    `${path}/cfg`,
    'application/json',
    '{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0}',
  ],
  [
    'logs',
    (cluster) => cluster.logs('shop', 'web-1', { container: 'app', tailLines: 10, previous: true }),
    'GET',
    '/api/v1/namespaces/shop/pods/web-1/log?container=app&tailLines=10&previous=true',
    '',
    '',
  ],
];

describe('createCluster', () => {
  for (const [what, call, ...sent] of cases) {
    it(`sends ${what}`, async () => {
      const server = await startTestServer(() => ({ body: { kind: 'ConfigMap', metadata: { name: 'cfg' } } }));
      try {
        await withCluster(server, call);
      } finally {
        await server.close();
      }
      assert.deepEqual(
        server.requests.map(({ method, url, headers, body }) => [
          method,
          `${url.pathname}${url.search}`,
          headers['content-type'] ?? '',
          body,
        ]),
        [sent],
      );
    });
  }

  it('gives logs as they are', async () => {
    const server = await startTestServer(() => ({ body: '{"level":"error"}\nüñ\n' }));
    try {
      await withCluster(server, async (cluster) => {
        assert.equal(
          await cluster.logs('shop', 'web-1', { container: 'app', tailLines: 10 }),
          '{"level":"error"}\nüñ\n',
        );
      });
    } finally {
      await server.close();
    }
  });
});
