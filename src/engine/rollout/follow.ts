/** Follows live objects by watches, one for each kind and namespace; by reading again where a watch is not allowed. */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { pause } from '../pause.js';

const POLL_MS = 2000;

export interface Follow {
  readonly resource: ApiResource;
  readonly namespace: string;
  /** The only object of interest, where there is one: the watch is narrowed to it. */
  readonly name?: string;
}

export interface FollowHandlers {
  readonly changed: (object: KubeObject) => void;
  readonly deleted: (object: KubeObject) => void;
  /** A watch is not allowed or not served. `names` are read again and again instead, where given. */
  readonly refused: (error: ApiError) => readonly string[];
}

/** Runs until the signal aborts; then it ends without an error. */
export async function follow(
  cluster: Cluster,
  target: Follow,
  handlers: FollowHandlers,
  signal: AbortSignal,
): Promise<void> {
  const { resource, namespace, name } = target;
  try {
    const events = cluster.watch(resource, {
      namespace,
      signal,
      ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
    });
    for await (const event of events) {
      if (event.type === 'changed') handlers.changed(event.object);
      if (event.type === 'deleted') handlers.deleted(event.object);
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    await poll(cluster, target, handlers, handlers.refused(error), signal);
  }
}

async function poll(
  cluster: Cluster,
  { resource, namespace }: Follow,
  handlers: FollowHandlers,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (names.length === 0) return;
  const known = new Map<string, KubeObject>();
  try {
    for (;;) {
      for (const name of names) {
        const object = await cluster.get({ resource, namespace, name }, { signal });
        const before = known.get(name);
        if (object !== undefined) {
          known.set(name, object);
          handlers.changed(object);
        } else if (before !== undefined) {
          known.delete(name);
          handlers.deleted(before);
        }
      }
      await pause(POLL_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
