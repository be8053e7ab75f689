import type { Authenticator, Credentials } from './authenticator.js';

/** Credentials and when they end, in ms since the epoch; undefined: when the server says so (401). */
export interface ExpiringCredentials {
  readonly credentials: Credentials;
  readonly expires: number | undefined;
}

/**
 * Credentials that have ended when they come serve for so long, ms: by the clock of this machine they ended, and whether they do
 * for the server, the server says. To make new ones for each request would start a program for each.
 */
const STALE_MS = 30_000;

/**
 * Caches what `obtain` makes until it expires or is discarded. All who ask while it runs get its one outcome: a plugin
 * that opens a browser must not do so 64 times. A failure is not kept.
 */
export function makeExpiringAuthenticator(
  obtain: () => Promise<ExpiringCredentials>,
  now: () => number,
  /** Told once, where credentials have ended when they come. */
  onStale: (expires: number) => void = () => undefined,
): Authenticator {
  let cached: ExpiringCredentials | undefined;
  let isTold = false;
  let running: Promise<ExpiringCredentials> | undefined;
  const checked = (made: ExpiringCredentials): ExpiringCredentials => {
    if (made.expires === undefined || made.expires > now()) return made;
    if (!isTold) onStale(made.expires);
    isTold = true;
    return { ...made, expires: now() + STALE_MS };
  };
  return {
    current: async () => {
      if (cached !== undefined && (cached.expires === undefined || cached.expires > now())) return cached.credentials;
      running ??= obtain()
        .then(checked)
        .finally(() => (running = undefined));
      cached = await running;
      return cached.credentials;
    },
    discard: (used) => {
      // Others may have renewed them since this request was sent.
      if (cached?.credentials === used) cached = undefined;
      return true;
    },
  };
}
