import https from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Where a server under contract is. */
export interface ContractServer {
  readonly url: string;
  readonly token: string;
  /** PEM; without it the certificate is not checked. */
  readonly ca?: string;
}

export interface ContractAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

export interface ContractRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly token?: string;
}

export interface ContractClient {
  send(request: ContractRequest): Promise<ContractAnswer>;
  /** Reads the lines of a watch until `until` is content with them, or the server ends it. */
  watch(path: string, until: (events: readonly unknown[]) => boolean): Promise<readonly unknown[]>;
  close(): void;
}

const PATIENCE_MS = 10_000;

/** A client that knows nothing of Kubernetes, so that nothing of kapply stands between a case and the server. */
export function contractClient(server: ContractServer): ContractClient {
  const agent = new https.Agent({
    keepAlive: true,
    ...(server.ca === undefined ? { rejectUnauthorized: false } : { ca: server.ca }),
  });
  const open = ({ method, path, headers, body, token }: ContractRequest): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const request = https.request(`${server.url}${path}`, {
        agent,
        method,
        headers: {
          authorization: `Bearer ${token ?? server.token}`,
          'user-agent': 'contract/1.0',
          // Node sends no length of its own with a DELETE.
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
          ...headers,
        },
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end(text);
    });
  return {
    send: async (request) => {
      const response = await open(request);
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) };
    },
    watch: async (path, until) => {
      const response = await open({ method: 'GET', path });
      const events: unknown[] = [];
      const timer = setTimeout(
        () => response.destroy(new Error(`no more events of ${path} after ${JSON.stringify(events)}`)),
        PATIENCE_MS,
      );
      let rest = '';
      for await (const chunk of response) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown));
        if (until(events)) break;
      }
      clearTimeout(timer);
      return events;
    },
    close: () => agent.destroy(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
