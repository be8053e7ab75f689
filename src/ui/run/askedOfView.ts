/** What the reporters ask of the view of a run. Pure. */
import type { ObjectStatus } from '../../engine/run/events.js';
import { changesOf } from '../../engine/plan/plan.js';
import { keyOf, type ObjectId } from '../../objects/object.js';
import type { RunView, SettledView } from './runView.js';

/** True where objects of more than one namespace take part: names then carry theirs. Asked for every line that is written. */
export function isAcrossNamespaces({ namespaces }: RunView): boolean {
  return namespaces.size > 1;
}

/**
 * Things in the order of the plan, which is that of the manifests, and then of what is pruned: requests answer in any order,
 * and what is told does not. What the plan does not know comes last.
 */
export function inPlanOrder<T>(view: RunView, things: readonly T[], idOf: (thing: T) => ObjectId): T[] {
  const planned = [...changesOf(view.plan).map(({ member }) => member), ...(view.plan?.prune ?? [])];
  const places = new Map(planned.map(({ id }, place) => [keyOf(id), place]));
  const placeOf = (thing: T): number => places.get(keyOf(idOf(thing))) ?? places.size;
  return [...things].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Objects that are neither ready nor failed. */
export function unfinished(view: RunView): ObjectStatus[] {
  const open = [...view.statuses.values()].filter(({ status }) => status !== 'Current' && status !== 'Failed');
  return inPlanOrder(view, open, ({ id }) => id);
}

/** The run came to the end of its time, and this was not ready: nothing had failed. */
export function isTimedOut({ settled }: RunView, { id, status }: ObjectStatus): boolean {
  return status !== 'Current' && status !== 'Failed' && settled.has(keyOf(id));
}

/** Objects whose rollout failed, or was not over in time, with what is known of the cause. */
export function failures(view: RunView): SettledView[] {
  return [...view.settled.values()].filter(({ status }) => status.status !== 'Current');
}

/** What became of the objects that had to be waited for. */
export function rolloutCounts(view: RunView): {
  readonly ready: number;
  readonly failed: number;
  readonly total: number;
} {
  const words = [...view.waited].map((key) => view.statuses.get(key)?.status);
  return {
    ready: words.filter((word) => word === 'Current').length,
    failed: words.filter((word) => word === 'Failed').length,
    total: words.length,
  };
}
