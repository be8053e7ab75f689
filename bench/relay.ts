/** A TCP relay that makes a server seem far away: every byte arrives late, none is lost, and bandwidth is unlimited. */
import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Bytes relayed so far, both ways. */
  readonly bytes: number;
  /** From now on the connections of now relay nothing, and neither end hears of it. New ones work. */
  swallow(): void;
  close(): Promise<void>;
}

/** Relays to `host:port`; each direction takes `delayMs`, so that a round trip takes twice as long. */
export async function startRelay(host: string, port: number, delayMs: number): Promise<Relay> {
  let connections = 0;
  let bytes = 0;
  const open = new Set<Socket>();
  const silent = new WeakSet<Socket>();

  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      setTimeout(() => to.writable && !silent.has(to) && to.write(chunk), delayMs);
    });
    from.on('end', () => setTimeout(() => silent.has(to) || to.end(), delayMs));
    from.on('close', () => {
      open.delete(from);
      setTimeout(() => silent.has(to) || to.destroy(), delayMs);
    });
    // The other end hears of it by the close that follows.
    from.on('error', () => undefined);
  };

  const server = createServer({ noDelay: true }, (near) => {
    connections++;
    const far = connect({ host, port, noDelay: true });
    open.add(near).add(far);
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    get bytes() {
      return bytes;
    },
    swallow: () => open.forEach((socket) => silent.add(socket)),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
