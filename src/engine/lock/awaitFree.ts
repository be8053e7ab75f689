/** Waits until nobody holds the Lease of a set. */
import { EXIT, KapplyError } from '../../errors.js';
import { pause } from '../run/pause.js';
import { holderOf, holderWords } from './activity.js';
import { askToStop } from './stopMark.js';
import { observedEarly, observeLease, type ObservedLease } from './observeLease.js';
import { hasExpired, silenceOf, type Silence } from './silence.js';
import type { WithLockOptions } from './withLockOptions.js';

/** How often the Lease is looked at, ms. */
const POLL_MS = 1000;

type NamedLock = WithLockOptions & { readonly set: string };

/**
 * Waits until nobody holds the Lease, or its holder is dead.
 * @returns undefined where leases are not served
 * @throws KapplyError `SetLocked` (exit 4) after the time-out
 */
export async function awaitFree(options: NamedLock): Promise<ObservedLease | undefined> {
  const { cluster, now, signal, runner } = options;
  const began = now();
  const until = began + options.lockTimeoutMs;
  let told: string | undefined;
  let silence: Silence | undefined;
  let asked: string | undefined;
  for (let early = options.early; ; early = undefined) {
    const observed = (early && (await observedEarly(early, options))) ?? (await observeLease(cluster, options));
    if (observed === undefined || observed.holder === '' || runner.hasEnded(observed.holder)) return observed;
    const holder = holderOf(observed.holder, observed.object);
    const known = JSON.stringify(holder);
    if (told !== known) options.emit({ type: 'lockAwaited', set: options.set, ...holder, until, at: now() });
    told = known;
    silence = silenceOf(observed, now(), silence);
    if (hasExpired(observed, silence)) return observed;
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
