/**
 * Answers that never come: from a connection that leads nowhere any more, and from a server that lives but waits itself. The
 * time-outs are real, and short.
 */
import assert from 'node:assert/strict';
import { startRelay } from '../../../bench/relay.js';
import { ApiError } from '../../../src/cluster/apiError.js';
import type { ApiResource, Cluster } from '../../../src/cluster/cluster.js';
import { createHangingKinds } from '../../../src/cluster/requests/hangingKinds.js';
import type { RequestTrace } from '../../../src/cluster/requests/requestTrace.js';
import { configMaps, withCluster } from '../testCluster.js';
import { startTestServer, type TestHandler, type TestServer } from '../testServer.js';

const widgets: ApiResource = {
  ...configMaps,
  group: 'old.example.com',
  kind: 'Widget',
  plural: 'widgets',
};
const timing = { readMs: 300, requestMs: 300, pingTimeoutMs: 100 };
/** Connecting anew is part of the time of an attempt. */
const longer = { readMs: 1_000, requestMs: 1_000, pingTimeoutMs: 300 };
const address = (name: string) => ({ resource: configMaps, namespace: 'shop', name });
const object: TestHandler = ({ url }) => ({
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: url.pathname.split('/').at(-1) } },
});

for (const protocol of ['h2', 'https'] as const) {
  describe(`over ${protocol}, an answer that never comes`, () => {
    let server: TestServer;
    afterEach(() => server.close());

    it('is given up by itself, and the server is not taken for unreachable', async () => {
      server = await startTestServer((request) =>
        request.url.pathname.endsWith('hangs') ? undefined : object(request),
      );
      await withCluster(
        server,
        async (cluster) => {
          await cluster.get(address('first'));
          await assert.rejects(cluster.get(address('hangs')), (error) => {
            assert.ok(error instanceof ApiError);
            assert.equal(error.status.reason, 'Timeout');
            assert.match(error.message, /had no answer to GET \/api\/v1\/namespaces\/shop\/configmaps\/hangs within/);
            return true;
          });
          assert.equal((await cluster.get(address('last')))?.metadata.name, 'last');
        },
        { timing },
      );
      // HTTP/2 shows that the connection is good; of HTTP/1.1 a second attempt must tell.
      const asked = server.requests.filter(({ url }) => url.pathname.endsWith('hangs'));
      if (protocol === 'h2') assert.equal(asked.length, 1);
    });

    it('costs one time-out where the connections lead nowhere any more', async () => {
      server = await startTestServer(object);
      const relay = await startRelay('127.0.0.1', server.port, 0);
      const through = async (cluster: Cluster): Promise<void> => {
        // Several at once: of HTTP/1.1, a connection for each stays open.
        await Promise.all(['a', 'b', 'c'].map((name) => cluster.get(address(name))));
        relay.swallow();
        attempts.length = 0;
        assert.equal((await cluster.get(address('d')))?.metadata.name, 'd');
        assert.deepEqual(attempts, ['EREQUESTTIMEOUT', 200]);
      };
      const attempts: unknown[] = [];
      const trace = ({ status }: RequestTrace): number => attempts.push(status);
      try {
        await withCluster({ ...server, url: `https://localhost:${relay.port}` }, through, { timing: longer, trace });
      } finally {
        await relay.close();
      }
    });
  });
}

describe('kinds that hang', () => {
  const refused = (status: number): ApiError => new ApiError(status, { code: status, message: 'refused' });
  const cases: readonly [what: string, resource: ApiResource, error: unknown, ms: number, isRemembered: boolean][] = [
    ['an API behind the server, after a minute', widgets, refused(504), 60_000, true],
    ['a conversion webhook, after some seconds', widgets, refused(500), 10_000, true],
    ['a watch cache that cannot be filled', widgets, refused(429), 20_000, true],
    ['what was refused at once', widgets, refused(503), 20, false],
    ['what may not be listed', widgets, refused(403), 20_000, false],
    ['an expired page', widgets, refused(410), 20_000, false],
    ['what the server stores itself', configMaps, refused(504), 60_000, false],
    ['what no server said', widgets, new Error('aborted'), 60_000, false],
  ];
  for (const [what, resource, error, ms, isRemembered] of cases) {
    it(`${isRemembered ? 'are remembered' : 'are not'}: ${what}`, () => {
      let now = 0;
      const hanging = createHangingKinds(() => now);
      const told = hanging.failed(resource, error, ms);
      const check = (): void => hanging.check(resource);
      if (!isRemembered) {
        assert.equal(told, error);
        assert.doesNotThrow(check);
        return;
      }
      assert.ok(told instanceof ApiError);
      assert.match(told.message, /a list of widgets, given up after \d+s/);
      assert.match(told.suggestions.join(' '), /kubectl get apiservice v1\.old\.example\.com/);
      assert.match(told.suggestions.join(' '), /crd\/widgets\.old\.example\.com/);
      assert.throws(check, (thrown) => thrown === told);
      assert.doesNotThrow(() => hanging.check({ ...widgets, plural: 'gadgets' }));
      now = 5 * 60_000;
      assert.doesNotThrow(check);
    });
  }
});
