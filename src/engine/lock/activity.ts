/** What the holder of a lock is doing, for those who wait for it. */
import { DOING_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import type { Phase } from '../run/events.js';

const WORDS: Partial<Record<Phase, string>> = {
  apply: 'it applies its objects',
  rollout: 'it has applied everything, and only waits for the rollout',
  prune: 'it deletes what is stale',
};

/** What a phase is to those who wait; undefined for phases in which nothing is held. */
export function activityOf(phase: Phase): string | undefined {
  return WORDS[phase];
}

/** `ci@runner-7 pid 4711, for 3m: it only waits`, as far as the Lease says. Clocks of two machines may differ. */
export function holderWords(holder: string, lease: KubeObject | undefined, now: number): string {
  const { acquireTime = '' } = (lease?.spec ?? {}) as { acquireTime?: string };
  const heldMs = now - Date.parse(acquireTime);
  const minutes = Math.floor(heldMs / 60_000);
  const age = minutes >= 1 ? `${minutes}m` : `${Math.max(Math.floor(heldMs / 1000), 0)}s`;
  const since = Number.isNaN(heldMs) ? '' : `, for ${age}`;
  const doing = lease?.metadata.annotations?.[DOING_ANNOTATION];
  return `${holder}${since}${doing === undefined ? '' : `: ${doing}`}`;
}
