/** Values of flags, from text. Every error names the flag, the value and the form that it should have. */
import { inputError, KapplyError } from '../../errors.js';
import { parsePruneSelector, parseSelector } from '../../objects/selector.js';

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** What setTimeout can hold: 24 days. */
const MOST_MS = 2 ** 31 - 1;

/**
 * A Go duration (time.ParseDuration: `1h30m`, `90s`, `1.5m`, `500ms`), also in days, in ms; a bare number is seconds, as
 * in kubectl's --request-timeout.
 * @param name the flag, for the error
 * @param most what it may be at most, ms: a time-out must fit a timer
 */
export function parseDuration(name: string, text: string, most = MOST_MS): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(d|h|ms|m|s)/g)];
  const isBare = /^\d+$/.test(text);
  const isWhole = isBare || (parts.length > 0 && parts.map(([part]) => part).join('') === text);
  const ms = isBare
    ? Number(text) * UNIT_MS.s
    : parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS], 0);
  if (!isWhole || ms > most) {
    throw inputError('InvalidDuration', `--${name}=${text}: expected a duration such as 90s, 5m or 1h30m`);
  }
  return ms;
}

/**
 * How long is waited. 0 means at once to some tools and for ever to others (`kubectl wait`, `kubectl rollout status`): here it
 * is neither, in no command.
 */
export function parseTimeout(text: string): number {
  const ms = parseDuration('timeout', text);
  if (ms > 0) return ms;
  throw inputError('InvalidDuration', `--timeout=${text} would end every wait before it begins`, {
    suggestions: ['Leave --wait out, or say --no-wait, to wait for nothing; --timeout=24h waits very long.'],
  });
}

/** oclif writes a heading into the message of what a `parse` throws: so the error itself travels inside. */
export class InvalidFlagValue extends Error {
  override readonly name = 'InvalidFlagValue';
  override readonly cause: KapplyError;
  constructor(cause: KapplyError) {
    super(cause.message);
    this.cause = cause;
  }
}

/** The `parse` of a flag whose text is checked and kept: what is wrong is said with where it comes from, a file or the environment. */
function checkedText(check: (text: string) => unknown): (text: string) => Promise<string> {
  return (text) => {
    try {
      check(text);
    } catch (error) {
      return Promise.reject(error instanceof KapplyError ? new InvalidFlagValue(error) : (error as Error));
    }
    return Promise.resolve(text);
  };
}

/** As `parseDuration`. */
export function durationOf(name: string, most?: number): (text: string) => Promise<string> {
  return checkedText((text) => parseDuration(name, text, most));
}

/** The `parse` of --timeout. */
export const timeoutText = checkedText(parseTimeout);

/** As `parseDuration` reads it, in the largest unit of which it is a whole number: `5m`. */
export function durationText(ms: number): string {
  const [unit] = Object.entries(UNIT_MS).find(([, size]) => ms % size === 0) ?? ['ms'];
  return `${ms / UNIT_MS[unit as keyof typeof UNIT_MS]}${unit}`;
}

/** A whole number from `least` to `most`. */
export function parseCount(name: string, text: string, least: number, most = Infinity): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(count) || count < least || count > most) {
    const form = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`;
    throw inputError('InvalidNumber', `--${name}=${text}: expected a whole number ${form}`);
  }
  return count;
}

/** A label selector as it was given, where it is one: what a server says of a wrong one depends on the list. */
export const selectorText = checkedText((text) => text === '' || parseSelector(text));

/** As `selectorText`, for what may be deleted. */
export const pruneSelectorText = checkedText(parsePruneSelector);
