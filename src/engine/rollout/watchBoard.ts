/** Keeps a rollout's board as the cluster is, by watches. */
import { refusedWords } from '../../cluster/apiError.js';
import { isJobId } from '../../objects/kinds.js';
import { controllerOf, type KubeObject } from '../../objects/object.js';
import { review, rowFor, type Board, type Row } from './board.js';
import { follow, type Follow } from './follow.js';
import { followsFor, storeFor } from './follows.js';
import { notePullErrors, readEnd } from './lookUps.js';

export interface WatchBoardOptions {
  /** Ends the watches. */
  readonly signal: AbortSignal;
  /** Something is known that was not before. */
  readonly woken: () => void;
  /** What breaks for good: nothing would ever become Current. */
  readonly broke: (error: unknown) => void;
}

export interface BoardWatch {
  /** Each ends with the signal, or rejects where its watch breaks for good. */
  readonly watches: readonly Promise<void>[];
  /** True while it is read how something ended that is gone. */
  readonly isReadingEnds: () => boolean;
  /** The rows that are watched. The others stood Current at first, and nothing moves them: they are not looked at with every event. */
  readonly followed: readonly Row[];
}

/** Follows what is not settled yet, with its pods and ReplicaSets. */
export function watchBoard(board: Board, options: WatchBoardOptions): BoardWatch {
  const { cluster, discovery } = board.options;
  const rows = [...board.rows.values()];
  const targets = rows.filter(({ settled }) => !settled).map(({ target }) => target);
  const follows = followsFor(targets, discovery);
  const places = new Set(follows.map(({ resource, namespace }) => placeOf(resource, namespace)));
  const followed = rows.filter(({ target }) => places.has(placeOf(target.id, target.id.namespace)));
  const watching = { ...options, followed, ends: { open: 0 } };
  return {
    watches: follows.map((one) => follow(cluster, one, handlersFor(board, one, watching), options.signal)),
    isReadingEnds: () => watching.ends.open > 0,
    followed,
  };
}

function placeOf({ group, kind }: { readonly group: string; readonly kind: string }, namespace: string): string {
  return `${group}/${kind}/${namespace}`;
}

type Watching = WatchBoardOptions & { readonly followed: readonly Row[]; readonly ends: { open: number } };

function handlersFor(board: Board, followed: Follow, watching: Watching): Parameters<typeof follow>[2] {
  const { resource } = followed;
  const rowOf = (name: string, namespace: string): Row | undefined =>
    rowFor(board, { group: resource.group, kind: resource.kind, namespace, name });
  const touch = (object: KubeObject, isGone: boolean): void => {
    const store = storeFor(resource, board.stores);
    const { name, namespace = '', uid = '' } = object.metadata;
    const row = rowOf(name, namespace);
    if (isGone) store?.delete(uid);
    else store?.set(uid, object);
    if (resource.kind === 'Pod') notePullErrors(object, board.pullErrors);
    if (row !== undefined && isGone) noteGone(board, row, object, watching);
    else if (row !== undefined) row.object = object;
    if (row !== undefined && !isGone) review(board, row);
    if (resource.kind === 'Pod') tellLogs(board, object, isGone);
    if (store !== undefined)
      for (const other of rowsToldBy(board, object, watching.followed)) if (other !== row) review(board, other);
    watching.woken();
  };
  return {
    changed: (object) => touch(object, false),
    deleted: (object) => touch(object, true),
    missing: (name) => {
      const row = rowOf(name, followed.namespace);
      if (row?.object !== undefined) noteGone(board, row, undefined, watching);
    },
    refused: (error) =>
      board.options.emit({
        type: 'warning',
        message: `${resource.kind} cannot be watched in ${followed.namespace}: ${refusedWords(error)}`,
      }),
  };
}

function tellLogs({ options, rows }: Board, pod: KubeObject, isGone: boolean): void {
  const { jobLogs, discovery } = options;
  if (jobLogs === undefined) return;
  if (isGone) jobLogs.gone(pod);
  else
    for (const { target, object } of rows.values()) {
      const uid = object?.metadata.uid;
      if (isJobId(target.id) && uid !== undefined) jobLogs.see(pod, { id: target.id, uid }, discovery);
    }
}

/**
 * The rows that a pod or a ReplicaSet tells of: the workload that controls it. Where the chain of controllers is not known in full,
 * all of its namespace; among thousands of pods these would be judged for each change of each.
 */
function rowsToldBy({ stores }: Board, object: KubeObject, followed: readonly Row[]): Row[] {
  const { namespace = '' } = object.metadata;
  const near = followed.filter(({ target, settled }) => !settled && target.id.namespace === namespace);
  const uid = controllerOf(object)?.uid;
  if (uid === undefined) return near;
  const above = stores.replicaSets.get(uid);
  const top = above === undefined ? uid : (controllerOf(above)?.uid ?? uid);
  const own = near.filter((row) => row.object?.metadata.uid === top);
  const isKnown = above !== undefined || controllerOf(object)?.kind !== 'ReplicaSet';
  return own.length > 0 || isKnown ? own : near;
}

/** `last`: how it was when it was deleted, as far as the watch tells. */
function noteGone(board: Board, row: Row, last: KubeObject | undefined, watching: Watching): void {
  const { signal, ends, woken, broke } = watching;
  const end = (final: KubeObject | undefined): void => {
    row.last = final;
    row.object = undefined;
    review(board, row);
  };
  if (!isJobId(row.target.id) || last?.status !== undefined) {
    end(last);
    woken();
    return;
  }
  // A Job that its ttlSecondsAfterFinished removed before anybody saw how it ended: its events tell.
  ends.open += 1;
  void readEnd(last ?? row.target.applied, { ...board.options, signal })
    .then(end, broke)
    .finally(() => {
      ends.open -= 1;
      woken();
    });
}
