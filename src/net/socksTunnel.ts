/** A SOCKS 5 proxy. In a file of its own because it brings a library with it that few need. */
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import { TransportError } from './http.js';

export interface SocksProxy {
  readonly host: string;
  readonly port: number;
  readonly userId?: string;
  readonly password?: string;
}

/**
 * Asks the proxy, over a connection to it, for one to the host and port; it resolves the name.
 * @throws TransportError that reached 'nothing'
 */
export async function connectSocks(connected: Socket, proxy: SocksProxy, host: string, port: number): Promise<Socket> {
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      existing_socket: connected,
      proxy: { ...proxy, type: 5 },
      destination: { host, port },
      set_tcp_nodelay: true,
    });
    return socket;
  } catch (error) {
    const how = error instanceof Error ? error.message : '';
    throw new TransportError('nothing', codeFor(how), how, error);
  }
}

/** What the library throws has nothing but its words (socks, common/constants). */
function codeFor(how: string): string {
  if (/authentication/i.test(how)) return 'PROXY_LOGIN_NEEDED';
  return how.startsWith('Socks5 proxy rejected connection') ? 'PROXY_REFUSED' : 'PROXY_BROKEN';
}
