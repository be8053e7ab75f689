import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { EXIT, KapplyError } from '../../errors.js';
import type { Json } from '../../objects/object.js';
import type { Authenticator, Credentials } from '../auth/authenticator.js';
import { headerText } from '../../net/headers.js';
import { TransportError, type HttpRequest, type HttpResponse, type Transport } from '../../net/http.js';
import { parseRetryAfter, retryDelay, type Outcome } from '../../net/retry.js';
import { readText } from '../../net/readBody.js';
import { boundedSignal, orAborted, pause, untilAborted } from '../../net/abort.js';
import { notAnApiServer, refusal, unauthorized, unreachable, type ServerIdentity } from './failures.js';
import { decodeJson } from './json.js';
import { parseWarnings } from './warnings.js';

/** Streams in flight at once; watches come on top. More than this is not faster on a kube-apiserver. */
const MOST_IN_FLIGHT = 64;

/** Of one answer, unpacked. A page is 500 objects of at most 1.5 MB; beyond 512 MB V8 has no string for it. */
const MOST_BYTES = 256 << 20;

export interface ApiRequest {
  readonly method: HttpRequest['method'];
  /** Below the server's own path, with its query: `/api/v1/namespaces/shop/configmaps?limit=500`. */
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: string;
  /** May be repeated although it may have been carried out. */
  readonly safe: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What one attempt came to. */
type Answer<T> =
  | ({ readonly kind: 'done' } & ApiResponse<T>)
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly headers: HttpResponse['headers'];
      readonly text: string;
    };

export interface ApiResponse<T> {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly value: T;
}

/** Sends requests to one API server: credentials, retries, time-outs, warnings, errors. */
export interface ApiClient {
  /** The whole answer as JSON; every status from 400 up is thrown as an ApiError. */
  json(request: ApiRequest): Promise<ApiResponse<Json>>;
  /** The same as text. */
  text(request: ApiRequest): Promise<ApiResponse<string>>;
  /** An answer whose body is read as it comes, without a time-out or a place in the queue. Not repeated when it breaks later. */
  stream(request: ApiRequest & { readonly signal: AbortSignal }): Promise<HttpResponse>;
  readonly warnings: readonly string[];
  readonly requests: number;
  close(): void;
}

export interface ApiClientOptions {
  readonly identity: ServerIdentity;
  /** The path of the server's URL, '' where it has none. */
  readonly basePath: string;
  readonly authenticator: Authenticator;
  /** Sent with every request: user agent, impersonation. */
  readonly headers: HttpRequest['headers'];
  readonly open: (credentials: Credentials) => Promise<Transport>;
  /** For one request with its answer, in ms; undefined for none. */
  readonly requestTimeoutMs: number | undefined;
  /** False where --request-timeout set the time: then it is the user's patience, and not tried again. */
  readonly retryTimeouts: boolean;
  readonly random: () => number;
  readonly now: () => number;
  /** Aborted by `close`: whatever still runs for the connection ends with it. */
  readonly lifetime: AbortController;
}

export function apiClient(options: ApiClientOptions): ApiClient {
  const { identity, authenticator } = options;
  const limit = pLimit(MOST_IN_FLIGHT);
  const warnings = new Set<string>();
  const connection = connectionKeeper(options.open);
  const closing = options.lifetime;
  setMaxListeners(0, closing.signal);
  let requests = 0;
  let known = false;

  /** One attempt. Rejects with a TransportError, or the reason of an abort. */
  const attempt = async <T>(
    request: ApiRequest,
    credentials: Credentials,
    signal: AbortSignal,
    read: (response: HttpResponse) => Promise<T>,
  ): Promise<Answer<T>> => {
    const transport = await connection.get(credentials);
    requests += 1;
    const { authorization } = credentials;
    const response = await transport.send({
      method: request.method,
      path: options.basePath + request.path,
      headers: {
        ...options.headers,
        accept: request.accept,
        ...(authorization === undefined ? {} : { authorization }),
        ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    known = true;
    const { status, headers } = response;
    for (const text of parseWarnings(headerText(headers.warning ?? ''))) warnings.add(text);
    return status < 400
      ? { kind: 'done', status, headers, value: await read(response) }
      : { kind: 'refused', status, headers, text: await readText(response, MOST_BYTES) };
  };

  /** Attempts until there is an answer to keep. */
  const attempts = async <T>(
    request: ApiRequest,
    timeoutMs: number | undefined,
    read: (response: HttpResponse) => Promise<T>,
  ): Promise<ApiResponse<T>> => {
    const signals = [request.signal, closing.signal];
    let renewed = false;
    for (let count = 1; ; count += 1) {
      // Somebody may have to log in: the time-out is for the server.
      const credentials = await untilAborted(authenticator.current(), signals);
      const bounded = boundedSignal(signals, timeoutMs);
      let outcome: Outcome;
      let failure: KapplyError;
      try {
        const answer = await orAborted(attempt(request, credentials, bounded.signal, read), bounded.signal);
        if (answer.kind === 'done') return answer;
        const { status, headers, text } = answer;
        if (status === 401) {
          // Once: credentials can end between two requests. A second 401 is the server's opinion of the user.
          if (renewed || !authenticator.discard(credentials)) throw unauthorized(identity);
          renewed = true;
          continue;
        }
        // Over HTTPS nobody but us could have said who asks: it is system:anonymous that may not.
        if (status === 403 && isAnonymous(credentials) && identity.server.startsWith('https:')) {
          throw unauthorized(identity);
        }
        outcome = { kind: 'answer', status, retryAfterMs: parseRetryAfter(headers['retry-after'], options.now()) };
        failure = refusal(identity, status, headers, text);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        failure = unreachable(identity, error);
        if (error.code === 'EREQUESTTIMEOUT' && !options.retryTimeouts) throw failure;
        outcome = { kind: 'broken', reached: error.reached };
      } finally {
        bounded.release();
      }
      const delay = retryDelay({ attempts: count, safe: request.safe, known, outcome }, options.random());
      if (delay === undefined) throw failure;
      await pause(delay, signals);
    }
  };

  const text = (request: ApiRequest): Promise<ApiResponse<string>> => {
    const { signal } = request;
    const answer = limit(() =>
      attempts(request, options.requestTimeoutMs, (response) => readText(response, MOST_BYTES)),
    );
    if (signal === undefined) return answer;
    // Hundreds of requests may listen to the one signal of a run, some of them still waiting for their turn.
    setMaxListeners(0, signal);
    return orAborted(answer, signal);
  };

  return {
    text,
    json: async (request) => {
      const answer = await text(request);
      return { ...answer, value: jsonOf(identity, answer.value) };
    },
    stream: async (request) => {
      const { value } = await attempts(request, undefined, (response) => Promise.resolve(response));
      const { signal, release } = boundedSignal([request.signal, closing.signal], undefined);
      signal.addEventListener('abort', () => value.body.destroy(), { once: true });
      value.body.once('close', release);
      return value;
    },
    get warnings() {
      return [...warnings];
    },
    get requests() {
      return requests;
    },
    close: () => {
      closing.abort(new KapplyError('Closed', `the connection to ${identity.server} was closed`, EXIT.unreachable));
      connection.close();
    },
  };
}

function isAnonymous({ authorization, cert }: Credentials): boolean {
  return authorization === undefined && cert === undefined;
}

function jsonOf(identity: ServerIdentity, text: string): Json {
  try {
    return decodeJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw notAnApiServer(identity);
    throw error;
  }
}

/** One transport for the credentials in use; a new client certificate needs a new one. */
function connectionKeeper(open: (credentials: Credentials) => Promise<Transport>): {
  get(credentials: Credentials): Promise<Transport>;
  close: () => void;
} {
  let current: { readonly cert: string | undefined; readonly transport: Promise<Transport> } | undefined;
  const opened: Promise<Transport>[] = [];
  return {
    get: (credentials) => {
      // What is in flight with the certificate before stays where it is: it was accepted.
      if (current === undefined || current.cert !== credentials.cert) {
        const entry = { cert: credentials.cert, transport: open(credentials) };
        current = entry;
        opened.push(entry.transport);
        entry.transport.catch(() => {
          if (current === entry) current = undefined;
        });
      }
      return current.transport;
    },
    close: () => {
      current = undefined;
      for (const transport of opened) {
        transport.then(
          (made) => made.close(),
          // Whoever waited for it was told.
          () => undefined,
        );
      }
    },
  };
}
