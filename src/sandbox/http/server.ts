import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerCertificate } from '../certificates.js';
import type { Fault, FaultPlan, RequestRecord } from '../faults.js';
import { expired, StatusError } from '../status.js';
import { StoreError } from '../store.js';
import type { Answer, Exchange, Incoming, Outgoing } from './exchange.js';
import { parseRequest } from './requestInfo.js';
import { sendAnswer } from './send.js';

/** Answers one request, or throws a StatusError. `warn` adds a Warning header. */
export type AnswerRequest = (request: Omit<Exchange, 'user'>, warn: (text: string) => void) => Answer | Promise<Answer>;

export interface ServerOptions {
  /** The API behind it: the sandbox's, or another server that it is relayed to. */
  readonly answer: AnswerRequest;
  /** The server's clock, in ms since the epoch. */
  readonly now: () => number;
  readonly certificate: ServerCertificate;
  readonly faults: FaultPlan;
  readonly host: string;
  readonly port: number;
}

export interface ApiServer {
  readonly port: number;
  close(): Promise<void>;
}

const LARGEST_BODY = 3 * 1024 * 1024;

/** Serves the API over TLS, HTTP/2 and HTTP/1.1 on one port. */
export async function serve(options: ServerOptions): Promise<ApiServer> {
  const { certificate } = options;
  const server = createSecureServer({
    key: certificate.key,
    cert: certificate.cert,
    allowHTTP1: true,
    settings: { maxConcurrentStreams: 250 },
    // In MB. With Node's default of 10, a client that reads some big lists at once is told to calm down.
    maxSessionMemory: 1000,
  });
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in the middle is no event.
    socket.on('error', () => undefined);
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => undefined);
  });
  let number = 0;
  server.on('request', (request: Incoming, response: Outgoing) => {
    number += 1;
    void respond(options, number, request, response);
  });
  await listening(server, options.port, options.host);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listening(server: Http2SecureServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function respond(options: ServerOptions, number: number, request: Incoming, response: Outgoing): Promise<void> {
  const { faults } = options;
  const url = new URL(request.url ?? '/', 'https://sandbox');
  const method = request.method ?? 'GET';
  const info = parseRequest(method, url.pathname, url.searchParams);
  const record: RequestRecord = {
    number,
    method,
    url: request.url ?? '/',
    verb: info?.verb ?? '',
    resource: info?.plural ?? '',
  };
  const bytes = await readBody(request);
  if (bytes === undefined) return;
  const hits = faults.hit(record);
  for (const fault of hits) {
    if (fault.kind === 'latency') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault.kind === 'meanwhile') fault.act();
  }
  if (hits.some((fault) => fault.kind === 'reset' && fault.when === 'before')) {
    cut(request);
    return;
  }
  const warnings: string[] = [];
  const exchange = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: bytes.toString(),
    bytes,
  };
  const answer = await answerTo(options, exchange, hits, warnings);
  if (hits.some((fault) => fault.kind === 'reset' && fault.when === 'after')) {
    cut(request);
    return;
  }
  sendAnswer(response, answer, { date: options.now(), warnings, faults: hits, cut: () => cut(request) });
}

/** Undefined where the client went away before it had sent everything. */
async function readBody(request: Incoming): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return size <= LARGEST_BODY ? Buffer.concat(chunks) : TOO_LARGE;
}

const TOO_LARGE = Buffer.from('\0');

async function answerTo(
  { answer }: ServerOptions,
  request: Omit<Exchange, 'user'>,
  hits: readonly Fault[],
  warnings: string[],
): Promise<Answer> {
  try {
    const refusal = hits.find((fault) => fault.kind === 'refuse');
    if (refusal !== undefined) return refusalAnswer(refusal);
    const expires = hits.some((fault) => fault.kind === 'expire');
    if (expires && ['continue', 'watch'].some((name) => request.query.has(name))) {
      throw expired('The provided continue parameter is too old to display a consistent list result.');
    }
    if (request.bytes === TOO_LARGE) {
      const message = `Request entity too large: limit is ${LARGEST_BODY}`;
      throw new StatusError(413, 'RequestEntityTooLarge', message, {});
    }
    return await answer(request, (text) => warnings.push(text));
  } catch (error) {
    return errorAnswer(error);
  }
}

const REASONS: Readonly<Record<number, string>> = {
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function refusalAnswer({ code, retryAfter, message = 'a fault was asked for' }: Fault & { kind: 'refuse' }): Answer {
  const details = retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter };
  const error = new StatusError(code, REASONS[code] ?? '', message, details);
  const headers = retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } };
  return { code, body: error.body, ...headers };
}

/** A fault of the server itself is answered like one of a real server, and shows what it was. */
function errorAnswer(error: unknown): Answer {
  if (error instanceof StatusError) return { code: error.code, body: error.body };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const known = error instanceof StoreError ? error.message : message;
  return { code: 500, body: new StatusError(500, 'InternalError', `Internal error occurred: ${known}`, {}).body };
}

/**
 * Cuts the connection, with all that is under way on it. Not at once: a request is handled within nghttp2's reading of the
 * session, and Node 20 corrupts its memory when the session is destroyed under it (seen: the process aborts).
 */
function cut(request: Incoming): void {
  setImmediate(() => {
    if ('stream' in request && request.stream.session !== undefined) request.stream.session.destroy();
    else request.socket.destroy();
  });
}
