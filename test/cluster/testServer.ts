import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { testCertificate, type CertificateOptions } from './testCertificates.js';

/** One request as a handler sees it. */
export interface TestRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** How many requests of this method and path came, this one included. */
  readonly count: number;
  /** For answers that take their time, or never end. */
  readonly response: ServerResponse | Http2ServerResponse;
  /** The common name of the client's certificate. */
  readonly clientName: string | undefined;
  /** Breaks this request off without an answer (RST_STREAM, or the connection's end). */
  readonly reset: (code?: number) => void;
}

export interface TestAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** A string or bytes as they are; anything else as JSON. */
  readonly body?: unknown;
}

/** undefined: the handler answers by itself. */
export type TestHandler = (request: TestRequest) => TestAnswer | undefined | Promise<TestAnswer | undefined>;

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** PEM to trust. */
  readonly ca: string;
  readonly requests: TestRequest[];
  /** Of HTTP/2, in the order in which they came. */
  readonly sessions: ServerHttp2Session[];
  /** Connections made. */
  readonly connections: () => number;
  handle: TestHandler;
  close(): Promise<void>;
}

export interface TestServerOptions extends CertificateOptions {
  readonly protocol?: 'h2' | 'https' | 'http';
  /** A free one by default. */
  readonly port?: number;
}

/** An API server as far as a test needs one, on a free port. */
export async function startTestServer(handle: TestHandler, options: TestServerOptions = {}): Promise<TestServer> {
  const { protocol = 'h2', port: wanted = 0, ...certificateOptions } = options;
  const certificate = await testCertificate(certificateOptions);
  const requests: TestRequest[] = [];
  const sessions: ServerHttp2Session[] = [];
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  let connections = 0;

  const receive = async (
    incoming: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://server');
    const key = `${incoming.method ?? ''} ${url.pathname}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const request: TestRequest = {
      method: incoming.method ?? '',
      url,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      count: counts.get(key) ?? 0,
      response,
      clientName: clientNameOf(incoming),
      reset: (code) => {
        if ('stream' in response) response.stream.close(code);
        else incoming.socket.destroy();
      },
    };
    requests.push(request);
    const answer = await server.handle(request);
    if (answer === undefined) return;
    const { status = 200, headers = {}, body = '' } = answer;
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const all = { 'content-type': raw ? 'text/plain' : 'application/json', ...headers };
    if ('stream' in response) response.writeHead(status, all).end(raw ? body : JSON.stringify(body));
    else response.writeHead(status, all).end(raw ? body : JSON.stringify(body));
  };
  const listener = (
    incoming: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void => {
    // A request that was broken off on purpose.
    receive(incoming, response).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    });
  };

  const tls = {
    cert: certificate.cert,
    key: certificate.key,
    ca: certificate.cert,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const listening =
    protocol === 'http'
      ? createPlain(listener)
      : protocol === 'https'
        ? createHttps(tls, listener)
        : createSecureServer(tls, listener).on('session', (session) => sessions.push(session));
  listening.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => listening.listen(wanted, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;

  const server: TestServer = {
    url: `${protocol === 'http' ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    ca: certificate.cert,
    requests,
    sessions,
    connections: () => connections,
    handle,
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
  return server;
}

function clientNameOf(incoming: IncomingMessage | Http2ServerRequest): string | undefined {
  // The socket of an HTTP/2 session is a proxy that has no properties, only gives them.
  const socket = ('stream' in incoming ? incoming.stream.session?.socket : incoming.socket) as Partial<TLSSocket>;
  const name = socket.getPeerCertificate?.().subject as { CN?: string } | undefined;
  return name?.CN;
}

/** A server without any kinds: what discovery needs to be content. */
export const emptyDiscovery: TestHandler = ({ url }) => ({
  body: url.pathname.endsWith('/api') ? { kind: 'APIVersions', versions: [] } : { kind: 'APIGroupList', groups: [] },
});
