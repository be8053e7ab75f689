/** Follows live objects by watches, one for each kind and namespace; by reading again where a watch is not allowed. */
import { ApiError } from '../../cluster/apiError.js';
import type { ApiResource, Cluster } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { pause } from '../run/pause.js';

const POLL_MS = 2000;

export interface Follow {
  readonly resource: ApiResource;
  readonly namespace: string;
  /** The only object of interest, where there is one: the watch is narrowed to it. */
  readonly name?: string;
  /** Objects that are known to exist; none where whatever comes is of interest. */
  readonly names: readonly string[];
}

export interface FollowHandlers {
  readonly changed: (object: KubeObject) => void;
  readonly deleted: (object: KubeObject) => void;
  /** It is not there, and was not since following began. */
  readonly missing: (name: string) => void;
  /** A watch is not allowed or not served: `names` are read again and again instead. */
  readonly refused: (error: ApiError) => void;
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
    const seen = new Set<string>();
    for await (const event of events) {
      if (event.type === 'synced') {
        // What went between the apply and the list is in no event.
        for (const expected of target.names) if (!seen.has(expected)) handlers.missing(expected);
        continue;
      }
      seen.add(event.object.metadata.name);
      if (event.type === 'changed') handlers.changed(event.object);
      else handlers.deleted(event.object);
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    handlers.refused(error);
    await poll(cluster, target, handlers, signal);
  }
}

async function poll(
  cluster: Cluster,
  { resource, namespace, names }: Follow,
  handlers: FollowHandlers,
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
        } else if (before === undefined) {
          handlers.missing(name);
        } else {
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
