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
  keysFor: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]),
  sync: (key, { client }) => {
    const { namespace, name } = splitKey(key);
    const claim = client.get('PersistentVolumeClaim', namespace, name);
    const status = claim?.status as { readonly phase?: string } | undefined;
    if (claim?.metadata.deletionTimestamp !== undefined || claim === undefined || status?.phase === 'Bound') {
      return undefined;
    }
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
