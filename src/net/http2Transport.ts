import type { Socket } from 'node:net';
import { TransportError, type HttpResponse, type Transport } from './http.js';
import { openHttp2Session, type Http2Session } from './http2Session.js';
import type { Timing } from './timing.js';

/**
 * One HTTP/2 session for everything; another one only when it has gone away, or when the server's limit of streams is
 * reached (many watches).
 */
export function createHttp2Transport(
  first: Socket,
  authority: string,
  timing: Timing,
  dialAgain: () => Promise<Socket>,
): Transport {
  let sessions: Http2Session[] = [openHttp2Session(first, authority, timing)];
  let dialing: Promise<Http2Session> | undefined;
  let closed = false;

  const dialSession = async (): Promise<Http2Session> => {
    const session = openHttp2Session(await dialAgain(), authority, timing);
    if (closed) session.destroy();
    sessions.push(session);
    return session;
  };

  /** Callers that wait at once share one new session. */
  const withRoom = async (): Promise<Http2Session> => {
    // A server that closes each connection as soon as it is made must not be dialled for ever.
    for (let dials = 0; dials < 4; dials += 1) {
      sessions = sessions.filter((session) => !session.isOver());
      const session = sessions.find((candidate) => candidate.hasRoom());
      if (session !== undefined) return session;
      dialing ??= dialSession().finally(() => (dialing = undefined));
      await dialing;
    }
    throw new TransportError('server', 'ECONNRESET', 'the server closes every new connection');
  };

  return {
    send: async (request): Promise<HttpResponse> => (await withRoom()).send(request),
    renew: async () => {
      const alive = await Promise.all(sessions.map((session) => session.isAlive()));
      return alive.length > 0 && alive.every(Boolean);
    },
    close: () => {
      closed = true;
      for (const session of sessions) session.destroy();
    },
  };
}
