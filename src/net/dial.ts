import type { Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { KapplyError } from '../errors.js';
import { codeOf, TransportError } from './http.js';
import { connectThroughProxy, faultOfProxy } from './proxyTunnel.js';
import { startTls, openTcp } from './socket.js';

/** Where a connection goes. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** undefined: plain text. */
  readonly tls: ConnectionOptions | undefined;
  readonly proxy: URL | undefined;
  /** Called with the server's address as soon as it is connected to; what it throws ends the connection. */
  readonly onConnect?: (address: string) => void;
}

/**
 * A connected socket: TCP, through the proxy where there is one, and TLS on top where the server has it.
 * Rejects with a TransportError that reached 'nothing'.
 */
export async function dial(target: DialTarget, timeoutMs: number): Promise<Socket | TLSSocket> {
  const opened: { destroy(): void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isAtProxy = target.proxy !== undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const late = new TransportError('nothing', 'ETIMEDOUT', 'connecting timed out');
    timer = setTimeout(() => reject(isAtProxy ? faultOfProxy(late) : late), timeoutMs);
  });
  const tunnelled = (): void => void (isAtProxy = false);
  try {
    return await Promise.race([open(target, (socket) => opened.push(socket), tunnelled), tooLate]);
  } catch (error) {
    for (const socket of opened) socket.destroy();
    if (error instanceof TransportError || error instanceof KapplyError) throw error;
    throw new TransportError('nothing', codeOf(error), 'no connection', error);
  } finally {
    clearTimeout(timer);
  }
}

async function open(
  target: DialTarget,
  opened: (socket: Socket) => void,
  tunnelled: () => void,
): Promise<Socket | TLSSocket> {
  const socket =
    target.proxy === undefined
      ? await openTcp(target.host, target.port, opened)
      : await connectThroughProxy(target.proxy, target, opened);
  tunnelled();
  if (target.proxy === undefined) target.onConnect?.(socket.remoteAddress ?? '');
  return target.tls === undefined ? socket : await startTls(socket, target.tls, opened);
}
