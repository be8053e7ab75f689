/** Who was waited for before the run had the lock of its set, and how long. */
import type { Event } from './events.js';
import type { ReportedLockWait } from './report.js';

type Awaited = Extract<Event, { type: 'lockAwaited' }>;

/** One entry for each holder, in their order. A wait is over when the next begins, when the plan is made, or when the run ends. */
export function lockWaitsOf(events: readonly Event[]): ReportedLockWait[] {
  const waits: ReportedLockWait[] = [];
  let waiting: { readonly last: Awaited; readonly since: number } | undefined;
  const end = (at: number): void => {
    if (waiting !== undefined) waits.push(waitOf(waiting.last, at - waiting.since));
    waiting = undefined;
  };
  for (const event of events) {
    if (event.type === 'lockAwaited') {
      if (waiting !== undefined && !isOfSame(waiting.last, event)) end(event.at);
      waiting = { last: event, since: waiting?.since ?? event.at };
    }
    if (event.type === 'stopped' || (event.type === 'phaseStarted' && event.phase === 'plan')) end(event.at);
  }
  return waits;
}

function isOfSame(one: Awaited, other: Awaited): boolean {
  return one.set === other.set && one.holder === other.holder && one.heldSince === other.heldSince;
}

function waitOf({ set, holder, heldSince, doing }: Awaited, ms: number): ReportedLockWait {
  return {
    set,
    holder,
    ...(heldSince !== undefined && { heldSince: new Date(heldSince).toISOString() }),
    ...(doing !== undefined && { doing }),
    ms,
  };
}
