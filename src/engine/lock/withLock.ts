/** Runs work under a set's lock: waits for it, renews it, gives it up. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import type { Emit } from '../run/events.js';
import type { LockOptions, Runner } from '../run/options.js';
import { pause } from '../run/pause.js';
import { setsOf } from '../sets/setName.js';
import { holderOf, holderWords } from './activity.js';
import {
  acquireLease,
  askToStop,
  hasExpired,
  observedEarly,
  observeLease,
  releaseLease,
  renewLease,
  stopAskedBy,
  transitionsOf,
  type EarlyLease,
  type ObservedLease,
} from './lease.js';

const RENEW_MS = 5000;
const POLL_MS = 1000;

export interface WithLockOptions extends LockOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  /** undefined: a run without a name, which nothing identifies. It takes no lock. */
  readonly set: string | undefined;
  /** --renamed-from: the lock of the former name is held as well. */
  readonly formerSet: string | undefined;
  /** The namespace of the Lease. */
  readonly namespace: string;
  /** Where the run deploys to: recorded in the Lease. */
  readonly namespaces: readonly string[];
  /** The Lease, asked for before anything else was known. */
  readonly early?: EarlyLease | undefined;
  readonly runner: Runner;
  /** What the run is doing, in words, for those who wait for it. */
  readonly activity?: () => string | undefined;
  readonly emit: Emit;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

type NamedLock = WithLockOptions & { readonly set: string };

export interface Locked {
  /** Aborted with the run, or when the lock is lost. */
  readonly signal: AbortSignal;
  /** False without permission for leases, or with --no-lock: then young objects are left alone. */
  readonly held: boolean;
  /** Which holder of the set's Lease this run is, where it holds it. */
  readonly transitions?: number | undefined;
}

export interface LockedWork<P, T> {
  readonly prepare: () => Promise<P>;
  /** False where what was prepared writes nothing: then there is nothing to lock. */
  readonly writes: (prepared: P) => boolean;
  readonly work: (prepared: P, lock: Locked) => Promise<T>;
}

/**
 * `prepare` is run before the lock is taken, so that what it refuses has sent nothing; and again where another run was
 * there meanwhile, since what it read is out of date then.
 * @throws KapplyError `SetLocked` (exit 4) when another run holds the lock for longer than the time-out
 */
export async function withLock<P, T>(
  { prepare, writes, work }: LockedWork<P, T>,
  options: WithLockOptions,
): Promise<T> {
  const { signal } = options;
  const unlocked = async (): Promise<T> => work(await prepare(), { signal, held: false });
  const names = setsOf(options).sort();
  if (!options.lock || options.set === undefined) return unlocked();
  for (let early = options.early; ; early = undefined) {
    const observed: ObservedLease[] = [];
    try {
      for (const set of names) {
        const free = await awaitFree({ ...options, set, early });
        if (free !== undefined) observed.push(free);
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.httpStatus !== 403) throw error;
      options.emit({ type: 'warning', message: withoutLock(error) });
      return unlocked();
    }
    if (observed.length === 0) return unlocked();
    const prepared = await prepare();
    if (!writes(prepared)) return work(prepared, { signal, held: false });
    const held = await acquireAll(observed, options);
    if (held === 'forbidden') return work(prepared, { signal, held: false });
    if (held !== undefined) {
      const transitions = held.flatMap(({ observed: { set }, lease }) =>
        set === options.set ? (transitionsOf(lease) ?? []) : [],
      )[0];
      return holdingAll(held, (lost) => work(prepared, { signal: lost, held: true, transitions }), options);
    }
  }
}

interface HeldLease {
  readonly observed: ObservedLease;
  readonly lease: NonNullable<ObservedLease['object']>;
}

/**
 * Takes the Leases one after the other, in the order of their names: so do two runs that both want two.
 * @returns undefined where another run was quicker, `forbidden` where this one may not take them
 */
async function acquireAll(
  observed: readonly ObservedLease[],
  options: WithLockOptions,
): Promise<HeldLease[] | 'forbidden' | undefined> {
  const { cluster, now, signal, runner, namespaces } = options;
  const held: HeldLease[] = [];
  const giveBack = async (): Promise<void> => {
    for (const { observed: one, lease } of held) await releaseLease(cluster, one.address, lease, signal);
  };
  for (const one of observed) {
    try {
      const lease = await acquireLease(cluster, one, { identity: runner.identity, now: now(), signal, namespaces });
      if (lease === undefined) {
        await giveBack();
        return undefined;
      }
      held.push({ observed: one, lease });
    } catch (error) {
      await giveBack();
      // 404: the namespace is gone, and so is whatever another run could do in it.
      if (!(error instanceof ApiError) || (error.httpStatus !== 403 && error.httpStatus !== 404)) throw error;
      if (error.httpStatus === 403) options.emit({ type: 'warning', message: withoutLock(error) });
      return 'forbidden';
    }
  }
  return held;
}

async function holdingAll<T>(
  [first, ...rest]: readonly HeldLease[],
  work: (signal: AbortSignal) => Promise<T>,
  options: WithLockOptions,
): Promise<T> {
  if (first === undefined) return work(options.signal);
  return holding(first, (signal) => holdingAll(rest, work, { ...options, signal }), options);
}

function withoutLock(error: ApiError): string {
  return `no permission for leases, so another run could write to the set at the same time, and where it is deployed to cannot be recorded: nothing young is pruned, nor anything outside of the rendered namespaces: ${refusedWords(error)}`;
}

/** Waits until nobody holds the Lease, or its holder is dead. */
async function awaitFree(options: NamedLock): Promise<ObservedLease | undefined> {
  const { cluster, now, signal, runner } = options;
  const began = now();
  const until = began + options.lockTimeoutMs;
  let told: string | undefined;
  let seen: { readonly version: string | undefined; readonly at: number } | undefined;
  let asked: string | undefined;
  for (let early = options.early; ; early = undefined) {
    const observed = (early && (await observedEarly(early, options))) ?? (await observeLease(cluster, options));
    if (observed === undefined || observed.holder === '' || runner.hasEnded(observed.holder)) return observed;
    const version = observed.object?.metadata.resourceVersion;
    const holder = holderOf(observed.holder, observed.object);
    const known = JSON.stringify(holder);
    if (told !== known) options.emit({ type: 'lockAwaited', set: options.set, ...holder, until, at: now() });
    told = known;
    if (seen?.version !== version) seen = { version, at: now() };
    // Its own clock may be wrong: what counts is that we have not seen it renew.
    if (hasExpired(observed, seen?.at ?? now(), now())) return observed;
    if (options.supersede && asked !== observed.holder) {
      if (await askToStop(cluster, observed, { identity: runner.identity, signal })) {
        asked = observed.holder;
        options.emit({
          type: 'warning',
          message: `asked the other run of set ${options.set} to stop: ${holderWords(holder, now())}`,
        });
      }
    }
    if (now() >= until) {
      throw new KapplyError(
        'SetLocked',
        `another run holds the lock of set ${options.set}: ${holderWords(holder, now())}. Nothing was sent`,
        EXIT.timedOut,
        {
          suggestions: [
            'Wait for it, raise --lock-timeout, or add --supersede, which asks it to stop: what it applied stays.',
            'Add --no-lock only if you know that it is dead.',
          ],
        },
      );
    }
    await pause(POLL_MS, signal);
  }
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
