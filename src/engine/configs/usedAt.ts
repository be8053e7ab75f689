/**
 * A delete with preconditions does not see a new *reference*: an apply that changes nothing keeps the resourceVersion,
 * and a prune that judged a config before it was referenced would still delete it (seen). So whoever begins to refer to a
 * config that is there already marks it: that moves its version, and the prune has to judge it once more.
 */
import { USED_AT_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import { findNames } from '../uses/mentions.js';

/** An object as it is to be, and as it is. */
interface Rewritten {
  readonly object: KubeObject;
  readonly live: KubeObject | undefined;
}

/** The object, used at this time (ms since the epoch). */
export function markUsed(object: KubeObject, now: number): KubeObject {
  const annotations = { ...object.metadata.annotations, [USED_AT_ANNOTATION]: new Date(now).toISOString() };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The mark of an earlier return into use stays: giving it up would be a change of its own. */
export function keepUsedAt(desired: KubeObject, live: KubeObject | undefined): KubeObject {
  const usedAt = live?.metadata.annotations?.[USED_AT_ANNOTATION];
  if (usedAt === undefined) return desired;
  const annotations = { ...desired.metadata.annotations, [USED_AT_ANNOTATION]: usedAt };
  return { ...desired, metadata: { ...desired.metadata, annotations } };
}

/** Which of the names these objects mention, anywhere, that their live versions do not; all that they mention with `live: undefined`. */
export function newlyMentioned(objects: readonly Rewritten[], names: ReadonlySet<string>): Set<string> {
  const mentions = (object: KubeObject | undefined): string[] =>
    object === undefined ? [] : findNames(object, names).map(({ name }) => name);
  return new Set(
    objects.flatMap(({ object, live }) => {
      const now = mentions(object);
      if (now.length === 0) return [];
      const already = new Set(mentions(live));
      return now.filter((name) => !already.has(name));
    }),
  );
}
