import assert from 'node:assert/strict';
import { simulate } from './simulated.js';

describe('volumeClaims', () => {
  it('bind at once, and their volume goes with them', async () => {
    const { client, pass } = await simulate();
    const claim = client.create('PersistentVolumeClaim', {
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    pass();
    const [volume] = client.list('PersistentVolume');
    assert.equal(volume?.metadata.name, `pvc-${claim.metadata.uid ?? ''}`);
    const bound = client.get('PersistentVolumeClaim', 'default', 'data')!;
    assert.deepEqual(bound.status, { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } });
    // The finalizer that protects claims in use is another loop's.
    client.update('PersistentVolumeClaim', { ...bound, metadata: { ...bound.metadata, finalizers: [] } });
    client.remove('PersistentVolumeClaim', client.get('PersistentVolumeClaim', 'default', 'data')!);
    pass();
    assert.equal(client.get('PersistentVolumeClaim', 'default', 'data'), undefined);
    assert.notEqual(client.list('PersistentVolume')[0]?.metadata.deletionTimestamp, undefined);
  });

  it('leave a volume that is to be kept', async () => {
    const { client, pass } = await simulate();
    const volume = client.create('PersistentVolume', {
      metadata: { name: 'kept' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        claimRef: { namespace: 'default', name: 'data' },
        hostPath: { path: '/data' },
      },
    });
    client.updateStatus('PersistentVolume', { ...volume, status: { phase: 'Bound' } });
    const claim = client.create('PersistentVolumeClaim', {
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'kept' },
    });
    pass();
    client.update('PersistentVolumeClaim', {
      ...client.get('PersistentVolumeClaim', 'default', 'data')!,
      metadata: { ...claim.metadata, resourceVersion: '', finalizers: [] },
    });
    client.remove('PersistentVolumeClaim', client.get('PersistentVolumeClaim', 'default', 'data')!);
    pass();
    const [kept] = client.list('PersistentVolume');
    assert.deepEqual(
      [kept?.metadata.deletionTimestamp, (kept?.status as { phase?: string } | undefined)?.phase],
      [undefined, 'Released'],
    );
  });
});
