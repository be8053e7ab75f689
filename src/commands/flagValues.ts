/** Values of flags, from text. Every error names the flag, the value and the form that it should have. */
import { inputError } from '../errors.js';

const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/**
 * A Go duration (time.ParseDuration: `1h30m`, `90s`, `1.5m`, `500ms`) in ms; a bare number is seconds, as in kubectl's
 * --request-timeout. Setters that node cannot honour (above 24 days) are refused.
 * @param name the flag, for the error
 */
export function parseDuration(name: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  const whole = parts.map(([part]) => part).join('') === text && parts.length > 0;
  const ms = /^\d+$/.test(text)
    ? Number(text) * UNIT_MS.s
    : parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS], 0);
  if ((!whole && !/^\d+$/.test(text)) || ms > 2 ** 31 - 1) {
    throw inputError('InvalidDuration', `--${name}=${text}: expected a duration such as 90s, 5m or 1h30m`);
  }
  return ms;
}

/** A whole number that is at least `least`. */
export function parseCount(name: string, text: string, least: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(count) || count < least) {
    throw inputError('InvalidNumber', `--${name}=${text}: expected a whole number of ${least} or more`);
  }
  return count;
}
