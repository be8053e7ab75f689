import type { Cluster, ObjectAddress } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { pause } from './pause.js';

const GONE_POLL_MS = 250;

export interface AwaitGoneOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** ms */
  readonly timeoutMs: number;
}

/**
 * Waits until the object with this UID is gone, whatever has its name by then. It is read by its metadata: a Secret that
 * a finalizer holds back would come with its data.
 * @returns the object where it is still there after the time-out
 */
export async function awaitGone(
  { resource, namespace, name }: ObjectAddress,
  uid: string,
  { cluster, signal, now, timeoutMs }: AwaitGoneOptions,
): Promise<KubeObject | undefined> {
  for (const began = now(); ;) {
    const { items } = await cluster.listMetadata(resource, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    const live = items.find(({ metadata }) => metadata.uid === uid);
    if (live === undefined || now() - began >= timeoutMs) return live;
    await pause(GONE_POLL_MS, signal);
  }
}
