/** Claims that stay Pending until a pod uses them, and that no pod of the set will use: nothing to wait for. */
import { ApiError } from '../../cluster/apiError.js';
import { findPreferred, type Cluster, type Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { referencesOf } from '../uses/references.js';

const DEFAULT_CLASS_ANNOTATION = 'storageclass.kubernetes.io/is-default-class';

/**
 * @returns true for a PersistentVolumeClaim whose class binds with the first consumer (storage.k8s.io/v1
 * volumeBindingMode WaitForFirstConsumer) while none of the objects is one that starts a pod with this deploy
 */
export async function unconsumedClaims(
  objects: readonly KubeObject[],
  {
    cluster,
    discovery,
    signal,
  }: { readonly cluster: Cluster; readonly discovery: Discovery; readonly signal: AbortSignal },
): Promise<(claim: KubeObject) => boolean> {
  const resource = findPreferred(discovery, 'storage.k8s.io', 'StorageClass');
  if (resource === undefined || !objects.some(({ kind }) => kind === 'PersistentVolumeClaim')) return () => false;
  const waiting = await waitingClasses(() => cluster.list(resource, { signal }));
  const consumed = new Set(
    objects
      .filter(startsPods)
      .flatMap((object) =>
        referencesOf(object).flatMap(({ kind, name }) =>
          kind === 'PersistentVolumeClaim' && typeof name === 'string'
            ? [`${object.metadata.namespace ?? ''}/${name}`]
            : [],
        ),
      ),
  );
  return ({ metadata, spec }) => {
    const className = (spec as { storageClassName?: string } | undefined)?.storageClassName;
    return waiting.has(className) && !consumed.has(`${metadata.namespace ?? ''}/${metadata.name}`);
  };
}

/** False for what runs none now: a CronJob runs some day, what is suspended or has no replicas never by itself. */
function startsPods({ kind, spec }: KubeObject): boolean {
  const { replicas, suspend } = (spec ?? {}) as { replicas?: number; suspend?: boolean };
  return kind !== 'CronJob' && replicas !== 0 && suspend !== true;
}

/** The names of the classes that wait; undefined among them where the default class does. */
async function waitingClasses(
  list: () => Promise<{ readonly items: readonly KubeObject[] }>,
): Promise<Set<string | undefined>> {
  try {
    const { items } = await list();
    return new Set(
      items.flatMap((item) => {
        if (item.volumeBindingMode !== 'WaitForFirstConsumer') return [];
        const isDefault = item.metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === 'true';
        return isDefault ? [item.metadata.name, undefined] : [item.metadata.name];
      }),
    );
  } catch (error) {
    // Classes belong to the cluster: whoever may not list them waits, as before.
    if (error instanceof ApiError) return new Set();
    throw error;
  }
}
