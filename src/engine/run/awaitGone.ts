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
  /** Told while it is there: at first, and whenever its finalizers change. */
  readonly waiting?: (object: KubeObject) => void;
}

/**
 * Waits until the object with this UID is gone, whatever has its name by then. It is read by its metadata: a Secret that
 * a finalizer holds back would come with its data.
 * @returns the object where it is still there after the time-out
 */
export async function awaitGone(
  { resource, namespace, name }: ObjectAddress,
  uid: string,
  { cluster, signal, now, timeoutMs, waiting }: AwaitGoneOptions,
): Promise<KubeObject | undefined> {
  let told: string | undefined;
  for (const began = now(); ;) {
    const { items } = await cluster.listMetadata(resource, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    const live = items.find(({ metadata }) => metadata.uid === uid);
    if (live === undefined || now() - began >= timeoutMs) return live;
    const finalizers = (live.metadata.finalizers ?? []).join();
    if (finalizers !== told) waiting?.(live);
    told = finalizers;
    await pause(GONE_POLL_MS, signal);
  }
}
