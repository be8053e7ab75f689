/** What a request or a connection proves its user with. */
export interface Credentials {
  /** The Authorization header. */
  readonly authorization?: string;
  /** PEM. A change of it means a new connection. */
  readonly cert?: string;
  readonly key?: string;
}

/** One way of authentication. Errors are KapplyErrors. */
export interface Authenticator {
  /** Valid credentials, from the cache while they last; concurrent callers share one renewal. */
  current(): Promise<Credentials>;
  /** The server did not accept `used`: the next `current` makes new ones. False where there can be no others. */
  discard(used: Credentials): boolean;
}

/** Credentials that never change by themselves. */
export function makeFixedAuthenticator(credentials: Credentials): Authenticator {
  return { current: () => Promise.resolve(credentials), discard: () => false };
}
