/** When a rollout is over, and what it came to. Pure. */
import type { ObjectStatus } from '../run/events.js';

/** A doomed pod gets this long to be mended, by a registry that comes back or a Secret that arrives. */
export const DOOMED_MS = 30_000;

export interface RolloutResult {
  readonly outcome: 'current' | 'failed' | 'timedOut';
  readonly failed: readonly ObjectStatus[];
  readonly unfinished: readonly ObjectStatus[];
  /** True where a pod's trouble ended it before anything had failed for good: --no-fail-fast would have waited on. */
  readonly early?: boolean;
}

/** One object that is waited for. */
export interface Judged {
  readonly status: ObjectStatus;
  /** Since when it, or a pod of it, is doomed without a break, ms; undefined where nothing is. */
  readonly doomedSince: number | undefined;
}

export interface VerdictOptions {
  readonly now: number;
  readonly elapsed: number;
  readonly timeoutMs: number;
  readonly failFast: boolean;
}

/** @returns undefined while it goes on */
export function verdictOf(rows: readonly Judged[], options: VerdictOptions): RolloutResult | undefined {
  const unfinished = rows.filter(({ status }) => status.status !== 'Current').map(({ status }) => status);
  if (unfinished.length === 0) return { outcome: 'current', failed: [], unfinished: [] };
  const isDoomed = (row: Judged): boolean =>
    row.doomedSince !== undefined && options.now - row.doomedSince >= DOOMED_MS;
  const failed = rows
    .filter((row) => row.status.status === 'Failed' || (options.failFast && isDoomed(row)))
    .map(({ status }) => status);
  const isOver = options.elapsed >= options.timeoutMs;
  if (failed.length > 0 && (options.failFast || isOver)) {
    return {
      outcome: 'failed',
      failed: failed.map(({ failsAt: _, ...status }) => ({ ...status, status: 'Failed' })),
      unfinished: unfinished.filter((status) => !failed.includes(status)),
      ...(!isOver && failed.every(({ status }) => status !== 'Failed') && { early: true }),
    };
  }
  return isOver ? { outcome: 'timedOut', failed: [], unfinished } : undefined;
}
