/**
 * A relay in front of a real API server that ends TLS, so that it can do to requests what the sandbox does on demand: refuse
 * them, cut them, hold them back. Before it stands one that knows bytes alone, for connections that fall silent.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRelay as startByteRelay } from '../../bench/relay.js';
import { makeAuthenticator } from '../../src/cluster/auth/authenticatorFor.js';
import { readPem } from '../../src/cluster/auth/certificateFiles.js';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/loadKubeconfig.js';
import { resolveTarget } from '../../src/cluster/kubeconfig/resolveTarget.js';
import { linesOf } from '../../src/cluster/requests/linesOf.js';
import { TransportError, type HttpResponse, type HttpRequest } from '../../src/net/http.js';
import { openTransport } from '../../src/net/openTransport.js';
import { readBytes } from '../../src/net/readBody.js';
import { defaultTiming } from '../../src/net/timing.js';
import { tlsOptions } from '../../src/net/tlsOptions.js';
import { createServerCertificate } from '../../src/sandbox/certificates.js';
import { createFaults } from '../../src/sandbox/faults.js';
import { header, type Answer } from '../../src/sandbox/http/exchange.js';
import { serve, type AnswerRequest } from '../../src/sandbox/http/server.js';
import type { Faults } from '../../src/sandbox/index.js';
import { kubeconfigOf } from '../../src/sandbox/kubeconfig.js';
import { StatusError } from '../../src/sandbox/status.js';
import type { FaultCase, Wire } from '../../test/hostile/faultCases.js';

export interface Relay extends Wire {
  readonly faults: Faults;
  /** The path of a kubeconfig that goes through the relay, with the rights of the one that the relay got. */
  kubeconfig(credentials: FaultCase['credentials']): Promise<string>;
  close(): Promise<void>;
}

const EXEC_VERSION = 'client.authentication.k8s.io/v1';
const MOST_BYTES = 256 << 20;
/** What belongs to one connection, and what is the relay's own business. */
const NOT_RELAYED = new Set(['connection', 'host', 'authorization', 'accept-encoding', 'content-length']);

/** Starts a relay to the server of a kubeconfig; its files go into the folder. */
export async function startRelay(kubeconfig: string, folder: string): Promise<Relay> {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const upstream = await openUpstream(kubeconfig, closing.signal);
  const certificate = createServerCertificate(['localhost', '127.0.0.1'], Date.now());
  const faults = createFaults();
  const newToken = (): string => randomBytes(16).toString('hex');
  let token = '';
  const tokenFile = join(folder, 'token');
  const plugin = join(folder, 'plugin.json');
  const rotateToken = (): void => {
    const next = newToken();
    const credential = { kind: 'ExecCredential', apiVersion: EXEC_VERSION, status: { token: next } };
    writeFileSync(plugin, JSON.stringify(credential));
    writeFileSync(tokenFile, next);
    token = next;
  };
  rotateToken();

  const answer: AnswerRequest = async (request) => {
    if (header(request.headers, 'authorization') !== `Bearer ${token}`)
      throw new StatusError(401, 'Unauthorized', 'Unauthorized', {});
    return answerOf(request.query.has('watch'), await upstream.send(request));
  };
  const tls = await serve({ answer, now: Date.now, certificate, faults, host: '127.0.0.1', port: 0 });
  const wire = await startByteRelay('127.0.0.1', tls.port, 0);
  const server = `https://127.0.0.1:${wire.port}`;
  return {
    faults,
    swallow: () => wire.swallow(),
    rotateToken,
    kubeconfig: async (credentials) => {
      const config = kubeconfigOf({ server, ca: certificate.ca, token });
      const exec = { apiVersion: EXEC_VERSION, command: 'cat', args: [plugin], interactiveMode: 'Never' };
      const user = { file: { tokenFile }, plugin: { exec }, none: { token } }[credentials ?? 'none'];
      const path = join(folder, `kubeconfig-${credentials ?? 'token'}`);
      await writeFile(path, JSON.stringify({ ...config, users: [{ name: 'kapply-sandbox', user }] }));
      return path;
    },
    close: async () => {
      closing.abort();
      upstream.close();
      await wire.close();
      await tls.close();
    },
  };
}

type Forwarded = Parameters<AnswerRequest>[0];

/** The server itself, as the user of the kubeconfig. */
async function openUpstream(
  kubeconfig: string,
  signal: AbortSignal,
): Promise<{ readonly send: (request: Forwarded) => Promise<HttpResponse>; readonly close: () => void }> {
  const target = resolveTarget(await loadKubeconfig({ kubeconfig, env: {} }), {});
  if (target === undefined) throw new Error(`${kubeconfig} names no server`);
  const { server, cluster } = target;
  const ca = await readPem(cluster.caFile, cluster.caData, 'the certificate authority');
  const authenticator = await makeAuthenticator(target, {
    ...{ env: {}, interactive: false, now: Date.now, warn: () => undefined, signal, ca },
  });
  const { authorization, cert, key } = await authenticator.current();
  const tls = tlsOptions({ host: server.hostname, serverName: cluster.tlsServerName, ca, insecure: false, cert, key });
  const dialTarget = { host: server.hostname, port: Number(server.port || 443), tls, proxy: undefined };
  const transport = await openTransport(() => Promise.resolve(dialTarget), server.host, defaultTiming);
  return {
    send: ({ method, path, query, headers, body }) => {
      const kept = Object.entries(headers).filter(([name]) => !name.startsWith(':') && !NOT_RELAYED.has(name));
      const search = query.toString();
      return transport.send({
        method: method as HttpRequest['method'],
        path: search === '' ? path : `${path}?${search}`,
        headers: {
          ...(Object.fromEntries(kept) as HttpRequest['headers']),
          ...(authorization !== undefined && { authorization }),
        },
        ...(body !== '' && { body }),
        signal,
      });
    },
    close: () => transport.close(),
  };
}

/** What the server answered, as the front sends it: a watch line by line, anything else as a whole. */
async function answerOf(isWatch: boolean, response: HttpResponse): Promise<Answer> {
  const { status, body } = response;
  const headers = Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      name.startsWith(':') || NOT_RELAYED.has(name) || value === undefined ? [] : [[name, value]],
    ),
  );
  if (!isWatch || status !== 200)
    return { code: status, headers, body: (await readBytes(response, MOST_BYTES)).toString() };
  return {
    code: status,
    headers,
    stream: ({ write, end }) => {
      const pass = async (): Promise<void> => {
        for await (const line of linesOf(body)) write(JSON.parse(line));
      };
      pass().then(end, (error: unknown) => {
        if (!(error instanceof TransportError) && !body.destroyed) throw error;
        end();
      });
      return () => void body.destroy();
    },
  };
}
