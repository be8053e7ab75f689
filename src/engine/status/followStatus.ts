/** A status that is read again and again: until it is healthy, until there is no hope, or until somebody has seen enough. */
import type { ObjectStatus } from '../run/events.js';
import { verdictOf, type Judged, type RolloutResult } from '../rollout/verdict.js';
import { keyOf } from '../../objects/object.js';
import type { SetStatus, WorkloadState } from './describeMembers.js';

/** Between two readings, ms: watches would need a right that reading does not. */
const STATUS_POLL_MS = 2000;

export interface FollowStatusOptions<Read> {
  readonly read: () => Promise<Read>;
  /** Called with the first reading, and with each that differs from the one before. */
  readonly onChange: (status: Read, before: Read | undefined) => void;
  /** `healthy`: ends as a rollout does. `interrupted`: only the signal ends it. */
  readonly until: 'healthy' | 'interrupted';
  /** ms; of no meaning where only the signal ends it. */
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Waits, ms; rejects where the run is interrupted. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface FollowedStatus<Read> extends Pick<RolloutResult, 'outcome'> {
  readonly status: Read;
  /** What is not healthy, and why the wait ended where one of it failed. */
  readonly unhealthy: readonly ObjectStatus[];
}

/**
 * Reads until the end that is asked for. A wait ends as a rollout does (docs/readiness.md): with what failed, or whose pods have been
 * doomed for 30 s, or with the time-out. What is not there yet is waited for, and so is a pod that is certain to be stale.
 */
export async function followStatus<Read extends Pick<SetStatus, 'objects' | 'stale'>>({
  read,
  onChange,
  until,
  timeoutMs,
  now,
  pause,
}: FollowStatusOptions<Read>): Promise<FollowedStatus<Read>> {
  const began = now();
  const doomed = new Map<string, number>();
  for (let before: Read | undefined; ;) {
    const status = await read();
    if (before === undefined || !isSame(before, status)) onChange(status, before);
    before = status;
    const at = now();
    const rows = status.objects.map((object) => judged(object, doomed, at));
    const verdict = verdictOf(rows, { now: at, elapsed: at - began, timeoutMs, failFast: true });
    const isEmpty = rows.length === 0 && at - began < timeoutMs;
    if (until === 'healthy' && verdict !== undefined && !isEmpty) {
      const outcome = rows.length === 0 ? 'timedOut' : verdict.outcome;
      return { status, outcome, unhealthy: [...verdict.failed, ...verdict.unfinished] };
    }
    await pause(STATUS_POLL_MS);
  }
}

/** What the two say: times of reading are not part of it. */
function isSame(a: Pick<SetStatus, 'objects' | 'stale'>, b: Pick<SetStatus, 'objects' | 'stale'>): boolean {
  return JSON.stringify([a.objects, a.stale]) === JSON.stringify([b.objects, b.stale]);
}

/** @param doomed since when a pod of each object is doomed without a break, by key: kept from reading to reading */
function judged(object: WorkloadState, doomed: Map<string, number>, now: number): Judged {
  const key = keyOf(object.id);
  if (object.problems.some((problem) => problem.doomed)) doomed.set(key, doomed.get(key) ?? now);
  else doomed.delete(key);
  const isStale = object.status === 'Current' && object.stalePods.some(({ certain }) => certain);
  const status: ObjectStatus = isStale ? { ...object, status: 'InProgress', message: 'runs stale pods' } : object;
  return { status, doomedSince: doomed.get(key) };
}
