/** Serves container logs where the API server asks a kubelet for them: GET /containerLogs/NAMESPACE/POD/CONTAINER. */
import { createServer } from 'node:https';

export interface LogServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `read` answers undefined where the container never started. `previous` asks for the run before the last restart. */
export async function startLogServer(
  certificate: { readonly cert: string; readonly key: string },
  read: (namespace: string, pod: string, container: string) => readonly string[] | undefined,
): Promise<LogServer> {
  /** When each log was asked for first: all of its lines have this time. */
  const times = new Map<string, string>();
  const server = createServer(certificate, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://kubelet');
    const [, verb, namespace, pod, container] = url.pathname.split('/').map(decodeURIComponent);
    const lines =
      verb === 'containerLogs' && namespace !== undefined && pod !== undefined && container !== undefined
        ? read(namespace, pod, container)
        : undefined;
    if (lines === undefined) {
      response.writeHead(404).end(`container "${container ?? ''}" in pod "${pod ?? ''}" is not available\n`);
      return;
    }
    const tail = url.searchParams.get('tailLines');
    const shown = tail === null ? lines : lines.slice(Math.max(0, lines.length - Number(tail)));
    if (!times.has(url.pathname)) times.set(url.pathname, new Date().toISOString().replace('Z', '000000Z'));
    const prefix = url.searchParams.get('timestamps') === 'true' ? `${times.get(url.pathname) ?? ''} ` : '';
    response.writeHead(200, { 'content-type': 'text/plain' }).end(shown.map((line) => `${prefix}${line}\n`).join(''));
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
