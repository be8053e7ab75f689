/**
 * How far an object must wait for the kinds of others: docs/order.md. A step is no wave: configs, Services and permissions
 * stand on nothing but their namespace, so they are sent together; what runs pods waits for all of them.
 */
import { isBuiltInGroup } from '../uses/builtInGroups.js';
import { waveOf } from './waveOf.js';

/** By the number of the wave; the first that changes how others are admitted go before these. */
const STEP_OF_WAVE: Readonly<Record<number, number>> = { 1: 0, 2: 2, 3: 2, 4: 2, 5: 4, 6: 5, 7: 5, 8: 6 };
const FOUNDATION = 1;
const CUSTOM = 3;
/** What the server holds every later object of the namespace against. */
const FOUNDATIONS = new Set(['/ResourceQuota', '/LimitRange']);

/** The step of a kind, 0 to 6: lower ones are sent first. */
export function stepOf(group: string, kind: string): number {
  if (FOUNDATIONS.has(`${group}/${kind}`)) return FOUNDATION;
  const wave = waveOf(group, kind);
  // Operators act at once on their objects, with the configs and accounts that these name.
  if (wave === 4 && !isBuiltInGroup(group)) return CUSTOM;
  return STEP_OF_WAVE[wave] ?? CUSTOM;
}
