import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { TransportError } from './http.js';

/** A TCP connection without Nagle's delay, kept alive: a watch may be silent for minutes. */
export function openTcp(host: string, port: number, opened: (socket: Socket) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
    opened(socket);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** TLS over a connected socket. */
export function startTls(
  socket: Socket,
  options: ConnectionOptions,
  opened: (socket: Socket) => void,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const tls = connectTls({ ...options, socket });
    opened(tls);
    const closed = (): void => {
      reject(new TransportError('nothing', 'ECONNRESET', 'the connection was closed during the TLS handshake'));
    };
    tls.once('error', reject);
    tls.once('close', closed);
    tls.once('secureConnect', () => {
      tls.off('error', reject);
      tls.off('close', closed);
      resolve(tls);
    });
  });
}
