/** What the holder of a lock is doing, for those who wait for it. */
import { DOING_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import type { LockHolder, Phase } from '../run/events.js';

const WORDS: Partial<Record<Phase, string>> = {
  apply: 'it applies its objects',
  rollout: 'it has applied everything, and only waits for the rollout',
  prune: 'it deletes what is stale',
};

/** What a phase is to those who wait; undefined for phases in which nothing is held. */
export function activityOf(phase: Phase): string | undefined {
  return WORDS[phase];
}

/** What makes an identity unique, and tells people nothing: a number of the run, and the boot of its machine. */
const UNIQUE_PART = /( pid \d+) [0-9a-f]{8}(?: in [0-9a-f-]+\/\d+)?$/;

/** Who holds a lock, as far as its Lease says. */
export function holderOf(identity: string, lease: KubeObject | undefined): LockHolder {
  const { acquireTime = '' } = (lease?.spec ?? {}) as { acquireTime?: string };
  const heldSince = Date.parse(acquireTime);
  return {
    holder: identity.replace(UNIQUE_PART, '$1'),
    heldSince: Number.isNaN(heldSince) ? undefined : heldSince,
    doing: lease?.metadata.annotations?.[DOING_ANNOTATION],
  };
}

/** `ci@runner-7 pid 4711, for 3m: it only waits`, as far as the Lease says. Clocks of two machines may differ. */
export function holderWords({ holder, heldSince, doing }: LockHolder, now: number): string {
  const heldMs = now - (heldSince ?? now);
  const minutes = Math.floor(heldMs / 60_000);
  const age = minutes >= 1 ? `${minutes}m` : `${Math.max(Math.floor(heldMs / 1000), 0)}s`;
  const since = heldSince === undefined ? '' : `, for ${age}`;
  return `${holder}${since}${doing === undefined ? '' : `: ${doing}`}`;
}
