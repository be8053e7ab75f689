/**
 * Deletes what was judged, each guarded by its UID and resourceVersion, and waits until it is gone. Whatever happens
 * to one object is an event and an outcome; the others go on.
 */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type Discovery, type ObjectAddress } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import { formatId, type KubeObject } from '../../objects/object.js';
import { waveOf } from '../apply/waves.js';
import { awaitGone } from '../run/awaitGone.js';
import type { PruneOutcome } from '../run/events.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { WriteContext } from '../run/options.js';
import type { Judgement } from '../plan/plan.js';

/** Status controllers write while workloads go: so often a moved version is judged anew. */
const TRIES = 3;

export type Deletion = Judgement & { readonly verdict: 'delete' };

export interface DeleteOptions {
  readonly discovery: Discovery;
  /** How long to wait for one object to be gone, ms. */
  readonly timeoutMs: number;
  /** Judges an object once more whose version has moved; undefined where it is gone. */
  readonly rejudge: (deletion: Deletion) => Promise<Judgement | undefined>;
  /** Called with the whole object before it is deleted; where it rejects with `BackupFailed`, the object stays. */
  readonly backup?: (object: KubeObject) => Promise<void>;
  /** Keeps what is about to be deleted, as it is, until the run knows that nothing needs it; undefined where it may not be read. */
  readonly remember?: (deletion: Deletion, address: ObjectAddress, object: KubeObject | undefined) => void;
  /** It was not this run that deleted it. */
  readonly forget?: (deletion: Deletion) => void;
}

/** Deletes wave by wave, the last applied first. */
export async function deleteInReverse(
  deletions: readonly Deletion[],
  options: DeleteOptions,
  context: WriteContext,
): Promise<PruneOutcome[]> {
  const waves = new Map<number, Deletion[]>();
  for (const deletion of deletions) {
    const wave = waveOf(deletion.id.group, deletion.id.kind);
    waves.set(wave, [...(waves.get(wave) ?? []), deletion]);
  }
  const outcomes: PruneOutcome[] = [];
  for (const wave of [...waves.keys()].sort((a, b) => b - a)) {
    outcomes.push(
      ...(await mapConcurrently(waves.get(wave) ?? [], context.cluster.concurrency, (deletion) =>
        deleteOne(deletion, options, context),
      )),
    );
  }
  return outcomes;
}

async function deleteOne(deletion: Deletion, options: DeleteOptions, context: WriteContext): Promise<PruneOutcome> {
  const { id, version } = deletion;
  const resource = findResource(options.discovery, id.group, version, id.kind);
  const settle = (outcome: PruneOutcome, reason: string): PruneOutcome => {
    context.emit({ type: 'pruned', id, version, outcome, reason, at: context.now() });
    return outcome;
  };
  if (resource === undefined) return settle('failed', `${id.kind} is not served any more`);
  try {
    const address = { resource, namespace: id.namespace, name: id.name };
    const result = await removeGuarded(address, deletion, options, context);
    if (result !== 'deleted') options.forget?.(deletion);
    if (result === 'gone') return settle('gone', 'was gone already');
    if (result !== 'deleted') return settle('kept', result.reason);
    const left = await awaitGone(address, deletion.uid, { ...context, timeoutMs: options.timeoutMs });
    return left === undefined ? settle('deleted', deletion.reason) : settle('terminating', terminatingWords(left));
  } catch (error) {
    // A backup that fails is an error of the disk: the object stays.
    const isOwn = error instanceof ApiError || (error instanceof KapplyError && error.code === 'BackupFailed');
    if (!isOwn) throw error;
    const questions = error.suggestions.map((question) => `. ${question}`).join('');
    return settle('failed', `${error.message} (${error.code}); the next deploy tries again${questions}`);
  }
}

/** A version that moved since the judgement is judged once more: it may be in use by now. */
async function removeGuarded(
  address: ObjectAddress,
  deletion: Deletion,
  { backup, rejudge, remember }: DeleteOptions,
  context: WriteContext,
): Promise<'deleted' | 'gone' | { readonly reason: string }> {
  const { cluster, signal } = context;
  if (backup !== undefined) {
    const object = await cluster.get(address, { signal });
    if (object === undefined) return 'gone';
    await backup(object);
  }
  let judged = deletion;
  for (let tries = 1; ; tries++) {
    const { uid, resourceVersion } = judged;
    if (remember !== undefined) {
      const object = await readWhole(address, context);
      if (object === 'gone' || (object !== undefined && object.metadata.uid !== uid)) return 'gone';
      remember(deletion, address, object);
    }
    try {
      return await cluster.remove(address, { uid, resourceVersion, propagation: 'Background', signal });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.reason !== 'Conflict' || tries >= TRIES) throw error;
      const again = await rejudge(deletion);
      if (again === undefined) return 'gone';
      if (again.verdict === 'keep') return { reason: again.reason };
      judged = again;
    }
  }
}

/** undefined where it may not be read: then it is deleted all the same, and cannot be created again. */
async function readWhole(
  address: ObjectAddress,
  { cluster, signal, emit }: WriteContext,
): Promise<KubeObject | 'gone' | undefined> {
  try {
    return (await cluster.get(address, { signal })) ?? 'gone';
  } catch (error) {
    if (!(error instanceof ApiError) || error.httpStatus !== 403) throw error;
    const { resource, namespace, name } = address;
    const what = formatId({ group: resource.group, kind: resource.kind, namespace, name });
    const message = `${what} may not be read (needs get on ${resource.plural}): if something begins to use it while it is deleted, it cannot be created again`;
    emit({ type: 'warning', message });
    return undefined;
  }
}

function terminatingWords({ metadata: { finalizers = [] } }: KubeObject): string {
  const waiting = finalizers.length === 0 ? '' : `, waiting for ${finalizers.join(', ')}`;
  return `deletion was asked for, but it is still there${waiting}`;
}
