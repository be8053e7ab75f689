/**
 * A company's proxy: it wants a login, opens TLS with an authority of its own, speaks HTTP/1.1 alone, cuts connections that are idle,
 * and may keep back what comes of a watch.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as startTlsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createServerCertificate } from '../../src/sandbox/certificates.js';

export interface InspectingProxy {
  /** With its login. */
  readonly url: string;
  readonly port: number;
  /** PEM of the authority that it makes certificates with. */
  readonly ca: string;
  /** What was asked of servers, each as `GET /api`. */
  readonly asked: readonly string[];
  /** Connections that it cut. */
  readonly cuts: () => number;
  close(): void;
}

export interface InspectingProxyOptions {
  /** PEM of the authority of the servers behind it. */
  readonly upstreamCa: string;
  /** After so long without a byte it cuts a connection, ms. */
  readonly idleMs: number;
  /** Lets no aggregated discovery through: what a server before 1.26 answers. */
  readonly isOld?: boolean;
}

const LOGIN = 'jane:p@ss';

/** Starts it on a free port. */
export async function startInspectingProxy({
  upstreamCa,
  idleMs,
  isOld = false,
}: InspectingProxyOptions): Promise<InspectingProxy> {
  const { cert, key, ca } = createServerCertificate(['localhost', '127.0.0.1'], Date.now());
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let cuts = 0;
  const inside = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (isOld && /^\/apis?(\?|$)/.test(request.url ?? '')) request.headers.accept = 'application/json';
    forward(request, response, upstreamCa);
  });
  // Its own time-outs are not meant.
  inside.keepAliveTimeout = 0;
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, socket: Socket) => {
    const expected = `Basic ${Buffer.from(LOGIN).toString('base64')}`;
    if (request.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
      return;
    }
    sockets.add(socket);
    socket.setTimeout(idleMs, () => {
      cuts += 1;
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const opened = new TLSSocket(socket, { isServer: true, cert, key, ALPNProtocols: ['http/1.1'] });
    opened.on('error', () => undefined);
    Object.assign(opened, { upstream: request.url });
    inside.emit('connection', opened);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://${LOGIN.split(':').map(encodeURIComponent).join(':')}@127.0.0.1:${port}`,
    port,
    ca,
    asked,
    cuts: () => cuts,
    close: () => {
      for (const socket of sockets) socket.destroy();
      inside.close();
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

function forward(request: IncomingMessage, response: ServerResponse, ca: string): void {
  const [host, port] = ((request.socket as Socket & { readonly upstream?: string }).upstream ?? '').split(':');
  const { method, url: path, headers } = request;
  const onward = startTlsRequest({ host, port, method, path, headers, ca }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
