import { setMaxListeners } from 'node:events';
import { EXIT, KapplyError } from '../../errors.js';
import { boundSignal, orAborted } from '../../net/abort.js';
import { discard } from '../../net/discard.js';
import type { HttpResponse, Transport } from '../../net/http.js';
import { readText } from '../../net/readBody.js';
import type { Json } from '../../objects/object.js';
import type { Credentials } from '../auth/authenticator.js';
import type { ApiRequest, ApiResponse } from './apiRequest.js';
import { sendUntilAnswered, type Seen, type Sender } from './attempts.js';
import { keepConnection } from './connectionKeeper.js';
import { malformedAnswer, notAnApiServer, type ServerIdentity } from './failures.js';
import { createHangingKinds, type HangingKinds } from './hangingKinds.js';
import { limitInFlight } from './inFlight.js';
import { decodeJson } from './json.js';
import { ShapeError } from './shapes.js';
import { warningTexts } from './warnings.js';
import { elapsedMs } from '../../net/timing.js';

/** Of one answer, unpacked. A page is 500 objects of at most 1.5 MB; beyond 512 MB V8 has no string for it. */
const MOST_BYTES = 256 << 20;

/** Sends requests to one API server: credentials, retries, time-outs, limits, warnings, errors. */
export interface ApiClient {
  /**
   * The whole answer as JSON, as `read` takes it; every status from 400 up is thrown as an ApiError, and a ShapeError of
   * `read` as the server's fault (exit 7).
   */
  json<T>(request: ApiRequest, read: (value: Json) => T): Promise<ApiResponse<T> & { readonly length: number }>;
  /** The error for an answer that cannot be from an API server: `what` is said of it. */
  malformed(path: string, what: string): KapplyError;
  /** The error for a server that is none: `how` it answers instead. */
  notAnApiServer(how: string, cause: Error): KapplyError;
  /** The same as text. */
  text(request: ApiRequest): Promise<ApiResponse<string>>;
  /** An answer whose body is read as it comes, without a time-out or a place in the queue. Not repeated when it breaks later. */
  stream(request: ApiRequest & { readonly signal: AbortSignal }): Promise<HttpResponse>;
  /** What `json` does with an answer, for a line of a stream. */
  decode<T>(path: string, text: string, read: (value: Json) => T): T;
  /** Kinds whose lists were found to hang. */
  readonly hanging: HangingKinds;
  /** Tells the user something that nobody has to act on, once. */
  warn(message: string): void;
  readonly warnings: readonly string[];
  readonly requests: number;
  close(): void;
}

export interface ApiClientOptions extends Omit<Sender, 'connection' | 'seen' | 'closing' | 'answered'> {
  readonly open: (credentials: Credentials) => Promise<Transport>;
  /** The most requests in flight at once; watches come on top. */
  readonly concurrency: number;
  /** For one request with its answer, in ms; undefined for none. */
  readonly requestTimeoutMs: number | undefined;
  /** The same for a read. */
  readonly readTimeoutMs: number | undefined;
  /** Aborted by `close`: whatever still runs for the connection ends with it. */
  readonly lifetime: AbortController;
}

/** A client that connects with its first request. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { identity, requestTimeoutMs, readTimeoutMs, lifetime } = options;
  const flow = limitInFlight(options.concurrency);
  const seen: Seen = { warnings: new Map(), requests: 0, known: false };
  const told = new Set<string>();
  const connection = keepConnection(options.open);
  const closing = lifetime.signal;
  setMaxListeners(0, closing);
  const warn = (message: string): void => {
    if (!told.has(message)) options.warn(message);
    told.add(message);
  };
  const sender: Sender = { ...options, connection, closing, seen, answered: flow.answered, warn };

  const text = (request: ApiRequest): Promise<ApiResponse<string>> => {
    const { signal } = request;
    const read = (response: HttpResponse): Promise<string> => readText(response, MOST_BYTES);
    const isShort = request.method === 'GET' && request.isLong !== true;
    const timeoutMs = isShort ? readTimeoutMs : requestTimeoutMs;
    const send = (): Promise<ApiResponse<string>> => sendUntilAnswered(sender, request, timeoutMs, read);
    const answer = request.urgent === true ? send() : flow.run(send);
    if (signal === undefined) return answer;
    // Hundreds of requests may listen to the one signal of a run, some of them still waiting for their turn.
    setMaxListeners(0, signal);
    return orAborted(answer, signal);
  };
  const decode: ApiClient['decode'] = (path, answer, read) => decodeAnswer(identity, path, answer, read);

  return {
    text,
    decode,
    notAnApiServer: (how, cause) => notAnApiServer(identity, how, cause),
    malformed: (path, what) => malformedAnswer(identity, path, what),
    json: async (request, read) => {
      const answer = await text(request);
      return { ...answer, length: answer.value.length, value: decode(request.path, answer.value, read) };
    },
    hanging: createHangingKinds(elapsedMs),
    stream: (request) => stream(sender, request),
    warn,
    get warnings() {
      return warningTexts(seen.warnings);
    },
    get requests() {
      return seen.requests;
    },
    close: () => {
      lifetime.abort(new KapplyError('Closed', `the connection to ${identity.server} was closed`, EXIT.unreachable));
      connection.close();
    },
  };
}

async function stream(sender: Sender, request: ApiRequest & { readonly signal: AbortSignal }): Promise<HttpResponse> {
  const { value } = await sendUntilAnswered(sender, request, undefined, (response) => Promise.resolve(response));
  const { signal, release } = boundSignal([request.signal, sender.closing], undefined);
  signal.addEventListener('abort', () => discard(value.body), { once: true });
  value.body.once('close', release);
  return value;
}

function decodeAnswer<T>(identity: ServerIdentity, path: string, text: string, read: (value: Json) => T): T {
  try {
    return read(decodeJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw notAnApiServer(identity, 'what it sends is not JSON, or not all of it');
    if (error instanceof ShapeError) throw malformedAnswer(identity, path, error.what);
    throw error;
  }
}
