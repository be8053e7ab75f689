import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { codeOf, TransportError } from './http.js';
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
      return connectTunnel(await openProxy(proxyHost, Number(proxy.port || 80), opened), proxy, host, port);
    case 'https:': {
      const plain = await openProxy(proxyHost, Number(proxy.port || 443), opened);
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
      return connectSocks(await openProxy(at.host, at.port, opened), at, host, port);
    }
  }
}

/** What the server is blamed for otherwise: nothing listens there, its name does not resolve. */
async function openProxy(host: string, port: number, opened: (socket: Socket) => void): Promise<Socket> {
  try {
    return await openTcp(host, port, opened);
  } catch (error) {
    throw new TransportError('nothing', 'PROXY_UNREACHABLE', `the proxy cannot be reached (${codeOf(error)})`, error);
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
