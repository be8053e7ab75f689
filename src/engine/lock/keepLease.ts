/** Renews a Lease while work goes on under it, and lets nothing be written that it does not cover any more. */
import { ApiError } from '../../cluster/apiError.js';
import { changedCluster } from '../../cluster/changedCluster.js';
import type { Cluster, WriteOptions } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { pause } from '../run/pause.js';
import { isHeldNow, releaseLease, renewLease } from './lease.js';
import type { ObservedLease } from './observeLease.js';
import { stopAskedBy } from './stopMark.js';

const RENEW_MS = 5000;
/**
 * For so long after the server confirmed it the Lease is ours without a look (client-go, leaderelection: RenewDeadline 10 s of
 * a LeaseDuration of 15 s). Then a process that was stopped, or had no server, asks before it writes.
 */
const SURE_MS = 10_000;

export interface HeldLease {
  readonly observed: ObservedLease;
  readonly lease: KubeObject;
  /** When it was asked for, by our clock: it lasts from then. */
  readonly askedAt: number;
}

export interface KeepLeaseContext {
  readonly cluster: Cluster;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** What the run is doing, in words, for those who wait for it. */
  readonly activity?: (() => string | undefined) | undefined;
}

export interface KeptLease {
  /** Aborted where the lock is lost, or a newer run asks for it. */
  readonly lost: AbortSignal;
  /** Resolves while this run holds the lock. @throws KapplyError where it does not, or where nobody can tell */
  readonly ensure: () => Promise<void>;
  /** Stops renewing, and gives it up. */
  readonly end: () => Promise<void>;
}

/** Begins to renew; a renewal that fails is tried again, since the server may be away for a moment. */
export function keepLease(
  { observed: { address, set }, lease: acquired, askedAt }: HeldLease,
  { cluster, now, signal, activity }: KeepLeaseContext,
): KeptLease {
  // undefined once another run took it: then it is not ours to give back.
  let lease: KubeObject | undefined = acquired;
  let sureFrom = askedAt;
  let renewal: Promise<void> | undefined;
  const done = new AbortController();
  const lost = new AbortController();
  const over = AbortSignal.any([signal, done.signal]);

  const renew = async (): Promise<void> => {
    if (lease === undefined) return;
    const began = now();
    lease = await renewLease(cluster, address, lease, { now: began, signal: over, doing: activity?.() });
    const newer = lease === undefined ? undefined : stopAskedBy(lease);
    if (lease === undefined) lost.abort(lockLost(set));
    else if (newer !== undefined) lost.abort(superseded(set, newer));
    else sureFrom = began;
  };
  /** One renewal for all who ask. */
  const renewOnce = (): Promise<void> => (renewal ??= renew().finally(() => (renewal = undefined)));
  const renewing = (async (): Promise<void> => {
    while (!lost.signal.aborted) {
      try {
        await pause(RENEW_MS, over);
        await renewOnce();
      } catch (error) {
        if (over.aborted) return;
        if (!(error instanceof KapplyError)) throw error;
      }
    }
  })();
  return {
    lost: lost.signal,
    ensure: async () => {
      const age = now() - sureFrom;
      // A clock that was set back tells nothing.
      if (age < 0 || age >= SURE_MS) await orLooked(renewOnce(), cluster, { address, lease, set, signal: over });
      lost.signal.throwIfAborted();
    },
    end: async () => {
      done.abort();
      await renewing;
      if (lease === undefined) return;
      await releaseLease(cluster, address, lease, AbortSignal.timeout(RENEW_MS)).catch(() => undefined);
    },
  };
}

/** A renewal that the server refuses (a quota, a webhook, a right that was taken away) says nothing of whose the Lease is: a look does. */
async function orLooked(
  renewal: Promise<void>,
  cluster: Cluster,
  {
    address,
    lease,
    set,
    signal,
  }: Pick<ObservedLease, 'address' | 'set'> & { lease: KubeObject | undefined; signal: AbortSignal },
): Promise<void> {
  try {
    await renewal;
  } catch (error) {
    if (!(error instanceof ApiError) || lease === undefined) throw error;
    if (!(await isHeldNow(cluster, address, lease, signal))) throw lockLost(set);
  }
}

/** The cluster, each of whose writes, and each further attempt of one, first makes sure that it may still be sent. */
export function underLease(cluster: Cluster, ensure: () => Promise<void>): Cluster {
  const sure = <T extends WriteOptions>(options: T): T => {
    const { before, dryRun, unlocked } = options;
    if (dryRun === true || unlocked === true) return options;
    // Where two locks are held, both are made sure of.
    return { ...options, before: before === undefined ? ensure : () => before().then(ensure) };
  };
  return changedCluster(cluster, {
    apply: (address, object, options) => cluster.apply(address, object, sure(options)),
    create: (address, object, options = {}) => cluster.create(address, object, sure(options)),
    patch: (address, patch, options) => cluster.patch(address, patch, sure(options)),
    remove: (address, options = {}) => cluster.remove(address, sure(options)),
  });
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
