/** When somebody last did something with an object, by the server's clock. */
import { USED_AT_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';

/** When anyone last applied the object, by the server's clock, ms: a config that is about to be used again. */
export function lastApply(object: KubeObject): number {
  const times = (object.metadata.managedFields ?? []).flatMap(({ operation, time }) =>
    operation === 'Apply' && time !== undefined ? [Date.parse(time)] : [],
  );
  return Math.max(0, ...times);
}

/** The latest of creation, return into use and last apply, ms; NaN where the creation is not known. */
export function lastTouched(object: KubeObject): number {
  const { creationTimestamp = '', annotations = {} } = object.metadata;
  const usedAt = Date.parse(annotations[USED_AT_ANNOTATION] ?? '');
  return Math.max(Date.parse(creationTimestamp), lastApply(object), Number.isNaN(usedAt) ? 0 : usedAt);
}
