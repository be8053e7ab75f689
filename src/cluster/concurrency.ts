/** Requests in flight at once, watches aside. */
export const CONCURRENCY = {
  /** More is not faster on a kube-apiserver, and less leaves it idle. */
  usual: 64,
  /** An API server allows a connection 100 streams (http2-max-streams-per-connection): more would only queue. */
  most: 100,
} as const;
