import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { dial, type DialTarget } from './dial.js';
import { TransportError, type Transport } from './http.js';
import { createHttp1Transport } from './http1Transport.js';
import { createHttp2Transport } from './http2Transport.js';
import { faultOfProxy } from './proxyTunnel.js';
import { proxyHeaders } from './proxyUrl.js';
import type { Timing } from './timing.js';

/**
 * Connects, and speaks HTTP/2 where the server offers it (ALPN), HTTP/1.1 otherwise.
 * @param targetNow asked before each connection: files of certificates may have been renewed since the last one
 * @param authority host and port, as in the URL
 */
export async function openTransport(
  targetNow: () => Promise<DialTarget>,
  authority: string,
  timing: Timing,
): Promise<Transport> {
  const target = await targetNow();
  const { proxy } = target;
  if (target.tls === undefined && (proxy?.protocol === 'http:' || proxy?.protocol === 'https:')) {
    return openPlainProxied({ ...target, proxy }, authority, timing);
  }
  const dialNow = async (): Promise<Socket> => dial(await targetNow(), timing.connectMs);
  // Whoever spoke HTTP/1.1 once is offered nothing else: of several servers behind one address another one may speak HTTP/2.
  const dialHttp1 = async (): Promise<Socket> => dial(withHttp1Alone(await targetNow()), timing.connectMs);
  const first = await dial(target, timing.connectMs);
  if (!speaksHttp2(first)) return createHttp1Transport(first, authority, dialHttp1);
  const http2 = createHttp2Transport(first, authority, timing, async () => {
    const socket = await dialNow();
    if (speaksHttp2(socket)) return socket;
    if (isClosed || http1 !== undefined) socket.destroy();
    else http1 = createHttp1Transport(socket, authority, dialHttp1);
    throw new TransportError('server', 'ERR_ALPN', 'the server spoke HTTP/2 before and does no more');
  });
  let http1: Transport | undefined;
  let isClosed = false;
  return {
    send: (request) => (http1 ?? http2).send(request),
    renew: () => (http1 ?? http2).renew(),
    close: () => {
      isClosed = true;
      http1?.close();
      http2.close();
    },
  };
}

function withHttp1Alone(target: DialTarget): DialTarget {
  return target.tls === undefined ? target : { ...target, tls: { ...target.tls, ALPNProtocols: ['http/1.1'] } };
}

function speaksHttp2(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.alpnProtocol === 'h2';
}

/** A plain-text request goes to the proxy as it is, with the whole URL in it: most proxies refuse CONNECT to port 80. */
async function openPlainProxied(
  { proxy }: DialTarget & { readonly proxy: URL },
  authority: string,
  timing: Timing,
): Promise<Transport> {
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  // SNI holds names only (RFC 6066).
  const tls = proxy.protocol === 'https:' ? { host, ...(isIP(host) === 0 ? { servername: host } : {}) } : undefined;
  const port = Number(proxy.port || (tls === undefined ? 80 : 443));
  const connect = (): Promise<Socket> =>
    dial({ host, port, tls, proxy: undefined }, timing.connectMs).catch((error: unknown) => {
      throw faultOfProxy(error);
    });
  const through = { pathPrefix: `http://${authority}`, headers: proxyHeaders(proxy) };
  return createHttp1Transport(await connect(), authority, connect, through);
}
