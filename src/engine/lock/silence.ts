/**
 * Whether the holder of a Lease is dead: what counts is how long we have seen it not renew, never the times in the Lease, since
 * the clock of its holder may be wrong (client-go, leaderelection: observedTime).
 */
import { durationOf, type ObservedLease } from './observeLease.js';

/**
 * Our own clock may jump, this machine may sleep, and a server that is away for us is away for the holder as well: between two
 * looks counts no more than what lies between them where all is well.
 */
const MOST_BETWEEN_LOOKS_MS = 2000;

/** What a look at a Lease has told. */
export interface Silence {
  readonly version: string | undefined;
  readonly at: number;
  /** How long it has had this version, as far as we know. */
  readonly ms: number;
}

/** What is known after one more look. */
export function silenceOf({ object }: ObservedLease, now: number, before: Silence | undefined): Silence {
  const version = object?.metadata.resourceVersion;
  if (before === undefined || before.version !== version) return { version, at: now, ms: 0 };
  return { version, at: now, ms: before.ms + Math.min(Math.max(now - before.at, 0), MOST_BETWEEN_LOOKS_MS) };
}

/** True where the holder was silent for as long as its lease lasts. */
export function hasExpired(observed: ObservedLease, { ms }: Silence): boolean {
  return ms >= durationOf(observed);
}
