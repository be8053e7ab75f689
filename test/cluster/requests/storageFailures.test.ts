import assert from 'node:assert/strict';
import { ApiError } from '../../../src/cluster/apiError.js';
import { configMaps, withCluster } from '../testCluster.js';
import { startTestServer, type TestAnswer } from '../testServer.js';

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };
const address = { resource: configMaps, namespace: 'shop', name: 'a' };
const status = (code: number, message: string): TestAnswer => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', code, message },
});

describe('what etcd says through the API server', () => {
  // As they stand in reports: helm/helm#11426, kubernetes/kubernetes#105465, etcd's rpctypes.
  for (const [message, isPassing] of [
    ['etcdserver: leader changed', true],
    ['rpc error: code = Unavailable desc = etcdserver: leader changed', true],
    ['rpc error: code = Unknown desc = raft proposal dropped', true],
    ['etcdserver: no leader', true],
    ['etcdserver: request timed out', true],
    ['etcdserver: request timed out, possibly due to previous leader failure', true],
    ['etcdserver: mvcc: database space exceeded', false],
    ['etcdserver: permission denied', false],
    ['failed calling webhook "a.example.com"', false],
  ] as const) {
    it(`${isPassing ? 'is tried again' : 'is told at once'}: ${message}`, async () => {
      const server = await startTestServer((request) =>
        request.count === 1 ? status(500, message) : { body: object },
      );
      const tried = async (ask: () => Promise<unknown>): Promise<string> => {
        try {
          await ask();
          return 'done';
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
          assert.equal(error.message, message);
          return 'told';
        }
      };
      try {
        await withCluster(server, async (cluster) => {
          const outcome = isPassing ? 'done' : 'told';
          assert.equal(await tried(() => cluster.apply(address, object, { fieldManager: 'kapply' })), outcome);
          assert.equal(await tried(() => cluster.get(address)), outcome);
          // It may have been carried out, and twice is not once.
          const patch = [{ op: 'add', path: '/data/-', value: 'x' }];
          const b = { ...address, name: 'b' };
          assert.equal(await tried(() => cluster.patch(b, patch, { type: 'json' })), 'told');
        });
      } finally {
        await server.close();
      }
    });
  }

  for (const [code, message] of [
    [500, 'etcdserver: request is too large'],
    [500, 'rpc error: code = ResourceExhausted desc = trying to send message larger than max (2097298 vs. 2097152)'],
    [413, 'Request entity too large: limit is 3145728'],
  ] as const) {
    it(`says what to do where an object is too large: ${message}`, async () => {
      const server = await startTestServer(() => status(code, message));
      try {
        await withCluster(server, (cluster) =>
          assert.rejects(cluster.apply(address, object, { fieldManager: 'kapply' }), (error) => {
            assert.ok(error instanceof ApiError, String(error));
            assert.equal(error.message, message);
            assert.match(error.suggestions.join('\n'), /too large: etcd takes 1\.5 MiB/);
            return true;
          }),
        );
        assert.equal(server.requests.length, 1);
      } finally {
        await server.close();
      }
    });
  }
});
