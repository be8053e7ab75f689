/** What the shipped rules are written with: pieces of CEL. */
import type { Rest, ShippedRule } from '../expressions.js';

/** Without any, nobody has looked yet. */
export const CONDITIONS = 'status.?conditions.orValue([])';

/** An object of an API server of its own need not have one. */
const GENERATION = 'metadata.?generation.orValue(0)';

/** Written for the generation that was applied, where it says so: a status from before says nothing. */
export const IS_SEEN = `c.?observedGeneration.orValue(${GENERATION}) == ${GENERATION}`;

/** A condition that its controller wrote of this generation: `has('Ready', 'False', ['Denied'])`. */
export function has(type: string, status: string, reasons: readonly string[] = []): string {
  return `${CONDITIONS}.exists(c, ${of(type, status, reasons)})`;
}

/** The same of one condition `c`, for conditions that stand elsewhere. */
export function of(type: string, status: string, reasons: readonly string[] = []): string {
  const reason = reasons.length === 0 ? '' : ` && c.?reason.orValue('') in [${quoted(reasons)}]`;
  return `c.type == '${type}' && c.status == '${status}' && ${IS_SEEN}${reason}`;
}

/** `'one', 'two'` */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}

/** The number at a field, or what is there instead. */
export function count(field: string, otherwise = '0'): string {
  return `${field.replace(/\.(\w+)$/, '.?$1')}.orValue(${otherwise})`;
}

/** Some condition of this type is there, whatever it says. */
export function knows(type: string): string {
  return `${CONDITIONS}.exists(c, c.type == '${type}')`;
}

/** An object that rests while `when` holds. */
export function rest(when: string, is: string, says: string): Rest {
  return { when, is, says };
}

/** Rests while a condition says that its controller looks away. */
export function paused(type: string): Rest {
  return rest(has(type, 'True'), 'suspended', `is suspended (${type}): nothing is awaited`);
}

/** One rule for several kinds. */
export function shipped(group: string, kinds: readonly string[], rule: Omit<ShippedRule, 'group' | 'kind' | 'source'>) {
  return kinds.map((kind): ShippedRule => ({ group, kind, source: `kapply's rule for ${kind}`, ...rule }));
}
