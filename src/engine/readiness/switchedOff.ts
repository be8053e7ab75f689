/** Custom resources that are not Ready because their spec says so: nothing is to be waited for. */
import type { Observed } from './terms.js';

type Fields = Readonly<Record<string, unknown>>;

/** With these the controller looks away: it does not even say that it has seen the change. */
export const NOT_RECONCILED: readonly (readonly [word: string, means: (spec: Fields) => boolean])[] = [
  ['spec.suspend', (spec) => spec.suspend === true],
  ['spec.suspended', (spec) => spec.suspended === true],
  ['spec.pause', (spec) => spec.pause === true],
  ['spec.paused', (spec) => spec.paused === true],
];
/** Without a value: that the annotation is there is enough. */
export const NOT_RECONCILED_MARKS: readonly (readonly [annotation: string, value?: string])[] = [
  ['crossplane.io/paused', 'true'],
  ['strimzi.io/pause-reconciliation', 'true'],
  ['autoscaling.keda.sh/paused', 'true'],
  ['cluster.x-k8s.io/paused'],
  ['argocd.argoproj.io/skip-reconcile', 'true'],
];
/** With these the controller brings the object to rest, and says so. */
export const AT_REST: readonly (readonly [word: string, means: (spec: Fields) => boolean])[] = [
  ['spec.runStrategy: Halted', (spec) => spec.runStrategy === 'Halted'],
  ['spec.running: false', (spec) => spec.running === false],
  ['spec.replicas: 0', (spec) => spec.replicas === 0],
];

/** What in the spec, or which annotation, keeps the controller away from the object; undefined where nothing does. */
export function suspendedBy({ metadata, spec = {} }: Observed): string | undefined {
  const mark = NOT_RECONCILED_MARKS.find(([annotation, value]) => {
    const given = metadata.annotations?.[annotation];
    return given !== undefined && (value === undefined || given === value);
  });
  return mark?.[0] ?? NOT_RECONCILED.find(([, means]) => means(spec))?.[0];
}

/** What in the spec says that nothing of it is to run; undefined where something is. */
export function stoppedBy({ spec = {} }: Observed): string | undefined {
  return AT_REST.find(([, means]) => means(spec))?.[0];
}
