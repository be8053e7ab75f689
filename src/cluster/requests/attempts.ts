/** One request, tried until there is an answer to keep. */
import type { KapplyError } from '../../errors.js';
import { boundSignal, orAborted, pause, untilAborted } from '../../net/abort.js';
import { discard } from '../../net/discard.js';
import { headerText } from '../../net/headers.js';
import { TransportError, type HttpRequest, type HttpResponse } from '../../net/http.js';
import { readText } from '../../net/readBody.js';
import { mayBeCarriedOut, parseRetryAfter, retryAfterWords, retryDelay, type Outcome } from '../../net/retry.js';
import { ApiError, isConflict } from '../apiError.js';
import type { Authenticator, Credentials } from '../auth/authenticator.js';
import type { ApiRequest, ApiResponse } from './apiRequest.js';
import type { ConnectionKeeper } from './connectionKeeper.js';
import { noAnswer, notAnApiServer, refusal, unauthorized, unreachable, type ServerIdentity } from './failures.js';
import type { InFlight } from './inFlight.js';
import type { RequestTrace } from './requestTrace.js';
import { isStoragePassing } from './storageFailures.js';
import { keepWarnings, parseWarnings, type ServerWarnings } from './warnings.js';

/** Of a refusal: a Status is a few hundred bytes, and an admission webhook's message may be long. */
const MOST_REFUSAL_BYTES = 4 << 20;
/** A request that took its whole time twice would take it a third time as well. */
const MOST_TIMEOUTS = 2;

/** A wait that a server asks for, beyond which it is told. */
const WORTH_TELLING_MS = 10_000;

/** What all requests of one client share. */
export interface Sender {
  readonly identity: ServerIdentity;
  /** The path of the server's URL, '' where it has none. */
  readonly basePath: string;
  readonly authenticator: Authenticator;
  /** Sent with every request: user agent, impersonation. */
  readonly headers: HttpRequest['headers'];
  readonly connection: ConnectionKeeper;
  /** False where --request-timeout set the time: then it is the user's patience, and not tried again. */
  readonly retryTimeouts: boolean;
  readonly random: () => number;
  readonly now: () => number;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
  readonly seen: Seen;
  /** Tells the user something that nobody has to act on, once. */
  readonly warn: (message: string) => void;
  /** Told of every attempt, for whoever wants to see what is asked. */
  readonly trace?: ((trace: RequestTrace) => void) | undefined;
  /** Told of every answer, and how long it took. */
  readonly answered: InFlight['answered'];
}

/** What has been seen of the server so far. */
export interface Seen {
  readonly warnings: ServerWarnings;
  requests: number;
  /** Whether it has answered anything before: then it is known to be there, and away only for now. */
  known: boolean;
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

/** Rejects with a KapplyError, or with the reason of an abort. */
export async function sendUntilAnswered<T>(
  sender: Sender,
  request: ApiRequest,
  timeoutMs: number | undefined,
  read: (response: HttpResponse) => Promise<T>,
): Promise<ApiResponse<T>> {
  const signals = [request.signal, sender.closing];
  let renewed = false;
  let timeouts = 0;
  let answeringMs = 0;
  let mayBeDone = false;
  for (let count = 1; ; count += 1) {
    // Somebody may have to log in: the time-out is for the server.
    const credentials = await untilAborted(sender.authenticator.current(), signals);
    if (request.before !== undefined) await untilAborted(request.before(), signals);
    const bounded = boundSignal(signals, timeoutMs);
    let outcome: Outcome;
    let failure: KapplyError;
    const sentAt = sender.now();
    const tell = (status: number | string, value: unknown): void =>
      sender.trace?.({
        method: request.method,
        path: request.path,
        status,
        ms: sender.now() - sentAt,
        attempt: count,
        sent: request.body,
        received: typeof value === 'string' ? value : undefined,
      });
    try {
      const answer = await orAborted(attempt(sender, request, credentials, bounded.signal, read), bounded.signal);
      tell(answer.status, answer.kind === 'refused' ? answer.text : answer.value);
      if (answer.kind === 'done') return answer;
      const { status, headers, text } = answer;
      if (status === 401) {
        // Once: credentials can end between two requests. A second 401 is the server's opinion of the user.
        if (renewed || !sender.authenticator.discard(credentials)) throw unauthorized(sender.identity);
        renewed = true;
        continue;
      }
      // A proxy that plain HTTP goes through: no API server asks for this.
      if (status === 407)
        throw unreachable(sender.identity, new TransportError('server', 'PROXY_LOGIN_NEEDED', 'it answered 407'));
      if (status === 403 && isNobody(credentials, sender.identity)) throw unauthorized(sender.identity);
      answeringMs += sender.now() - sentAt;
      const retryAfterMs = parseRetryAfter(headers, sender.now());
      failure = refusal(sender.identity, status, headers, text, { rights: request.rights, mayBeDone, retryAfterMs });
      outcome = {
        kind: 'answer',
        status,
        retryAfterMs,
        isRace: request.unconditional === true && isLostRace(failure),
        isPassing: failure instanceof ApiError && isStoragePassing(status, failure.status),
      };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      failure = unreachable(sender.identity, error);
      tell(error.code, undefined);
      if (error.code === 'EREQUESTTIMEOUT') {
        timeouts += 1;
        const isHanging = await untilAborted(renewConnection(sender, credentials), signals);
        // The server is there, and would take as long again: it is this one request that hangs.
        const isLast = timeouts >= MOST_TIMEOUTS || !sender.retryTimeouts;
        if (isHanging || (sender.seen.known && isLast)) throw noAnswer(request, sender.now() - sentAt, error);
      }
      if (!mayAskAgain(error, sender, timeouts)) throw failure;
      outcome = { kind: 'broken', reached: error.reached };
    } finally {
      bounded.release();
    }
    mayBeDone ||= mayBeCarriedOut(outcome);
    const { known } = sender.seen;
    const delay = retryDelay({ attempts: count, safe: request.safe, known, answeringMs, outcome }, sender.random());
    if (delay === undefined) throw failure;
    tellOfLongWait(sender, outcome);
    await pause(delay, signals);
  }
}

/** What keeps a run waiting without a word is taken for a hang. */
function tellOfLongWait({ warn }: Sender, outcome: Outcome): void {
  if (outcome.kind === 'broken' || (outcome.retryAfterMs ?? 0) < WORTH_TELLING_MS) return;
  const words = retryAfterWords(outcome.retryAfterMs ?? 0);
  warn(`the server is too busy (${outcome.status}) and asks to come back in ${words}: kapply waits`);
}

/**
 * True for a conflict of versions, not of field managers. Of a request without a version it is one of the server itself:
 * a quota that two creates charge at once (apiserver admission/plugin/resourcequota), an apply that was overtaken several
 * times (handlers/patch.go).
 */
function isLostRace(failure: KapplyError): boolean {
  if (!isConflict(failure)) return false;
  return (failure.status.details?.causes ?? []).every(({ reason }) => reason !== 'FieldManagerConflict');
}

/** Whether the server, which has answered before, has just given a sign of life on the connections in use. */
async function renewConnection({ connection, seen }: Sender, credentials: Credentials): Promise<boolean> {
  try {
    const isAlive = await (await connection.get(credentials)).renew();
    return isAlive && seen.known;
  } catch (error) {
    // No connection comes about any more: what the next attempt will say.
    if (error instanceof TransportError) return false;
    throw error;
  }
}

function mayAskAgain({ code }: TransportError, { retryTimeouts }: Sender, timeouts: number): boolean {
  if (code === 'ERESPONSETOOLARGE') return false;
  return code !== 'EREQUESTTIMEOUT' || (retryTimeouts && timeouts < MOST_TIMEOUTS);
}

/** Over HTTPS nobody but us could have said who asks: it is system:anonymous that may not. */
function isNobody({ authorization, cert }: Credentials, { server }: ServerIdentity): boolean {
  return authorization === undefined && cert === undefined && server.startsWith('https:');
}

/** One attempt. Rejects with a TransportError, a KapplyError, or the reason of an abort. */
async function attempt<T>(
  sender: Sender,
  request: ApiRequest,
  credentials: Credentials,
  signal: AbortSignal,
  read: (response: HttpResponse) => Promise<T>,
): Promise<Answer<T>> {
  const transport = await sender.connection.get(credentials);
  sender.seen.requests += 1;
  const sentAt = sender.now();
  const { authorization } = credentials;
  const response = await transport.send({
    method: request.method,
    path: sender.basePath + request.path,
    headers: {
      ...sender.headers,
      accept: request.accept,
      ...(authorization === undefined ? {} : { authorization }),
      ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    signal,
  });
  sender.seen.known = true;
  const { status, headers } = response;
  sender.answered({ method: request.method, status, ms: sender.now() - sentAt });
  if (status >= 400) {
    const text = hideCredentials(await readText(response, MOST_REFUSAL_BYTES), authorization);
    return { kind: 'refused', status, headers, text };
  }
  if (status < 200 || status >= 300) {
    // An API server sends nobody elsewhere; a login page or a proxy does, and must not get our credentials.
    discard(response.body);
    throw notAnApiServer(sender.identity, `it answers ${status}, which sends us elsewhere`);
  }
  const warning = hideCredentials(headerText(headers.warning ?? ''), authorization);
  keepWarnings(sender.seen.warnings, parseWarnings(warning), request);
  return { kind: 'done', status, headers, value: await read(response) };
}

/** Proxies that explain themselves quote the request, its token included, and what they say is shown to people. */
function hideCredentials(text: string, authorization: string | undefined): string {
  const secret = authorization?.slice(authorization.indexOf(' ') + 1) ?? '';
  return secret === '' ? text : text.replaceAll(secret, '***');
}
