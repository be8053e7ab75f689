import type { KubeObject } from '../../objects/object.js';
import { child, children, ensure, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Store } from '../store.js';

/**
 * Claims in use by a pod, and volumes bound to a claim, are deleted when they are free (admission plugin
 * StorageObjectInUseProtection and the controllers pvc-protection and pv-protection).
 */
const FINALIZERS = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
} as const;

/** Gives a new claim or volume its finalizer. */
export function protect(kind: keyof typeof FINALIZERS, draft: Draft): void {
  const metadata = ensure(draft, 'metadata');
  const known = Array.isArray(metadata['finalizers']) ? metadata['finalizers'].map(String) : [];
  metadata['finalizers'] = [...new Set([...known, FINALIZERS[kind]])];
}

/** Takes the finalizers away again where nothing holds the object. Returns what stops it. */
export function releaseStorage(store: Store): () => void {
  const stops = [
    store.watch('PersistentVolumeClaim', store.revision(), ({ object }) =>
      release(store, 'PersistentVolumeClaim', object),
    ),
    store.watch('PersistentVolume', store.revision(), ({ object }) => release(store, 'PersistentVolume', object)),
    store.watch('Pod', store.revision(), ({ object }) => {
      for (const claim of store.list('PersistentVolumeClaim', { namespace: object.metadata.namespace ?? '' })) {
        release(store, 'PersistentVolumeClaim', claim);
      }
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function release(store: Store, kind: keyof typeof FINALIZERS, seen: KubeObject): void {
  const { namespace = '', name } = seen.metadata;
  const object = store.get(kind, namespace, name);
  const finalizers = object?.metadata.finalizers ?? [];
  if (object?.metadata.deletionTimestamp === undefined || !finalizers.includes(FINALIZERS[kind])) return;
  const held =
    kind === 'PersistentVolume' ? text(child(object, 'status'), 'phase') === 'Bound' : isClaimUsed(store, object);
  if (held) return;
  const rest = finalizers.filter((finalizer) => finalizer !== FINALIZERS[kind]);
  if (rest.length === 0) store.remove(kind, namespace, name);
  else store.update(kind, { ...object, metadata: { ...object.metadata, finalizers: rest } });
}

function isClaimUsed(store: Store, claim: KubeObject): boolean {
  return store.list('Pod', { namespace: claim.metadata.namespace ?? '' }).some((pod) => {
    const phase = text(child(pod, 'status'), 'phase');
    if (phase === 'Succeeded' || phase === 'Failed') return false;
    return children(child(pod, 'spec'), 'volumes').some(
      (volume) => text(child(volume, 'persistentVolumeClaim'), 'claimName') === claim.metadata.name,
    );
  });
}
