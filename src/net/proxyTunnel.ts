import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { TransportError } from './http.js';
import { loginOf, proxyHeaders } from './proxyUrl.js';
import { startTls, openTcp } from './socket.js';

/** A socket to `host:port` through an HTTP (CONNECT), HTTPS or SOCKS5 proxy. */
export async function connectThroughProxy(
  proxy: URL,
  target: { readonly host: string; readonly port: number; readonly tls: ConnectionOptions | undefined },
  opened: (socket: Socket) => void,
): Promise<Socket> {
  const { host, port } = target;
  const proxyHost = proxy.hostname.replace(/^\[|\]$/g, '');
  switch (proxy.protocol) {
    case 'http:':
      return connectTunnel(await openTcp(proxyHost, Number(proxy.port || 80), opened), proxy, host, port);
    case 'https:': {
      const plain = await openTcp(proxyHost, Number(proxy.port || 443), opened);
      // Go's transport, and so kubectl, checks an HTTPS proxy with what the server is checked with.
      const { secureContext, rejectUnauthorized } = target.tls ?? {};
      const options: ConnectionOptions = {
        host: proxyHost,
        ...(isIP(proxyHost) === 0 ? { servername: proxyHost } : {}),
        ...(secureContext === undefined ? {} : { secureContext }),
        ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      };
      const tls = await startTls(plain, options, opened);
      return connectTunnel(tls, proxy, host, port);
    }
    default: {
      // Loaded only where a SOCKS proxy is in use.
      const { connectSocks } = await import('./socksTunnel.js');
      const at = { host: proxyHost, port: Number(proxy.port || 1080), ...loginOf(proxy) };
      const socket = await connectSocks(at, host, port);
      opened(socket);
      return socket;
    }
  }
}

/** RFC 9110 CONNECT. */
function connectTunnel(socket: Socket, proxy: URL, host: string, port: number): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const headers = { host: authority, ...proxyHeaders(proxy) };
  return new Promise((resolve, reject) => {
    const asked = request({ method: 'CONNECT', path: authority, headers, createConnection: () => socket });
    asked.once('error', reject);
    asked.once('response', (response) => {
      response.resume();
      reject(refused(response.statusCode));
    });
    asked.once('connect', (response, tunnel: Socket, head) => {
      if (response.statusCode !== 200) {
        reject(refused(response.statusCode));
        return;
      }
      if (head.length > 0) tunnel.unshift(head);
      resolve(tunnel);
    });
    asked.end();
  });
}

function refused(status: number | undefined): TransportError {
  const code = status === 407 ? 'PROXY_LOGIN_NEEDED' : 'PROXY_REFUSED';
  return new TransportError('nothing', code, `the proxy answered ${status ?? 0} to CONNECT`);
}
