/**
 * Deletes what was judged, each guarded by its UID and resourceVersion, and waits until it is gone. Whatever happens
 * to one object is an event and an outcome; the others go on.
 */
import { ApiError, isConflict, questionWords } from '../../cluster/apiError.js';
import { findResource, type Discovery, type ObjectAddress } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import { formatId, type KubeObject } from '../../objects/object.js';
import { waveOf } from '../apply/waveOf.js';
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
  /** Until when to wait for what is deleted to be gone, ms since the epoch. */
  readonly deadline: number;
  /** They may wait for one another to be gone: all are asked to go before any is waited for. */
  readonly allAtOnce?: boolean;
  /** What this run has deleted, or tried to, before. */
  readonly before?: readonly Settled[];
  /** Judges an object once more whose version has moved; undefined where it is gone. */
  readonly rejudge: (deletion: Deletion) => Promise<Judgement | undefined>;
  /** By UID: what the judgement has read whole. It is the object that is deleted where its version is the one judged. */
  readonly read?: ReadonlyMap<string, KubeObject>;
  /** Called with the whole object before it is deleted; where it rejects with `BackupFailed`, the object stays. */
  readonly backup?: (object: KubeObject) => Promise<void>;
  /** Keeps what is about to be deleted, as it is, until the run knows that nothing needs it; undefined where it may not be read. */
  readonly remember?: (deletion: Deletion, address: ObjectAddress, object: KubeObject | undefined) => void;
  /** It was not this run that deleted it. */
  readonly forget?: (deletion: Deletion) => void;
}

/** What became of one deletion. */
export interface Settled {
  readonly deletion: Deletion;
  readonly outcome: PruneOutcome;
}

/** Deletes wave by wave, the last applied first. A container stays where something in it did not go. */
export async function deleteInReverse(
  deletions: readonly Deletion[],
  options: DeleteOptions,
  context: WriteContext,
): Promise<Settled[]> {
  const waves = new Map<number, Deletion[]>();
  for (const deletion of deletions) {
    const wave = waveOf(deletion.id.group, deletion.id.kind);
    waves.set(wave, [...(waves.get(wave) ?? []), deletion]);
  }
  const settled: Settled[] = [];
  const limit = options.allAtOnce === true ? Infinity : context.cluster.concurrency;
  for (const wave of [...waves.keys()].sort((a, b) => b - a)) {
    const before = [...(options.before ?? []), ...settled];
    settled.push(
      ...(await mapConcurrently(waves.get(wave) ?? [], limit, async (deletion) => {
        const left = before.find((one) => STAYED.has(one.outcome) && isIn(one.deletion, deletion, options.discovery));
        const outcome =
          left === undefined
            ? await deleteOne(deletion, options, context)
            : keepContainer(deletion, left.deletion, context);
        return { deletion, outcome };
      })),
    );
  }
  return settled;
}

const STAYED: ReadonlySet<PruneOutcome> = new Set(['failed', 'terminating', 'kept']);

/** Deleting a container would delete once more what could not be deleted by itself, or was found to be needed. */
function isIn({ id, version }: Deletion, { id: container }: Deletion, discovery: Discovery): boolean {
  if (container.group === '' && container.kind === 'Namespace') return id.namespace === container.name;
  if (container.kind !== 'CustomResourceDefinition') return false;
  const resource = findResource(discovery, id.group, version, id.kind);
  return resource !== undefined && container.name === `${resource.plural}.${resource.group}`;
}

function keepContainer({ id, version }: Deletion, left: Deletion, { emit, now }: WriteContext): PruneOutcome {
  const reason = `${formatId(left.id)}, which is in it, is still there`;
  emit({ type: 'pruned', id, version, outcome: 'kept', reason, at: now() });
  return 'kept';
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
    if (result === 'deleted') return settle('deleted', deletion.reason);
    if (result !== 'going') options.forget?.(deletion);
    if (result === 'gone') return settle('gone', 'was gone already');
    if (result !== 'going') return settle('kept', result.reason);
    const timeoutMs = Math.max(0, options.deadline - context.now());
    const waiting = (object: KubeObject): void => {
      const message = finalizerWords(object);
      context.emit({ type: 'deleting', id, version, message, until: options.deadline, at: context.now() });
    };
    const left = await awaitGone(address, deletion.uid, { ...context, timeoutMs, waiting });
    return left === undefined ? settle('deleted', deletion.reason) : settle('terminating', terminatingWords(left));
  } catch (error) {
    // A backup that fails is an error of the disk: the object stays.
    const isOwn = error instanceof ApiError || (error instanceof KapplyError && error.code === 'BackupFailed');
    if (!isOwn) throw error;
    return settle('failed', `${error.message} (${error.code}); the next deploy tries again${questionWords(error)}`);
  }
}

/** A version that moved since the judgement is judged once more: it may be in use by now. */
async function removeGuarded(
  address: ObjectAddress,
  deletion: Deletion,
  { backup, rejudge, remember, read }: DeleteOptions,
  context: WriteContext,
): Promise<'deleted' | 'going' | 'gone' | { readonly reason: string }> {
  const { cluster, signal } = context;
  let seen = read?.get(deletion.uid);
  if (backup !== undefined) {
    const object = isAsJudged(seen, deletion) ? seen : await cluster.get(address, { signal });
    if (object === undefined) return 'gone';
    await backup(object);
    seen = object;
  }
  let judged = deletion;
  for (let tries = 1; ; tries++) {
    const { uid, resourceVersion } = judged;
    if (remember !== undefined) {
      const object = isAsJudged(seen, judged) ? seen : await readWhole(address, context);
      if (object === 'gone' || (object !== undefined && object.metadata.uid !== uid)) return 'gone';
      remember(deletion, address, object);
    }
    try {
      return await cluster.remove(address, { uid, resourceVersion, propagation: 'Background', signal });
    } catch (error) {
      if (!isConflict(error) || tries >= TRIES) throw error;
      const again = await rejudge(deletion);
      if (again === undefined) return 'gone';
      if (again.verdict === 'keep') return { reason: again.reason };
      judged = again;
      seen = read?.get(again.uid) ?? seen;
    }
  }
}

/** True where the object is what the guarded delete will delete, to the letter. */
function isAsJudged(object: KubeObject | undefined, { uid, resourceVersion }: Deletion): object is KubeObject {
  return object?.metadata.uid === uid && object.metadata.resourceVersion === resourceVersion && resourceVersion !== '';
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
    const message = `${what} may not be read (needs get on ${resource.plural}${questionWords(error)}): if something begins to use it while it is deleted, it cannot be created again`;
    emit({ type: 'warning', message });
    return undefined;
  }
}

function terminatingWords(object: KubeObject): string {
  const waiting = finalizerWords(object);
  return `deletion was asked for, but it is still there${waiting === '' ? '' : `, ${waiting}`}`;
}

function finalizerWords({ metadata: { finalizers = [] } }: KubeObject): string {
  return finalizers.length === 0 ? '' : `waiting for ${finalizers.join(', ')}`;
}
