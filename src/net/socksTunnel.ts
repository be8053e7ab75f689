/** A SOCKS 5 proxy. In a file of its own because it brings a library with it that few need. */
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';

export interface SocksProxy {
  readonly host: string;
  readonly port: number;
  readonly userId?: string;
  readonly password?: string;
}

/** A connection to the host and port by way of the proxy, which resolves the name. */
export async function connectSocks(proxy: SocksProxy, host: string, port: number): Promise<Socket> {
  const { socket } = await SocksClient.createConnection({
    command: 'connect',
    proxy: { ...proxy, type: 5 },
    destination: { host, port },
    set_tcp_nodelay: true,
  });
  return socket;
}
