import assert from 'node:assert/strict';
import { StatusError } from '../../../src/sandbox/status.js';
import { type Simulated, simulate, template } from './simulated.js';

describe('namespaces', () => {
  let cluster: Simulated;
  beforeEach(async () => {
    cluster = await simulate();
    cluster.client.create('Namespace', { metadata: { name: 'shop' } });
    cluster.pass();
  });

  it('have a ServiceAccount and the certificate authority, again after somebody deletes them', () => {
    const account = cluster.client.get('ServiceAccount', 'shop', 'default')!;
    const authority = cluster.client.get('ConfigMap', 'shop', 'kube-root-ca.crt')!;
    assert.deepEqual(authority.data, { 'ca.crt': 'PEM' });
    cluster.client.remove('ServiceAccount', account);
    cluster.client.remove('ConfigMap', authority);
    cluster.pass();
    assert.notEqual(cluster.client.get('ServiceAccount', 'shop', 'default')?.metadata.uid, account.metadata.uid);
    assert.ok(cluster.client.get('ConfigMap', 'shop', 'kube-root-ca.crt'));
  });

  it('go with all that is in them, when finalizers let it go', () => {
    const { client } = cluster;
    client.create('ConfigMap', { metadata: { name: 'held', namespace: 'shop', finalizers: ['example.com/held'] } });
    client.create('apps/Deployment', {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: template('web:1') },
    });
    cluster.pass(100);
    client.remove('Namespace', client.get('Namespace', '', 'shop')!);
    cluster.pass(5000);
    assert.deepEqual(client.get('Namespace', '', 'shop')?.status, { phase: 'Terminating' });
    assert.equal(client.list('Pod', 'shop').length, 0);
    assert.throws(
      () => client.create('ConfigMap', { metadata: { name: 'late', namespace: 'shop' } }),
      (error) => error instanceof StatusError && error.code === 403,
    );
    const held = client.get('ConfigMap', 'shop', 'held')!;
    client.update('ConfigMap', { ...held, metadata: { ...held.metadata, finalizers: [] } });
    cluster.pass(5000);
    assert.equal(client.get('Namespace', '', 'shop'), undefined);
    assert.equal(client.list('ServiceAccount', 'shop').length, 0);
  });

  it('wait for their own finalizers as well', () => {
    const { client } = cluster;
    const get = () => client.get('Namespace', '', 'shop');
    client.update('Namespace', { ...get()!, metadata: { ...get()!.metadata, finalizers: ['example.com/held'] } });
    client.remove('Namespace', get()!);
    cluster.pass(5000);
    assert.deepEqual(get()?.status, { phase: 'Terminating' });
    client.update('Namespace', { ...get()!, metadata: { ...get()!.metadata, finalizers: [] } });
    cluster.pass(5000);
    assert.equal(get(), undefined);
  });
});
