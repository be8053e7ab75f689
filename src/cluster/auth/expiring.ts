import type { Authenticator, Credentials } from './authenticator.js';

/** Credentials and when they end, in ms since the epoch; undefined: when the server says so (401). */
export interface ExpiringCredentials {
  readonly credentials: Credentials;
  readonly expires: number | undefined;
}

/**
 * Caches what `obtain` makes until it expires or is discarded. All who ask while it runs get its one outcome: a plugin
 * that opens a browser must not do so 64 times. A failure is not kept.
 */
export function makeExpiringAuthenticator(
  obtain: () => Promise<ExpiringCredentials>,
  now: () => number,
): Authenticator {
  let cached: ExpiringCredentials | undefined;
  let running: Promise<ExpiringCredentials> | undefined;
  return {
    current: async () => {
      if (cached !== undefined && (cached.expires === undefined || cached.expires > now())) return cached.credentials;
      running ??= obtain().finally(() => (running = undefined));
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
