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

/**
 * A client certificate besides a token, a password or what a plugin makes, whose own certificate comes first. Each is renewed
 * in its own time, as client-go reads certificate files anew whatever else there is (rest/transport.go, ReloadTLSFiles).
 */
export function besides(certificate: Authenticator, other: Authenticator): Authenticator {
  const partsOf = new WeakMap<Credentials, readonly [Credentials, Credentials]>();
  let last: Credentials | undefined;
  return {
    current: async () => {
      const parts = [await certificate.current(), await other.current()] as const;
      const before = last === undefined ? undefined : partsOf.get(last);
      if (last !== undefined && before?.[0] === parts[0] && before[1] === parts[1]) return last;
      last = { ...parts[0], ...parts[1] };
      partsOf.set(last, parts);
      return last;
    },
    discard: (used) => {
      const parts = partsOf.get(used);
      if (parts === undefined) return false;
      // Which of the two was refused, nobody said.
      const ofCertificate = certificate.discard(parts[0]);
      return other.discard(parts[1]) || ofCertificate;
    },
  };
}
