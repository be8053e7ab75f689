/** Secret values never leave the program: objects as they may be shown. */
import type { KubeObject } from './object.js';
import { mapSecretTexts, type MaskRule } from './secretTexts.js';

/** What stands for a value. Its length tells nothing. */
export const MASK = '***';

/** A copy with every secret text masked: what that is, `secretTexts` says. */
export function redact(object: KubeObject, rules: readonly MaskRule[] = []): KubeObject {
  return mapSecretTexts(object, () => MASK, rules);
}

/**
 * Both sides of a diff, masked so that equal values look equal and different ones different:
 * `*** (before)` and `*** (after)`, as `kubectl diff` does.
 */
export function redactPair(
  before: KubeObject,
  after: KubeObject,
  rules: readonly MaskRule[] = [],
): readonly [KubeObject, KubeObject] {
  const [old, now] = [secretTextsOf(before, rules), secretTextsOf(after, rules)];
  const masked = (object: KubeObject, other: ReadonlyMap<string, string>, word: string): KubeObject =>
    mapSecretTexts(
      object,
      (text, path) => (other.has(path) && other.get(path) !== text ? `${MASK} (${word})` : MASK),
      rules,
    );
  return [masked(before, now, 'before'), masked(after, old, 'after')];
}

/** Every secret text of an object by its path. */
export function secretTextsOf(object: unknown, rules: readonly MaskRule[] = []): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  mapSecretTexts(
    object,
    (text, path) => {
      texts.set(path, text);
      return MASK;
    },
    rules,
  );
  return texts;
}
