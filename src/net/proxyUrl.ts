/** Reading a proxy's URL, which may hold a password: it is never shown. */
import { inputError } from '../errors.js';

const PROTOCOLS = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** @throws KapplyError `InvalidProxy` (exit 2) */
export function parseProxyUrl(text: string): URL {
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy !== undefined && PROTOCOLS.has(proxy.protocol) && isEncoded(proxy.username) && isEncoded(proxy.password))
    return proxy;
  throw inputError('InvalidProxy', 'the proxy is not an http, https or socks5 URL', {
    suggestions: [
      'Check proxy-url in the kubeconfig, HTTPS_PROXY and HTTP_PROXY; in a password, % is written as %25 and @ as %40.',
    ],
  });
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

export interface Login {
  readonly userId: string;
  readonly password: string;
}

/** The login in a URL; undefined where it has none. */
export function loginOf({ username, password }: URL): Login | undefined {
  if (username === '' && password === '') return undefined;
  return { userId: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** RFC 7617. */
export function basicAuthorization({ userId, password }: Login): string {
  return `Basic ${Buffer.from(`${userId}:${password}`, 'utf8').toString('base64')}`;
}

/** What a proxy is shown of its login, as headers to spread. */
export function proxyHeaders(proxy: URL): { readonly 'proxy-authorization'?: string } {
  const login = loginOf(proxy);
  return login === undefined ? {} : { 'proxy-authorization': basicAuthorization(login) };
}
