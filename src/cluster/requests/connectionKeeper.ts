import type { Credentials } from '../auth/authenticator.js';
import type { Transport } from '../../net/http.js';

/** One transport for the credentials in use. */
export interface ConnectionKeeper {
  /** Made on first use; a new client certificate needs a new one. */
  get(credentials: Credentials): Promise<Transport>;
  close(): void;
}

/** Keeps one connection for each client certificate. */
export function keepConnection(open: (credentials: Credentials) => Promise<Transport>): ConnectionKeeper {
  let current: { readonly cert: string | undefined; readonly transport: Promise<Transport> } | undefined;
  const opened = new Set<Promise<Transport>>();
  return {
    get: (credentials) => {
      // What is in flight with the certificate before stays where it is: it was accepted.
      if (current === undefined || current.cert !== credentials.cert) {
        const entry = { cert: credentials.cert, transport: open(credentials) };
        current = entry;
        opened.add(entry.transport);
        entry.transport.catch(() => {
          opened.delete(entry.transport);
          if (current === entry) current = undefined;
        });
      }
      return current.transport;
    },
    close: () => {
      current = undefined;
      for (const transport of opened) {
        transport.then(
          (made) => made.close(),
          // Whoever waited for it was told.
          () => undefined,
        );
      }
    },
  };
}
