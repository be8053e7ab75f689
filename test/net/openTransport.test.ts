/** Of several servers behind one address each may speak another protocol, and a server may come back with another one. */
import assert from 'node:assert/strict';
import { configMaps, withCluster } from '../cluster/testCluster.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../cluster/testServer.js';

const address = { resource: configMaps, namespace: 'shop', name: 'a' };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };

describe('a server that comes back with another protocol', () => {
  for (const [before, after] of [
    ['h2', 'https'],
    ['https', 'h2'],
    ['h2', 'h2'],
    ['https', 'https'],
  ] as const satisfies readonly (readonly TestServerOptions['protocol'][])[]) {
    // A server of HTTP/2 alone is not spoken to in HTTP/1.1: that of the sandbox, and every API server, speaks both.
    const isSpoken = !(before === 'https' && after === 'h2');
    it(`${isSpoken ? 'goes on' : 'is told'}: ${before}, then ${after}`, async () => {
      const handle = () => ({ body: object });
      let server: TestServer = await startTestServer(handle, { protocol: before });
      const { port } = server;
      try {
        await withCluster(server, async (cluster) => {
          await cluster.get(address);
          await server.close();
          server = await startTestServer(handle, { protocol: after, port });
          const asked = Promise.all(Array.from({ length: 20 }, () => cluster.get(address)));
          if (isSpoken) {
            await asked;
            await cluster.apply(address, object, { fieldManager: 'kapply' });
          } else await assert.rejects(asked, /cannot be reached/);
        });
      } finally {
        await server.close();
      }
    });
  }
});
