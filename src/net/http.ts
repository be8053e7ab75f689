import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** One HTTP request, below Kubernetes: `path` starts with a slash and holds the query. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Headers have arrived; the body is still on its way and must be read or destroyed. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** One connection, or a set of them, to one server. */
export interface Transport {
  /** Rejects with a TransportError, or with the signal's reason. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /**
   * For whoever waited for an answer in vain: nothing is sent any more on connections of which nobody knows whether they
   * still lead anywhere. Resolves to true where the server has just given a sign of life on all of them, so that it is the
   * request that hangs.
   */
  renew(): Promise<boolean>;
  /** Ends idle connections at once and breaks the others. */
  close(): void;
}

/** How far a failed request got: decides what may be repeated. */
export type Reached =
  /** No connection was made. */
  | 'nothing'
  /** Connected, but the server did not take the request: a refused stream, a connection that was going away. */
  | 'server'
  /** The request may have been carried out. */
  | 'perhaps';

/** A request that got no complete answer. Internal to cluster/: users see a KapplyError made from it. */
export class TransportError extends Error {
  readonly reached: Reached;
  /** The system's, OpenSSL's or Node's code: ECONNREFUSED, CERT_HAS_EXPIRED, ERR_HTTP2_STREAM_ERROR. */
  readonly code: string;

  constructor(reached: Reached, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
    this.reached = reached;
    this.code = code;
  }
}

/** The code of whatever Node threw, '' where it has none. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
