import { condition } from './conditions.js';
import type { PodObject } from './workloadTypes.js';

/** Neither finished nor going: what counts as a replica. */
export function isActive(pod: PodObject): boolean {
  const phase = pod.status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined;
}

/** Whether a pod is ready to serve. */
export function isReady(pod: PodObject): boolean {
  return condition(pod.status?.conditions, 'Ready')?.status === 'True';
}

/** The milliseconds until a ready pod counts as available; 0 where it does, undefined where it is not ready. */
export function availableIn(pod: PodObject, minReadySeconds: number, now: number): number | undefined {
  const ready = condition(pod.status?.conditions, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(ready.lastTransitionTime ?? '');
  return Number.isNaN(since) ? undefined : Math.max(0, since + minReadySeconds * 1000 - now);
}

/** The order in which surplus pods go: those that serve least first (pkg/controller, ActivePodsWithRanks). */
export function bySacrifice(left: PodObject, right: PodObject): number {
  const phases = ['Pending', 'Unknown', 'Running'];
  return (
    Number(left.spec.nodeName !== undefined) - Number(right.spec.nodeName !== undefined) ||
    phases.indexOf(left.status?.phase ?? '') - phases.indexOf(right.status?.phase ?? '') ||
    Number(isReady(left)) - Number(isReady(right)) ||
    restarts(right) - restarts(left) ||
    Date.parse(right.metadata.creationTimestamp ?? '') - Date.parse(left.metadata.creationTimestamp ?? '')
  );
}

function restarts(pod: PodObject): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));
}
