import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type SecureClientSessionOptions,
} from 'node:http2';
import type { Socket } from 'node:net';
import { afterReading } from './discard.js';
import { wireHeaders } from './headers.js';
import { codeOf, TransportError, type HttpRequest, type HttpResponse } from './http.js';
import type { Timing } from './timing.js';

/** One HTTP/2 connection. */
export interface Http2Session {
  /** Whether another stream can be started now: neither closing nor full. */
  hasRoom(): boolean;
  isOver(): boolean;
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Asks for a sign of life, and ends the session where none comes in time. */
  isAlive(): Promise<boolean>;
  destroy(): void;
}

/** Node's default of 64 KB for each would cost a round trip per 64 KB of a list, and let one unread watch stop all others. */
const STREAM_WINDOW = 4 << 20;
const CONNECTION_WINDOW = 64 << 20;

/** Speaks HTTP/2 over a socket that ALPN agreed on it. */
export function openHttp2Session(socket: Socket, authority: string, timing: Timing): Http2Session {
  const options: SecureClientSessionOptions = {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
  };
  const session = connect(`https://${authority}`, options);
  let active = 0;
  let isEnding = false;
  let failure: unknown;
  session.on('error', (error) => {
    failure ??= error;
  });
  session.setLocalWindowSize(CONNECTION_WINDOW);
  const stopPings = watchForSilence(session, socket, timing, () => active > 0);
  session.on('close', stopPings);

  return {
    isOver: () => isEnding || session.destroyed,
    hasRoom: () => !isEnding && !session.closed && !session.destroyed && active < streamLimit(session),
    send: (request) =>
      new Promise((resolve, reject) => {
        if (request.signal?.aborted === true) {
          reject(request.signal.reason as Error);
          return;
        }
        if (isEnding) {
          reject(new TransportError('server', '', 'the connection is closing'));
          return;
        }
        const stream = startStream(session, authority, request, reject);
        if (stream === undefined) return;
        active += 1;
        stream.once('close', () => (active -= 1));
        settle(stream, request, () => failure, resolve, reject);
      }),
    isAlive: () => pingOrEnd(session, timing.pingTimeoutMs),
    destroy: () => {
      isEnding = true;
      afterReading(() => session.destroy());
    },
  };
}

/** What the server allows, once it has said so; kube-apiserver says 100, the most that is used of it here. */
function streamLimit(session: ClientHttp2Session): number {
  return Math.min(session.remoteSettings.maxConcurrentStreams ?? 100, 100);
}

function startStream(
  session: ClientHttp2Session,
  authority: string,
  request: HttpRequest,
  reject: (error: Error) => void,
): ClientHttp2Stream | undefined {
  const headers = wireHeaders(request.headers);
  try {
    const stream = session.request(
      {
        [constants.HTTP2_HEADER_METHOD]: request.method,
        [constants.HTTP2_HEADER_PATH]: request.path,
        [constants.HTTP2_HEADER_SCHEME]: 'https',
        [constants.HTTP2_HEADER_AUTHORITY]: authority,
        ...headers,
      },
      { endStream: request.body === undefined },
    );
    if (request.body !== undefined) stream.end(request.body);
    return stream;
  } catch (error) {
    // The session ended between the choice of it and now: nothing was sent.
    reject(new TransportError('server', codeOf(error), 'the connection is closing', error));
    return undefined;
  }
}

/** Turns the stream's events into one response or one error; afterwards they belong to the body. */
function settle(
  stream: ClientHttp2Stream,
  request: HttpRequest,
  sessionFailure: () => unknown,
  resolve: (response: HttpResponse) => void,
  reject: (error: Error) => void,
): void {
  const { signal } = request;
  let streamFailure: unknown;
  const failed = (): TransportError => {
    const cause = sessionFailure() ?? streamFailure;
    // GOAWAY closes the streams beyond the last one that the server took with REFUSED_STREAM as well (RFC 9113, 6.8).
    const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    const code = codeOf(cause) || 'ECONNRESET';
    return new TransportError(refused ? 'server' : 'perhaps', code, 'the stream ended without an answer', cause);
  };
  const abort = (): void => {
    reject(signal?.reason as Error);
    afterReading(() => {
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy(signal?.reason as Error);
    });
  };
  signal?.addEventListener('abort', abort, { once: true });
  stream.on('error', (error) => {
    streamFailure = error;
  });
  stream.once('close', () => {
    signal?.removeEventListener('abort', abort);
    reject(failed());
  });
  stream.once('response', (headers) => {
    resolve({ status: Number(headers[constants.HTTP2_HEADER_STATUS] ?? 0), headers, body: stream });
  });
}

/** Whether the other side answers a ping; where it does not, that is the end of the session. */
function pingOrEnd(session: ClientHttp2Session, timeoutMs: number): Promise<boolean> {
  if (session.destroyed || session.closed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      session.destroy(new TransportError('perhaps', 'ETIMEDOUT', 'the server does not answer'));
      resolve(false);
    }, timeoutMs);
    // The callback comes with an error where the session ends meanwhile.
    session.ping((error) => {
      clearTimeout(timer);
      resolve(error === null);
    });
  });
}

/**
 * A dead peer, or a firewall that forgot the connection, answers nothing and closes nothing: after a silence with
 * streams open, a ping, and without an answer the end of the session.
 */
function watchForSilence(
  session: ClientHttp2Session,
  socket: Socket,
  timing: Timing,
  isWaiting: () => boolean,
): () => void {
  let seen = 0;
  let asking = false;
  const check = (): void => {
    const heard = socket.bytesRead !== seen;
    seen = socket.bytesRead;
    if (heard || asking || !isWaiting() || session.destroyed) return;
    asking = true;
    void pingOrEnd(session, timing.pingTimeoutMs).then(() => (asking = false));
  };
  const interval = setInterval(check, timing.pingAfterMs);
  interval.unref();
  return () => clearInterval(interval);
}
