/** What one attempt of a request came to: for whoever wants to see what is asked of the server. Headers, and the token in them, are no part of it. */
export interface RequestTrace {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The HTTP status; where there was no answer, why. */
  readonly status: number | string;
  readonly ms: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** As it was sent: it may hold secrets. */
  readonly sent: string | undefined;
  /** As it arrived, unless it is a stream: it may hold secrets. */
  readonly received: string | undefined;
}
