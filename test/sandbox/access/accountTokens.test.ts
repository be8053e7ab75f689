import assert from 'node:assert/strict';
import { startSandbox } from '../../../src/sandbox/index.js';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { contractClient } from '../../contract/client.js';
import type { ContractAnswer, ContractClient } from '../../contract/client.js';

const HOUR = 3_600_000;
const account = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'default' },
});

describe('sandbox/access/accountTokens', () => {
  let sandbox: Sandbox;
  let client: ContractClient;
  let now: number;
  before(async () => {
    now = Date.parse('2026-01-01T00:00:00Z');
    sandbox = await startSandbox({ controllers: false, now: () => now });
    client = contractClient(sandbox);
    sandbox.store.create('ServiceAccount', account('robot'));
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });

  const ask = async (spec: object): Promise<{ readonly token: string; readonly expirationTimestamp: string }> => {
    const path = '/api/v1/namespaces/default/serviceaccounts/robot/token';
    const { status, body } = await client.send({ method: 'POST', path, body: { spec } });
    assert.equal(status, 201, JSON.stringify(body));
    return (body as { status: { token: string; expirationTimestamp: string } }).status;
  };
  const whoami = (token: string): Promise<ContractAnswer> =>
    client.send({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {}, token });

  it('makes its bearer the account, for an hour', async () => {
    const { token, expirationTimestamp } = await ask({});
    assert.equal(expirationTimestamp, '2026-01-01T01:00:00Z');
    assert.deepEqual((await whoami(token)).body, {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      status: {
        userInfo: {
          username: 'system:serviceaccount:default:robot',
          groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        },
      },
    });
    now += HOUR;
    assert.equal((await whoami(token)).status, 401);
  });

  it('gives it the rights that roles give the account, and no others', async () => {
    const { token } = await ask({});
    const list = { method: 'GET', path: '/api/v1/namespaces/default/configmaps', token };
    assert.equal((await client.send(list)).status, 403);
    sandbox.store.create('rbac.authorization.k8s.io/RoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'robot', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
    });
    assert.equal((await client.send(list)).status, 200);
    assert.equal((await client.send({ ...list, path: '/api/v1/namespaces/default/secrets' })).status, 403);
    const another = { method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts/robot/token', body: {}, token };
    assert.equal((await client.send(another)).status, 403);
  });

  it('ends with the account, also where another one has its name', async () => {
    const { token } = await ask({ expirationSeconds: 86_400 });
    assert.equal((await whoami(token)).status, 201);
    sandbox.store.remove('ServiceAccount', 'default', 'robot');
    assert.equal((await whoami(token)).status, 401);
    sandbox.store.create('ServiceAccount', account('robot'));
    assert.equal((await whoami(token)).status, 401);
  });

  it('takes no token that it did not sign as it is', async () => {
    const { token } = await ask({});
    const [head = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
    for (const wrong of [`${head}.${forged}.${signature}`, `${head}.${payload}.`, `${head}.${payload}`, '..', 'x']) {
      assert.equal((await whoami(wrong)).status, 401, wrong);
    }
  });
});
