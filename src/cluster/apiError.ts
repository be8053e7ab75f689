import { EXIT, KapplyError } from '../errors.js';
import type { Right } from './right.js';

/** One cause of a Status (meta/v1 StatusCause). */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** meta/v1 Status, the server's answer to what it refuses. */
export interface Status {
  readonly kind?: 'Status';
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
}

/** What the server said, and the questions that tell whether it is a missing right: for warnings and reasons. */
export function refusedWords(error: ApiError): string {
  return error.message + questionWords(error);
}

/** The questions alone, to stand behind a sentence; '' where there are none. */
export function questionWords({ suggestions }: KapplyError): string {
  return suggestions.map((question) => `. ${question}`).join('');
}

/** True where the server refuses a write with 409 Conflict: somebody else has written meanwhile, or owns a field. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status.reason === 'Conflict';
}

/** A refusal by the API server. Decide on `status.reason` and `status.details.causes`, never on the message. */
export class ApiError extends KapplyError {
  readonly status: Status;
  readonly httpStatus: number;
  /** What the request needs to be allowed: said where the answer was 403. An apply needs one right or the other. */
  readonly rights: readonly Right[];
  /** An earlier attempt of this request got no answer, and may have been carried out: what is refused now may be its own doing. */
  readonly mayBeDone: boolean;

  constructor(
    httpStatus: number,
    status: Status,
    options: {
      cause?: unknown;
      suggestions?: readonly string[];
      rights?: readonly Right[];
      mayBeDone?: boolean;
    } = {},
  ) {
    super(
      status.reason ?? `HTTP${httpStatus}`,
      status.message ?? `the server answered ${httpStatus}`,
      EXIT.refused,
      options,
    );
    this.name = 'ApiError';
    this.status = status;
    this.httpStatus = httpStatus;
    this.rights = options.rights ?? [];
    this.mayBeDone = options.mayBeDone ?? false;
  }
}
