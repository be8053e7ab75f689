/** What is sent to an API server, and what comes back. */
import type { HttpRequest, HttpResponse } from '../../net/http.js';
import type { Right } from '../right.js';

export interface ApiRequest {
  readonly method: HttpRequest['method'];
  /** Below the server's own path, with its query: `/api/v1/namespaces/shop/configmaps?limit=500`. */
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: string;
  /** May be repeated although it may have been carried out. */
  readonly safe: boolean;
  /** It says nothing of the version that it expects: whoever changed something meanwhile is in nobody's way. */
  readonly unconditional?: boolean;
  /** A read that may take as long as a write: a list in one go. */
  readonly isLong?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Not queued. */
  readonly urgent?: boolean | undefined;
  /** Asked before each attempt; where it rejects, nothing more is sent. */
  readonly before?: (() => Promise<void>) | undefined;
  /** What it needs to be allowed: named where it is not. */
  readonly rights?: readonly Right[] | undefined;
}

export interface ApiResponse<T> {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly value: T;
}
