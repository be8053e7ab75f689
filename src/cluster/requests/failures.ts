import type { IncomingHttpHeaders } from 'node:http';
import { EXIT, KapplyError } from '../../errors.js';
import { ApiError, type Status } from '../apiError.js';
import { canIQuestions, type Right } from '../right.js';
import { retryAfterWords } from '../../net/retry.js';
import { codeWords, explainFailure } from '../../net/explainFailure.js';
import type { ApiRequest } from './apiRequest.js';
import type { TransportError } from '../../net/http.js';
import { decodeJson } from './json.js';
import { statusIn } from './shapes.js';
import { isTooLarge } from './storageFailures.js';

/** What errors say of the server. */
export interface ServerIdentity {
  readonly server: string;
  readonly context: string | undefined;
  /** What of several kubeconfigs is hidden by what is used, each a sentence. */
  readonly hidden?: readonly string[];
  /** How kubectl reaches it as the same user; empty where it cannot. */
  readonly kubectl: readonly string[];
}

/** meta/v1 StatusReason by HTTP status, for answers that are not a Status (client-go, NewGenericServerResponse). */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const TOO_LARGE_HELP =
  'The object is too large: etcd takes 1.5 MiB by default, managedFields included, a ConfigMap or Secret 1 MiB, and a proxy may take less (nginx: 1 MB). Divide it, or store the bulk elsewhere.';

export interface RefusedRequest {
  /** What it needs to be allowed. */
  readonly rights?: readonly Right[] | undefined;
  /** An earlier attempt of it may have been carried out. */
  readonly mayBeDone?: boolean;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** The error for an answer of 400 or above. */
export function refusal(
  identity: ServerIdentity,
  httpStatus: number,
  headers: IncomingHttpHeaders,
  text: string,
  { rights = [], mayBeDone = false, retryAfterMs = 0 }: RefusedRequest = {},
): KapplyError {
  const isJson = (headers['content-type'] ?? '').includes('json');
  const status = isJson ? parseStatus(text) : undefined;
  // A quota and an admission policy answer 403 as well: whether it is a right that is missing, the question tells.
  const asked = (said: Status): ConstructorParameters<typeof ApiError>[2] => ({
    mayBeDone,
    ...(retryAfterMs > 0 && { suggestions: [`The server asks to come back in ${retryAfterWords(retryAfterMs)}.`] }),
    ...(isTooLarge(httpStatus, said) && { suggestions: [TOO_LARGE_HELP] }),
    ...(httpStatus === 403 && { rights, suggestions: canIQuestions(rights, identity.kubectl) }),
  });
  if (status !== undefined) return new ApiError(httpStatus, status, asked(status));
  if (httpStatus === 400 && identity.server.startsWith('http:')) {
    // What Go's HTTPS servers answer to plain HTTP.
    return notAnApiServer(identity);
  }
  const reason = REASONS[httpStatus];
  const message = `the server, or something before it, answered ${httpStatus} without saying why`;
  const said = { code: httpStatus, message, ...(reason === undefined ? {} : { reason }) };
  return new ApiError(httpStatus, said, asked(said));
}

function parseStatus(text: string): Status | undefined {
  try {
    return statusIn(decodeJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function place({ server, context }: ServerIdentity): string {
  return context === undefined ? server : `${server} (context ${context})`;
}

/**
 * The error for something that answers, but not as an API server: a login page, a proxy, HTTPS spoken to as HTTP.
 * @param how how it answers instead, as far as that is known
 */
export function notAnApiServer(identity: ServerIdentity, how?: string, cause?: Error): KapplyError {
  return new KapplyError(
    'Unreachable',
    `the server ${place(identity)} does not answer as a Kubernetes API server${how === undefined ? '' : `: ${how}`}`,
    EXIT.unreachable,
    {
      cause,
      suggestions: [
        cause instanceof ApiError && cause.httpStatus >= 500
          ? 'Check that the API server runs: a load balancer or a proxy before it has nobody to hand the request on to.'
          : 'Check the server in the kubeconfig: its port, its path, and whether it should be https://.',
        'See what is configured: kubectl config view --minify',
      ],
    },
  );
}

/** The error for an answer of the wrong shape. `what`: `items[3].metadata is not a mapping` */
export function malformedAnswer(identity: ServerIdentity, path: string, what: string): KapplyError {
  return new KapplyError(
    'MalformedAnswer',
    `the server ${place(identity)} answers ${path.split('?', 1)[0] ?? path} with what no API server sends: ${what}`,
    EXIT.unreachable,
    {
      suggestions: [
        'Look at the answer yourself with: kubectl get --raw PATH',
        'Check what stands between here and the API server, and the APIServices: kubectl get apiservices',
      ],
    },
  );
}

/**
 * The error for a request to which a server that lives has no answer: what it asks in turn, a webhook or an API of
 * another server, hangs. As the server would say it itself, if it gave up first (504).
 */
export function noAnswer({ method, path }: Pick<ApiRequest, 'method' | 'path'>, ms: number, cause: Error): ApiError {
  const what = `${method} ${path.split('?', 1)[0] ?? path}`;
  const message = `the server, which does answer other requests, had no answer to ${what} within ${Math.round(ms / 1000)}s`;
  return new ApiError(
    504,
    { code: 504, reason: 'Timeout', message },
    { cause, suggestions: ['Give it longer with --request-timeout, or look at what hangs behind the server.'] },
  );
}

/** The server answered 401, also with fresh credentials (exit 7). */
export function unauthorized(identity: ServerIdentity): KapplyError {
  return new KapplyError(
    'Unauthorized',
    `the server ${place(identity)} does not accept the credentials`,
    EXIT.unreachable,
    {
      suggestions: [
        ...(identity.hidden ?? []),
        'Log in again, or check the user of the context: kubectl config view --minify',
        'Check with: kubectl auth whoami',
      ],
    },
  );
}

/** The error for a server that cannot be reached, or whose identity cannot be proved. */
export function unreachable(identity: ServerIdentity, error: TransportError): KapplyError {
  const explanation = explainFailure(error.code);
  const what = explanation?.what ?? 'the connection failed';
  return new KapplyError(
    'Unreachable',
    `the server ${place(identity)} cannot be reached: ${what} (${codeWords(error)})`,
    EXIT.unreachable,
    {
      cause: error,
      suggestions: [
        ...(identity.hidden ?? []),
        explanation?.suggestion ?? 'Check the server, the network and the proxy.',
        // Some HTTPS servers break off plain HTTP without a word.
        ...(identity.server.startsWith('http:') && error.reached === 'perhaps'
          ? ['Check whether the server should be https://.']
          : []),
        'See what is configured: kubectl config view --minify',
      ],
    },
  );
}
