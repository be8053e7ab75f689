import type { Reached } from './http.js';

/** What came of one attempt. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** Refused because two came at once, before anything was done: the next try goes by what there is then. */
      readonly isRace?: boolean;
      /** What stores objects was in the middle of a change: whether anything was done, nobody knows. */
      readonly isPassing?: boolean;
    }
  | { readonly kind: 'broken'; readonly reached: Reached };

export interface Attempt {
  /** Attempts made so far, this one included. */
  readonly attempts: number;
  /** Repeating it changes nothing that once would not: reads, server-side applies, deletes, dry runs. */
  readonly safe: boolean;
  /** How long the answers to it took so far, together, ms: not what was waited between them. */
  readonly answeringMs: number;
  /** Whether the server has answered anything before: then it is known to be there, and away only for now. */
  readonly known: boolean;
  readonly outcome: Outcome;
}

const MOST_ATTEMPTS = 8;
/** Where nothing ever answered, the address is probably wrong, and the user waits. */
const MOST_ATTEMPTS_UNKNOWN = 3;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
const MOST_JITTER_MS = 1_000;
/**
 * A server that took so long to refuse (a webhook or an API behind it hangs, and it gives up on that after 10 to 60 s) would
 * take as long again.
 */
const LONGEST_ANSWERING_MS = 15_000;
/** A server that asks for longer than this is told to the user instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long to wait before the request is repeated; undefined: do not.
 *
 * 429, and 503 or 500 with Retry-After, are said before the server has done anything (API Priority and Fairness, shutdown,
 * client-go rest/with_retry.go): anything may be repeated. What may have been carried out is repeated only where it is safe.
 * @param random in [0, 1): the jitter keeps clients that failed together from coming back together.
 */
export function retryDelay(attempt: Attempt, random: number): number | undefined {
  const { attempts, known, outcome, answeringMs } = attempt;
  if (attempts >= (known ? MOST_ATTEMPTS : MOST_ATTEMPTS_UNKNOWN) || !mayRepeat(attempt)) return undefined;
  if (outcome.kind === 'answer' && answeringMs > LONGEST_ANSWERING_MS) return undefined;
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
  if (outcome.kind === 'broken' && outcome.reached === 'server' && attempts === 1) return 0;
  const asked = outcome.kind === 'answer' ? outcome.retryAfterMs : undefined;
  if (asked === undefined) return backoff * (0.5 + random / 2);
  return asked > LONGEST_RETRY_AFTER_MS ? undefined : asked + Math.min(backoff, MOST_JITTER_MS) * random;
}

function mayRepeat({ safe, known, outcome }: Attempt): boolean {
  if (outcome.kind === 'broken') {
    switch (outcome.reached) {
      case 'nothing':
        return known;
      case 'server':
        return true;
      case 'perhaps':
        return safe;
    }
  }
  const { status, retryAfterMs, isRace = false, isPassing = false } = outcome;
  if (status === 429 || isRace) return true;
  if (retryAfterMs !== undefined && (status === 503 || status === 500)) return true;
  return safe && (isPassing || status === 502 || status === 503 || status === 504);
}

/**
 * True where the attempt may have been carried out although nobody said so. What the server says before it does anything
 * (`retryDelay`) tells that it was not.
 */
export function mayBeCarriedOut(outcome: Outcome): boolean {
  if (outcome.kind === 'broken') return outcome.reached === 'perhaps';
  const { status, retryAfterMs } = outcome;
  return status >= 500 && !(retryAfterMs !== undefined && (status === 503 || status === 500));
}

/**
 * Retry-After in ms: seconds, or an HTTP date (RFC 9110, 10.2.3). undefined where it is absent or makes no sense.
 * @param date the Date header of the answer: a time by the server's clock is measured by that clock
 */
export function parseRetryAfter(
  { 'retry-after': header, date }: { readonly 'retry-after'?: string | undefined; readonly date?: string | undefined },
  now: number,
): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  // Date.parse takes `1.5` and `-1` for days.
  const until = /[a-z]{3}/i.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Date.parse(date ?? '') || now));
}

/** How long a server asks for, for people: `90 seconds`, `10 minutes`. */
export function retryAfterWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [count, unit] = seconds < 120 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
