import assert from 'node:assert/strict';
import { startSandbox } from '../../../src/sandbox/index.js';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { contractClient } from '../../contract/client.js';
import type { ContractClient } from '../../contract/client.js';

describe('sandbox/http/otherSubresources', () => {
  let sandbox: Sandbox;
  let client: ContractClient;
  before(async () => {
    sandbox = await startSandbox({ controllers: false });
    client = contractClient(sandbox);
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });
  const POD = '/api/v1/namespaces/default/pods/web';
  const rows = [
    ['GET', `${POD}/exec?command=ls`],
    ['POST', `${POD}/exec?command=ls`],
    ['POST', `${POD}/attach`],
    ['GET', `${POD}/portforward`],
    ['GET', `${POD}/proxy`],
    ['PATCH', `${POD}/ephemeralcontainers`],
    ['GET', '/api/v1/namespaces/default/services/web/proxy'],
    ['GET', '/api/v1/nodes/sandbox/proxy'],
  ] as const;
  for (const [method, path] of rows) {
    it(`says in a sentence why there is no ${method} ${path}`, async () => {
      const { status, body } = await client.send({ method, path });
      const { message } = body as { message: string };
      assert.equal(status, 501);
      assert.match(
        message,
        /^the sandbox runs no containers, so there is no (pods|services|nodes)\/\w+: .+ needs a real cluster$/,
      );
    });
  }

  it('knows no others', async () => {
    assert.equal((await client.send({ method: 'GET', path: `${POD}/nonsense` })).status, 404);
    assert.equal((await client.send({ method: 'GET', path: `${POD}/constructor` })).status, 404);
    assert.equal(
      (await client.send({ method: 'GET', path: '/api/v1/namespaces/default/configmaps/a/exec' })).status,
      404,
    );
  });
});
