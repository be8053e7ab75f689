/** Waits until everything that was applied is Current, or until it is clear that it will not be. */
import { formatId, type ObjectId } from '../../objects/object.js';
import type { ObjectStatus } from '../run/events.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { pause } from '../run/pause.js';
import { makeBoard, review, rowFor, seenBy, type Board, type RollOutOptions, type RolloutTarget } from './board.js';
import { failureDetails } from './failureDetails.js';
import { hasPods } from './kinds.js';
import { readConfigured, readWarnings } from './lookUps.js';
import { verdictOf, type RolloutResult } from './verdict.js';
import { watchBoard } from './watchBoard.js';

const TICK_MS = 500;
/** What is looked up beside the watches is looked up so often at most. */
const LOOK_UP_MS = 3000;
/** A workload that has not moved for so long is asked for its Warning events. */
const STUCK_MS = 10_000;

/** Follows the targets; emits `status` on every change and `settled` when one is Current or given up. */
export async function rollOut(targets: readonly RolloutTarget[], options: RollOutOptions): Promise<RolloutResult> {
  const board = await makeBoard(targets, options);
  const rows = [...board.rows.values()];
  for (const row of rows) review(board, row);
  if (rows.every(({ settled }) => settled)) return { outcome: 'current', failed: [], unfinished: [] };

  const stop = new AbortController();
  const watching = AbortSignal.any([options.signal, stop.signal]);
  let wake: (() => void) | undefined;
  const woken = (): void => wake?.();
  let broke: (error: unknown) => void = () => undefined;
  const failing = new Promise<never>((_, reject) => {
    broke = (error) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is handed on as it came
      if (!watching.aborted) reject(error);
    };
  });
  const { watches, isReadingEnds, followed } = watchBoard(board, { signal: watching, woken, broke });
  // A watch that breaks for good ends the wait: nothing would ever become Current.
  const broken = Promise.all(watches).then(() => new Promise<never>(() => undefined));
  const lookUpNowAndThen = makeLookUp(board, watching, broke, woken);

  // One at a time: an object that changes ends the wait, and leaves no timer behind.
  let tick: Promise<void> | undefined;
  try {
    const { now, jobLogs } = options;
    const judge = (): RolloutResult | undefined =>
      isReadingEnds() ? undefined : verdictOf(followed, { ...options, now: now(), elapsed: now() - board.began });
    for (;;) {
      if (jobLogs !== undefined && judge() !== undefined) await jobLogs.drain(isOver(board));
      const verdict = judge();
      if (verdict !== undefined) {
        // What ends the run and what was told of it are of one moment: of what comes after it nothing is told.
        board.isOver = true;
        return await conclude(verdict, board);
      }
      lookUpNowAndThen();
      tick ??= pause(TICK_MS, watching).finally(() => {
        tick = undefined;
      });
      const news = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([broken, failing, tick, news]);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(watches);
  }
}

/** True for what runs no more: it is Current, or has failed. */
function isOver(board: Board): (id: ObjectId) => boolean {
  return (id) => {
    const row = rowFor(board, id);
    return row !== undefined && (row.settled || row.status.status === 'Failed');
  };
}

/** What reads beside the watches, now and then and one at a time. */
function makeLookUp(board: Board, signal: AbortSignal, broke: (error: unknown) => void, woken: () => void): () => void {
  const { now } = board.options;
  let lookedUpAt = now();
  let isLookingUp = false;
  return () => {
    if (isLookingUp || now() - lookedUpAt < LOOK_UP_MS) return;
    isLookingUp = true;
    lookedUpAt = now();
    void lookUp(board, signal)
      .catch(broke)
      .finally(() => {
        isLookingUp = false;
        woken();
      });
  };
}

async function lookUp(board: Board, signal: AbortSignal): Promise<void> {
  const { options, stores } = board;
  const reading = { ...options, signal };
  board.configured = await readConfigured(stores.pods.values(), reading);
  for (const row of board.rows.values()) {
    if (row.settled) continue;
    const isStuck = hasPods(row.target.id) && options.now() - row.movedAt >= STUCK_MS && row.object !== undefined;
    row.warnings = isStuck ? await readWarnings(row.object ?? row.target.applied, stores, options.since, reading) : [];
    review(board, row);
  }
}

/** Emits what is known of each failure; of a time-out, of everything that did not finish. */
async function conclude(verdict: RolloutResult, board: Board): Promise<RolloutResult> {
  const { cluster, discovery, signal, emit, now } = board.options;
  const explained = verdict.outcome === 'timedOut' ? verdict.unfinished : verdict.failed;
  const details = await mapConcurrently(explained, cluster.concurrency, (status) => {
    const row = rowFor(board, status.id);
    const { object: workload, pods = [], replicaSets = [] } = row === undefined ? {} : seenBy(board, row);
    return failureDetails(cluster, status, { discovery, signal, now: now(), workload, pods, replicaSets });
  });
  for (const [index, status] of explained.entries()) {
    emit({ type: 'settled', status, ms: now() - board.began, details: details[index], at: now() });
  }
  return verdict;
}

/** `StatefulSet/db 2/3`, for the line that counts what did not finish. */
export function progressWords({ id, ready }: ObjectStatus): string {
  return ready === undefined ? formatId(id) : `${formatId(id)} ${ready.have}/${ready.want}`;
}
