/**
 * Deletes what was judged, each guarded by its UID and resourceVersion, and waits until it is gone. Whatever happens
 * to one object is an event and an outcome; the others go on.
 */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type ApiResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { waveOf } from '../apply/waves.js';
import type { Emit, PruneOutcome } from '../run/events.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { pause } from '../run/pause.js';
import type { Judgement } from '../plan/plan.js';

const GONE_POLL_MS = 250;
const GONE_TIMEOUT_MS = 60_000;

export type Deletion = Judgement & { readonly verdict: 'delete' };

export interface DeleteOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly emit: Emit;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  /** Judges an object once more whose version has moved; undefined where it is gone. */
  readonly rejudge: (deletion: Deletion) => Promise<Judgement | undefined>;
  /** Called with the whole object before it is deleted; where it rejects with `BackupFailed`, the object stays. */
  readonly backup?: (object: KubeObject) => Promise<void>;
}

/** Deletes wave by wave, the last applied first. */
export async function deleteInReverse(deletions: readonly Deletion[], options: DeleteOptions): Promise<PruneOutcome[]> {
  const waves = new Map<number, Deletion[]>();
  for (const deletion of deletions) {
    const wave = waveOf(deletion.id.group, deletion.id.kind);
    waves.set(wave, [...(waves.get(wave) ?? []), deletion]);
  }
  const outcomes: PruneOutcome[] = [];
  for (const wave of [...waves.keys()].sort((a, b) => b - a)) {
    outcomes.push(
      ...(await mapConcurrently(waves.get(wave) ?? [], options.concurrency, (deletion) =>
        deleteOne(deletion, options),
      )),
    );
  }
  return outcomes;
}

async function deleteOne(deletion: Deletion, options: DeleteOptions): Promise<PruneOutcome> {
  const { id, version } = deletion;
  const resource = findResource(options.discovery, id.group, version, id.kind);
  const settle = (outcome: PruneOutcome, reason: string): PruneOutcome => {
    options.emit({ type: 'pruned', id, version, outcome, reason, at: options.now() });
    return outcome;
  };
  if (resource === undefined) return settle('failed', `${id.kind} is not served any more`);
  try {
    const result = await removeGuarded(resource, deletion, options);
    if (result === 'gone') return settle('gone', 'was gone already');
    if (result !== 'deleted') return settle('kept', result.reason);
    const left = await waitUntilGone(resource, deletion, options);
    return left === undefined ? settle('deleted', deletion.reason) : settle('terminating', left);
  } catch (error) {
    // A backup that fails is an error of the disk: the object stays.
    const isOwn = error instanceof ApiError || (error instanceof KapplyError && error.code === 'BackupFailed');
    if (!isOwn) throw error;
    return settle('failed', `${error.message} (${error.code}); the next deploy tries again`);
  }
}

/** A version that moved since the judgement is judged once more: it may be in use by now. */
async function removeGuarded(
  resource: ApiResource,
  deletion: Deletion,
  { cluster, signal, backup, rejudge }: DeleteOptions,
): Promise<'deleted' | 'gone' | { readonly reason: string }> {
  const address = { resource, namespace: deletion.id.namespace, name: deletion.id.name };
  if (backup !== undefined) {
    const object = await cluster.get(address, { signal });
    if (object === undefined) return 'gone';
    await backup(object);
  }
  try {
    return await cluster.remove(address, {
      uid: deletion.uid,
      resourceVersion: deletion.resourceVersion,
      propagation: 'Background',
      signal,
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status.reason !== 'Conflict') throw error;
    const again = await rejudge(deletion);
    if (again === undefined) return 'gone';
    if (again.verdict === 'keep') return { reason: again.reason };
    return cluster.remove(address, {
      uid: again.uid,
      resourceVersion: again.resourceVersion,
      propagation: 'Background',
      signal,
    });
  }
}

/** Undefined when it is gone; what holds it back after a minute. */
async function waitUntilGone(
  resource: ApiResource,
  { id, uid }: Deletion,
  { cluster, now, signal }: DeleteOptions,
): Promise<string | undefined> {
  const began = now();
  for (;;) {
    // By its metadata: a Secret that a finalizer holds back would come with its data.
    const { namespace, name } = id;
    const { items } = await cluster.listMetadata(resource, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    const live = items.find(({ metadata }) => metadata.uid === uid);
    if (live === undefined) return undefined;
    if (now() - began >= GONE_TIMEOUT_MS) {
      const finalizers = live.metadata.finalizers ?? [];
      return `deletion was asked for, but it is still there${finalizers.length === 0 ? '' : `, waiting for ${finalizers.join(', ')}`}`;
    }
    await pause(GONE_POLL_MS, signal);
  }
}
