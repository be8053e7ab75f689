import type { Client } from './client.js';
import type { Controller } from './simulation.js';
import { keyOf, splitKey } from './simulation.js';

interface ClaimSpec {
  readonly volumeName?: string;
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  readonly storageClassName?: string;
  readonly volumeMode?: string;
}

/** Gives every claim a volume of its own at once, as a storage class without delay does. */
export const volumeClaims: Controller = {
  name: 'persistentvolume-binder',
  kinds: ['PersistentVolumeClaim'],
  keysFor: ({ object }) => [keyOf(object)],
  sync: (key, { client }) => {
    const { namespace, name } = splitKey(key);
    const claim = client.get('PersistentVolumeClaim', namespace, name);
    if (claim === undefined) {
      releaseVolume(client, namespace, name);
      return undefined;
    }
    const status = claim.status as { readonly phase?: string } | undefined;
    if (claim.metadata.deletionTimestamp !== undefined || status?.phase === 'Bound') return undefined;
    const spec = (claim.spec ?? {}) as ClaimSpec;
    const { uid = '' } = claim.metadata;
    const volumeName = spec.volumeName ?? `pvc-${uid}`;
    const { accessModes = ['ReadWriteOnce'], resources, storageClassName = '', volumeMode = 'Filesystem' } = spec;
    const capacity = resources?.requests ?? {};
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid };
    if (client.get('PersistentVolume', '', volumeName) === undefined) {
      const reclaim = { persistentVolumeReclaimPolicy: 'Delete', volumeMode };
      const volume = client.create('PersistentVolume', {
        metadata: { name: volumeName },
        spec: {
          accessModes,
          capacity,
          claimRef,
          storageClassName,
          hostPath: { path: `/sandbox/${volumeName}` },
          ...reclaim,
        },
      });
      client.updateStatus('PersistentVolume', { ...volume, status: { phase: 'Bound' } });
    }
    const bound = client.update('PersistentVolumeClaim', { ...claim, spec: { ...spec, volumeName } });
    client.updateStatus('PersistentVolumeClaim', { ...bound, status: { phase: 'Bound', accessModes, capacity } });
    return undefined;
  },
};

/** Deletes the volume of a claim that is gone. */
function releaseVolume(client: Client, namespace: string, name: string): void {
  for (const volume of client.list('PersistentVolume')) {
    const { claimRef, persistentVolumeReclaimPolicy: policy } = (volume.spec ?? {}) as {
      readonly claimRef?: { readonly namespace?: string; readonly name?: string };
      readonly persistentVolumeReclaimPolicy?: string;
    };
    const { phase } = (volume.status ?? {}) as { readonly phase?: string };
    if (claimRef?.namespace !== namespace || claimRef.name !== name || phase !== 'Bound') continue;
    const released = client.updateStatus('PersistentVolume', { ...volume, status: { phase: 'Released' } });
    if (policy === 'Delete') client.remove('PersistentVolume', released);
  }
}
