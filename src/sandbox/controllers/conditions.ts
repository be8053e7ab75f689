import { timestamp } from '../store.js';
import type { Condition } from './workloadTypes.js';

/** The condition of a type. */
export function condition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((candidate) => candidate.type === type);
}

export type NewCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * The conditions with one set: its transition time moves with its status, and where status and reason are the same it
 * stays as it is. `lastUpdateTime` is written only for kinds that have it.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  set: NewCondition,
  now: number,
  updateTimes = false,
): readonly Condition[] {
  const known = condition(conditions, set.type);
  if (known?.status === set.status && known.reason === set.reason) return conditions ?? [];
  const time = timestamp(now);
  const entry: Condition = {
    ...set,
    ...(updateTimes ? { lastUpdateTime: time } : {}),
    lastTransitionTime: known?.status === set.status ? (known.lastTransitionTime ?? time) : time,
  };
  return [...withoutCondition(conditions, set.type), entry];
}

/** The conditions but for that of a type. */
export function withoutCondition(conditions: readonly Condition[] | undefined, type: string): readonly Condition[] {
  return (conditions ?? []).filter((candidate) => candidate.type !== type);
}
