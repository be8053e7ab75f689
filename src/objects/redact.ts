/** Secret values never leave the program: product.md, "What a user sees". */
import { LAST_APPLIED_ANNOTATION } from './annotations.js';
import { groupOf, type KubeObject } from './object.js';

/** What stands for a value. Its length tells nothing. */
export const MASK = '***';

/** Distinguishes values without showing them: what a diff of two masked objects needs. */
export type MaskValue = (key: string, value: string) => string;

const maskAll: MaskValue = () => MASK;

/** A copy with every Secret value masked: data, stringData, and last-applied annotations of any kind. */
export function redact(object: KubeObject, maskValue: MaskValue = maskAll): KubeObject {
  const isSecret = object.kind === 'Secret' && groupOf(object.apiVersion) === '';
  const masked: Record<string, unknown> = { ...object };
  if (isSecret) {
    for (const field of ['data', 'stringData']) {
      if (Object.hasOwn(object, field)) masked[field] = maskEntries(object[field], maskValue);
    }
  }
  const annotations = object.metadata.annotations;
  if (annotations !== undefined && Object.hasOwn(annotations, LAST_APPLIED_ANNOTATION)) {
    masked.metadata = { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: MASK } };
  }
  return masked as KubeObject;
}

function maskEntries(entries: unknown, maskValue: MaskValue): unknown {
  if (entries === null || typeof entries !== 'object') return MASK;
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, maskValue(key, typeof value === 'string' ? value : MASK)]),
  );
}

/**
 * Both sides of a diff, masked so that equal values look equal and different ones different:
 * `*** (before)` and `*** (after)`, as `kubectl diff` does.
 */
export function redactPair(before: KubeObject, after: KubeObject): readonly [KubeObject, KubeObject] {
  const changed = (key: string, other: KubeObject, value: string): boolean => {
    const otherValue = [other.data, other.stringData]
      .filter((entries) => entries !== null && typeof entries === 'object' && Object.hasOwn(entries, key))
      .map((entries) => (entries as Record<string, unknown>)[key])[0];
    return otherValue !== undefined && otherValue !== value;
  };
  return [
    redact(before, (key, value) => (changed(key, after, value) ? `${MASK} (before)` : MASK)),
    redact(after, (key, value) => (changed(key, before, value) ? `${MASK} (after)` : MASK)),
  ];
}
