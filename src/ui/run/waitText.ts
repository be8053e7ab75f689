/** What a wait is for, and how long it can go on. Times are ms since the epoch. */
import { formatAge, formatDuration } from '../duration.js';
import type { RunView } from './runView.js';
import { cleanLine } from '../untrusted.js';

/** `4m48s left` */
export function timeLeft(until: number, now: number): string {
  return `${formatAge(Math.max(until - now, 0))} left`;
}

/** `12s, 4m48s left`: how long it has been waited, and how long it can go on where that is bounded. */
export function waitedText(
  { startedAt, until }: { readonly startedAt: number; readonly until: number | undefined },
  now: number,
): string {
  const waited = formatDuration(now - startedAt);
  return until === undefined ? waited : `${waited}, ${timeLeft(until, now)}`;
}

/** `fails in 18s`: a pod that cannot start is given so long. */
export function failsIn(failsAt: number, now: number): string {
  return `fails in ${formatAge(Math.max(failsAt - now, 0))}`;
}

/** `waiting for another run of set shop, 4m48s left: ci@runner-7 pid 4711, for 3m: it only waits for the rollout` */
export function lockText({ lock }: RunView, now: number): string {
  if (lock === undefined) return '';
  return `waiting for another run of set ${lock.set}, ${timeLeft(lock.until, now)}: ${holderText(lock, now)}`;
}

/** `ci@runner-7 pid 4711, for 3m12s: it applies its objects`, as far as it is known. Clocks of two machines may differ. */
export function holderText({ holder, heldSince, doing }: NonNullable<RunView['lock']>, now: number): string {
  const since = heldSince === undefined ? '' : `, for ${formatAge(Math.max(now - heldSince, 0))}`;
  return cleanLine(`${holder}${since}${doing === undefined ? '' : `: ${doing}`}`);
}
