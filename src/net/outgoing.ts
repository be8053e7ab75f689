/** Requests to servers other than the API server: web files and identity providers, by the same way out as everything. */
import { boundSignal, orAborted } from './abort.js';
import type { DialTarget } from './dial.js';
import { TransportError, type HttpRequest } from './http.js';
import { proxyFromEnvironment } from './proxyFromEnvironment.js';
import { basicAuthorization, loginOf, parseProxyUrl } from './proxyUrl.js';
import { openTransport } from './openTransport.js';
import { readBytes } from './readBody.js';
import { defaultTiming } from './timing.js';
import { tlsOptions } from './tlsOptions.js';
import { usualRoots } from './usualRoots.js';

export interface OutgoingRequest {
  /** GET unless told otherwise. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: HttpRequest['headers'];
  readonly body?: string;
  /** PEM that the server's certificate must be signed with; undefined: what the machine trusts. */
  readonly ca?: string | undefined;
  /** For the whole of it, redirects included, in ms. */
  readonly timeoutMs: number;
  /** Of the body, after unpacking. */
  readonly mostBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called before a redirect is followed; what it throws ends the request. */
  readonly onRedirect?: (from: URL, to: URL) => void;
  /**
   * Called with the address that was connected to, before anything is sent to it; what it throws ends the request. Not
   * called where a proxy connects for us.
   * @param hop 0 for the first request, 1 after the first redirect
   */
  readonly onConnect?: (address: string, hop: number) => void;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

/**
 * Sends one request and reads its whole answer, whatever its status. GETs follow up to 10 redirects, as Go's client does.
 * @throws TransportError where there is no answer (`explainFailure` has the words), KapplyError for a proxy or a header
 * that cannot be used, what the hooks throw, and the signal's reason
 */
export type Outgoing = (url: URL, request: OutgoingRequest) => Promise<OutgoingAnswer>;

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** @param env proxies (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) and roots (SSL_CERT_FILE, SSL_CERT_DIR), as in Go */
export function createOutgoing(env: Readonly<Record<string, string | undefined>>): Outgoing {
  let roots: Promise<string[]> | undefined;
  const rootsOnce = (): Promise<string[]> => (roots ??= usualRoots(env));
  return async (url, request) => {
    const bounded = boundSignal([request.signal], request.timeoutMs);
    try {
      return await orAborted(follow(url, request, env, rootsOnce, bounded.signal), bounded.signal);
    } finally {
      bounded.release();
    }
  };
}

async function follow(
  url: URL,
  request: OutgoingRequest,
  env: Readonly<Record<string, string | undefined>>,
  roots: () => Promise<string[]>,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  let at = url;
  for (let hop = 0; ; hop += 1) {
    const target = await dialTarget(at, request, env, roots, hop);
    const { location, ...answer } = await exchange(at, target, request, hop, signal);
    if (location === undefined || (request.method ?? 'GET') !== 'GET') return answer;
    if (hop >= MOST_REDIRECTS) throw new TransportError('perhaps', 'ETOOMANYREDIRECTS', 'it redirects for ever');
    const next = URL.canParse(location, at.href) ? new URL(location, at.href) : undefined;
    if (next === undefined || !/^https?:$/.test(next.protocol))
      throw new TransportError('perhaps', 'EBADREDIRECT', 'it redirects to what is no web address');
    request.onRedirect?.(at, next);
    at = next;
  }
}

async function dialTarget(
  url: URL,
  { ca, onConnect }: OutgoingRequest,
  env: Readonly<Record<string, string | undefined>>,
  roots: () => Promise<string[]>,
  hop: number,
): Promise<DialTarget> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const proxy = proxyFromEnvironment(url, env);
  return {
    host,
    port: Number(url.port || (isTls ? 443 : 80)),
    proxy: proxy === undefined ? undefined : parseProxyUrl(proxy),
    tls: isTls
      ? tlsOptions({
          host,
          serverName: undefined,
          ca: ca ?? (await roots()),
          insecure: false,
          cert: undefined,
          key: undefined,
          protocols: ['http/1.1'],
        })
      : undefined,
    ...(onConnect === undefined ? {} : { onConnect: (address: string) => onConnect(address, hop) }),
  };
}

async function exchange(
  url: URL,
  target: DialTarget,
  request: OutgoingRequest,
  hop: number,
  signal: AbortSignal,
): Promise<OutgoingAnswer & { readonly location: string | undefined }> {
  const transport = await openTransport(() => Promise.resolve(target), url.host, defaultTiming);
  try {
    const login = loginOf(url);
    const response = await transport.send({
      method: request.method ?? 'GET',
      path: url.pathname + url.search,
      headers: {
        accept: '*/*',
        ...(login === undefined ? {} : { authorization: basicAuthorization(login) }),
        // What was meant for the first server is not handed to the next one.
        ...(hop === 0 ? request.headers : {}),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    const { status, headers } = response;
    const location = REDIRECTS.has(status) ? headers.location : undefined;
    const body = await readBytes(response, request.mostBytes);
    return { status, body, url, location };
  } finally {
    transport.close();
  }
}
