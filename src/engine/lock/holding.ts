/** Keeps Leases while work is done under them: renews them, ends the work where one is lost, gives them back. */
import { EXIT, KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { pause } from '../run/pause.js';
import { releaseLease, renewLease } from './lease.js';
import { stopAskedBy } from './stopMark.js';
import type { ObservedLease } from './observeLease.js';
import type { WithLockOptions } from './withLockOptions.js';

/** A third of what a lease lasts: it outlives one renewal that fails. ms */
const RENEW_MS = 5000;

export interface HeldLease {
  readonly observed: ObservedLease;
  readonly lease: NonNullable<ObservedLease['object']>;
}

/**
 * Works while all Leases are held; `work` is handed a signal that is aborted with the run, or when one of them is lost.
 * @throws KapplyError `LockLost` (exit 5), `Superseded` (exit 8)
 */
export async function holdingAll<T>(
  [first, ...rest]: readonly HeldLease[],
  work: (signal: AbortSignal) => Promise<T>,
  options: WithLockOptions,
): Promise<T> {
  if (first === undefined) return work(options.signal);
  return holding(first, (signal) => holdingAll(rest, work, { ...options, signal }), options);
}

async function holding<T>(
  { observed, lease: acquired }: HeldLease,
  work: (signal: AbortSignal) => Promise<T>,
  { cluster, now, signal, activity }: WithLockOptions,
): Promise<T> {
  const { set } = observed;
  // undefined once another run took it: then it is not ours to give back.
  let lease: KubeObject | undefined = acquired;
  const done = new AbortController();
  const lost = new AbortController();
  const over = AbortSignal.any([signal, done.signal]);
  const renewing = (async (): Promise<void> => {
    while (lease !== undefined && !lost.signal.aborted) {
      try {
        await pause(RENEW_MS, over);
        lease = await renewLease(cluster, observed.address, lease, { now: now(), signal: over, doing: activity?.() });
        const newer = lease === undefined ? undefined : stopAskedBy(lease);
        if (lease === undefined) lost.abort(lockLost(set));
        else if (newer !== undefined) lost.abort(superseded(set, newer));
      } catch (error) {
        if (over.aborted) return;
        // The server may be away for a moment: the lease lasts longer than one missed renewal.
        if (!(error instanceof KapplyError)) throw error;
      }
    }
  })();
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    done.abort();
    await renewing;
    const kept = lease as KubeObject | undefined;
    if (kept !== undefined) {
      await releaseLease(cluster, observed.address, kept, AbortSignal.timeout(RENEW_MS)).catch(() => undefined);
    }
  }
}

function lockLost(set: string): KapplyError {
  return new KapplyError(
    'LockLost',
    `the lock of set ${set} was taken over by another run, since this one did not renew it in time`,
    EXIT.refused,
    { suggestions: ['Deploy again when the other run has ended.'] },
  );
}

/** A newer run of the set asked this one to stop (--supersede): it leaves the cluster as it is, as at Ctrl-C. */
function superseded(set: string, newer: string): KapplyError {
  return new KapplyError('Superseded', `superseded by another run of set ${set}: ${newer}`, EXIT.superseded, {
    suggestions: ['That run deploys what it was given; what this one has applied and not waited for is in its hands.'],
  });
}
