/** Runs work under a set's lock: waits for it, renews it, gives it up. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import { setsOf } from '../sets/setName.js';
import { acquireLease, releaseLease } from './lease.js';
import type { ObservedLease } from './observeLease.js';
import { transitionsOf } from './leaseRecord.js';
import { awaitFree } from './awaitFree.js';
import { holdingAll, type UnderLeases } from './holding.js';
import type { HeldLease } from './keepLease.js';
import type { WithLockOptions } from './withLockOptions.js';

export interface Locked extends UnderLeases {
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
  const { cluster, signal } = options;
  const unlocked = async (): Promise<T> => work(await prepare(), { cluster, signal, held: false });
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
    if (!writes(prepared)) return work(prepared, { cluster, signal, held: false });
    const held = await acquireAll(observed, options);
    if (held === 'forbidden') return work(prepared, { cluster, signal, held: false });
    if (held !== undefined) {
      const transitions = held.flatMap(({ observed: { set }, lease }) =>
        set === options.set ? (transitionsOf(lease) ?? []) : [],
      )[0];
      return holdingAll(held, (under) => work(prepared, { ...under, held: true, transitions }), options);
    }
  }
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
      const askedAt = now();
      const lease = await acquireLease(cluster, one, { identity: runner.identity, now: askedAt, signal, namespaces });
      if (lease === undefined) {
        await giveBack();
        return undefined;
      }
      held.push({ observed: one, lease, askedAt });
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

function withoutLock(error: ApiError): string {
  return `no permission for leases, so another run could write to the set at the same time, and where it is deployed to cannot be recorded: nothing young is pruned, nor anything outside of the rendered namespaces: ${refusedWords(error)}`;
}
