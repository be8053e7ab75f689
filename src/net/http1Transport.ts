import { Agent, request as startRequest, type ClientRequestArgs, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { wireHeaders } from './headers.js';
import { codeOf, TransportError, type HttpRequest, type HttpResponse, type Transport } from './http.js';

/** HTTP/1.1 over kept-alive connections that `dialAgain` makes; `first` is used for the first request. */
export function createHttp1Transport(
  first: Socket,
  authority: string,
  dialAgain: () => Promise<Socket>,
  /** For a plain-text proxy: what comes before the path (`http://host:port`), and its login. */
  through: { readonly pathPrefix: string; readonly headers: HttpRequest['headers'] } = { pathPrefix: '', headers: {} },
): Transport {
  let unused: Socket | undefined = first;
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 30_000, scheduling: 'lifo' });
  agent.createConnection = (_options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void) => {
    const ready = unused;
    unused = undefined;
    if (ready !== undefined && !ready.destroyed) return ready;
    dialAgain().then(
      (socket) => callback?.(null, socket),
      (error: unknown) => callback?.(error as Error, undefined as never),
    );
    return undefined;
  };

  return {
    send: (request) =>
      send(agent, authority, {
        ...request,
        path: through.pathPrefix + request.path,
        headers: { ...request.headers, ...through.headers },
      }),
    renew: () => {
      // Idle ones went silent with the one that was waited on; of those in use, each request has its own time-out.
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
      return Promise.resolve(false);
    },
    close: () => {
      unused?.destroy();
      agent.destroy();
    },
  };
}

function send(agent: Agent, authority: string, request: HttpRequest): Promise<HttpResponse> {
  const { method, path, body, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const headers: OutgoingHttpHeaders = { host: authority, ...wireHeaders(request.headers) };
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
    const outgoing = startRequest({ agent, method, path, headers });
    const abort = (): void => {
      reject(signal?.reason as Error);
      outgoing.destroy(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
    outgoing.on('error', (error) => {
      reject(
        error instanceof TransportError
          ? error
          : new TransportError('perhaps', codeOf(error) || 'ECONNRESET', 'the connection broke', error),
      );
    });
    outgoing.once('close', () => signal?.removeEventListener('abort', abort));
    outgoing.once('response', (incoming) => {
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
    });
    outgoing.end(body);
  });
}
