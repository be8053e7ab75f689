import assert from 'node:assert/strict';
import { impersonationHeaders } from '../../../src/cluster/auth/impersonation.js';
import { withCluster } from '../testCluster.js';
import { emptyDiscovery, startTestServer } from '../testServer.js';

describe('impersonation', () => {
  it('is nothing without a user', () => assert.deepEqual(impersonationHeaders({ name: 'x' }), {}));

  it('has every part, with what headers cannot hold escaped', () => {
    assert.deepEqual(
      impersonationHeaders({
        name: 'x',
        impersonateUser: 'jane',
        impersonateUid: '42',
        impersonateGroups: ['dev', 'ops'],
        impersonateUserExtra: { 'Example.com/Scope %É': ['view', 'edit'], empty: [] },
      }),
      {
        'impersonate-user': 'jane',
        'impersonate-uid': '42',
        'impersonate-group': ['dev', 'ops'],
        'impersonate-extra-example.com%2fscope%20%25%c3%89': ['view', 'edit'],
      },
    );
  });

  for (const protocol of ['h2', 'https'] as const) {
    it(`arrives over ${protocol}, flags over the kubeconfig`, async () => {
      const server = await startTestServer(emptyDiscovery, { protocol });
      const user = {
        token: 't',
        as: 'file',
        'as-uid': '42',
        'as-groups': ['a', 'b'],
        'as-user-extra': { scope: ['view'] },
      };
      try {
        await withCluster(server, (cluster) => cluster.discover(), { user, as: 'flag' });
      } finally {
        await server.close();
      }
      const { headers } = server.requests[0] ?? {};
      assert.equal(headers?.['impersonate-user'], 'flag');
      assert.equal(headers['impersonate-uid'], '42');
      assert.equal(headers['impersonate-group'], 'a, b');
      assert.equal(headers['impersonate-extra-scope'], 'view');
    });
  }
});
