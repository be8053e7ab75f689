import assert from 'node:assert/strict';
import { KubeConfig } from '@kubernetes/client-node';
import { connect } from '../../../src/cluster/connect.js';
import { fromClientNode } from '../../../src/cluster/kubeconfig/fromClientNode.js';
import { resolveTarget } from '../../../src/cluster/kubeconfig/resolveTarget.js';
import { emptyDiscovery, startTestServer } from '../testServer.js';

describe('fromClientNode', () => {
  it('connects with what client-node has loaded', async () => {
    const server = await startTestServer(emptyDiscovery);
    const kubeConfig = new KubeConfig();
    const caData = Buffer.from(server.ca).toString('base64');
    kubeConfig.loadFromClusterAndUser(
      { name: 'c', server: server.url, skipTLSVerify: false, caData },
      { name: 'u', token: 'from-client-node', impersonateUser: 'jane' },
    );
    try {
      const cluster = await connect({ kubeConfig, env: {} });
      await cluster.discover();
      await cluster.close();
    } finally {
      await server.close();
    }
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer from-client-node');
    assert.equal(server.requests[0].headers['impersonate-user'], 'jane');
  });

  it('takes its exec users, and the ServiceAccount that it finds in a cluster', () => {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromOptions({
      clusters: [{ name: 'c', server: 'https://a.example.com', skipTLSVerify: false, proxyUrl: 'http://p:1' }],
      users: [
        { name: 'exec', exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', args: ['eks'] } },
        { name: 'pod', authProvider: { name: 'tokenFile', config: { tokenFile: '/var/run/token' } } },
      ],
      contexts: [
        { name: 'exec', cluster: 'c', user: 'exec', namespace: 'shop' },
        { name: 'pod', cluster: 'c', user: 'pod' },
      ],
      currentContext: 'exec',
    });
    const exec = resolveTarget(fromClientNode(kubeConfig), {});
    assert.equal(exec?.namespace, 'shop');
    assert.equal(exec.cluster.proxyUrl, 'http://p:1');
    assert.deepEqual([exec.user.exec?.command, exec.user.exec?.args], ['aws', ['eks']]);
    const pod = resolveTarget(fromClientNode(kubeConfig), { context: 'pod' });
    assert.equal(pod?.user.tokenFile, '/var/run/token');
    assert.equal(pod.user.authProvider, undefined);
  });
});
