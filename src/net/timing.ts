/** Every time-out of the transport, in ms: HTTP/2 has none of its own in Node. */
export interface Timing {
  /** For TCP, the proxy and TLS together. */
  readonly connectMs: number;
  /** Silence on a connection with open streams, after which it is asked for a sign of life (client-go: ReadIdleTimeout). */
  readonly pingAfterMs: number;
  /** How long the answer to that may take (client-go: PingTimeout). */
  readonly pingTimeoutMs: number;
  /** For one request and its answer, unless --request-timeout says otherwise: a little more than the server's own 60 s. */
  readonly requestMs: number;
  /** For a read and its answer: it may be given up, since nothing hangs on it, and a list of 500 objects takes seconds. */
  readonly readMs: number;
}

export const defaultTiming: Timing = {
  connectMs: 15_000,
  pingAfterMs: 30_000,
  pingTimeoutMs: 15_000,
  requestMs: 70_000,
  readMs: 30_000,
};

/** ms on a clock that nobody sets. Node evaluates ten modules of its own for the first `performance.now()`. */
export function elapsedMs(): number {
  return process.uptime() * 1000;
}
