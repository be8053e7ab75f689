import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { isCertificateFailure } from './explainFailure.js';
import { codeOf, TransportError } from './http.js';
import { loginOf, proxyHeaders } from './proxyUrl.js';
import { startTls, openTcp } from './socket.js';

/** Nothing listens there, its name does not resolve, or there is no way to it. */
const NOT_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A socket to `host:port` through an HTTP (CONNECT), HTTPS or SOCKS5 proxy. Rejects with what is the proxy's fault. */
export async function connectThroughProxy(...[proxy, target, opened]: Parameters<typeof openTunnel>): Promise<Socket> {
  try {
    return await openTunnel(proxy, target, opened);
  } catch (error) {
    throw faultOfProxy(error);
  }
}

/**
 * Whatever fails before there is a tunnel: the server behind it was not even asked for, and its port, its certificate and its name are
 * in order. How it failed is in the message, for `failureWords`.
 */
export function faultOfProxy(error: unknown): TransportError {
  if (error instanceof TransportError && error.code.startsWith('PROXY_')) return error;
  const code = codeOf(error);
  const kind = NOT_THERE.has(code)
    ? 'PROXY_UNREACHABLE'
    : isCertificateFailure(code)
      ? 'PROXY_CERTIFICATE'
      : 'PROXY_BROKEN';
  const how = code === 'ETIMEDOUT' ? 'there was no answer in time' : code || 'it hung up';
  return new TransportError('nothing', kind, how, error);
}

async function openTunnel(
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
      return connectSocks(await openTcp(at.host, at.port, opened), at, host, port);
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
  return new TransportError('nothing', code, `it answered ${status ?? 0} to CONNECT`);
}
