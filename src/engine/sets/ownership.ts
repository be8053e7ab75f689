/** Who made an object and whose it is: docs/sets.md. Pure, over what stands in its metadata. */
import { CO_OWNER_PREFIX, ID_ANNOTATION, LAST_APPLIED_ANNOTATION, SET_ANNOTATION } from '../../objects/annotations.js';
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';

/**
 * An object as a named deploy sends it: with its set, and with what it is itself (group, kind, namespace, name), so that
 * a copy of it is seen to be one. Without a name it belongs to nobody, and nothing is stamped.
 */
export function stampSet(object: KubeObject, set: string | undefined): KubeObject {
  if (set === undefined) return object;
  const annotations = { ...object.metadata.annotations, [SET_ANNOTATION]: set, [ID_ANNOTATION]: identityOf(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** `GROUP/KIND/NAMESPACE/NAME`, the group of the core API and the namespace of what belongs to the cluster left empty. */
export function identityOf(object: KubeObject): string {
  return keyOf(idOf(object));
}

/** True for the annotations by which kapply writes down whose an object is. */
export function isStamp(annotation: string): boolean {
  return annotation === SET_ANNOTATION || annotation === ID_ANNOTATION || annotation.startsWith(CO_OWNER_PREFIX);
}

/** The set that an object belongs to; undefined where no named deploy stamped it, and for a copy. */
export function setOf(object: KubeObject): string | undefined {
  return copyOf(object) === undefined ? object.metadata.annotations?.[SET_ANNOTATION] : undefined;
}

/**
 * What an object is a copy of: it was stamped as another one (a backup restored elsewhere, `kubectl get | kubectl apply`,
 * an operator's clone). undefined where it is no copy. What an earlier kapply stamped has no identity: its set counts.
 */
export function copyOf(object: KubeObject): string | undefined {
  const identity = object.metadata.annotations?.[ID_ANNOTATION];
  return identity === undefined || identity === identityOf(object) ? undefined : identity;
}

/**
 * True where the object says that it was stamped as itself: kapply applied it once, whoever brought it back since (a
 * restore from a backup leaves no entry of ours in managedFields).
 */
export function isStampedAsItself(object: KubeObject): boolean {
  return object.metadata.annotations?.[ID_ANNOTATION] === identityOf(object) && setOf(object) !== undefined;
}

/** The sets that use a generated config besides the one that made it, sorted. A copy has none. */
export function coOwnersOf(object: KubeObject): string[] {
  if (copyOf(object) !== undefined) return [];
  return Object.keys(object.metadata.annotations ?? {})
    .flatMap((key) => (key.startsWith(CO_OWNER_PREFIX) ? [key.slice(CO_OWNER_PREFIX.length)] : []))
    .sort();
}

/** Every set that an object belongs to: the one that made it, and those that share it. */
export function ownersOf(object: KubeObject): string[] {
  const set = setOf(object);
  return [...new Set([...(set === undefined ? [] : [set]), ...coOwnersOf(object)])];
}

/**
 * True where kapply applied an object that is in no set: a deploy without a name did, or somebody took the annotation off.
 * It is not for a named set to change silently.
 */
export function isAppliedWithoutSet(object: KubeObject, managers: readonly string[]): boolean {
  return (
    object.metadata.annotations?.[SET_ANNOTATION] === undefined &&
    coOwnersOf(object).length === 0 &&
    isAppliedBy(object, managers)
  );
}

/** True where one of the managers has a server-side apply entry of its own on the object. */
export function isAppliedBy(object: KubeObject, managers: readonly string[]): boolean {
  return (object.metadata.managedFields ?? []).some(
    ({ operation, manager }) => operation === 'Apply' && manager !== undefined && managers.includes(manager),
  );
}

/** True where `kubectl apply` made it, client-side: the last-applied annotation is there, whatever it holds. */
export function hasLastApplied(object: KubeObject): boolean {
  return Object.hasOwn(object.metadata.annotations ?? {}, LAST_APPLIED_ANNOTATION);
}
