import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a server, by the environment, as Go's net/http.ProxyFromEnvironment decides and so kubectl:
 * HTTPS_PROXY or HTTP_PROXY by the server's scheme, except for what NO_PROXY names and for this machine itself.
 */
export function proxyFromEnvironment(server: URL, env: Env): string | undefined {
  const pick = (name: string): string => env[name] || env[name.toLowerCase()] || '';
  const proxy = pick(server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '' || isLoopback(server)) return undefined;
  // In a CGI program HTTP_PROXY is a header that the web's client chose (golang.org/s/cgihttpproxy).
  if (server.protocol === 'http:' && (env.REQUEST_METHOD ?? '') !== '') return undefined;
  const excepted = pick('NO_PROXY')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  if (excepted.some((entry) => excepts(entry, server))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function isLoopback(server: URL): boolean {
  const host = hostOf(server);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** One entry of NO_PROXY: `*`, an address, a CIDR, `.sub.domain`, or a domain with all below it; a port narrows it. */
function excepts(entry: string, server: URL): boolean {
  if (entry === '*') return true;
  const host = hostOf(server);
  const slash = entry.indexOf('/');
  if (slash > 0) return inRange(host, entry.slice(0, slash), Number(entry.slice(slash + 1)));
  const { name, port } = splitPort(entry);
  if (port !== undefined && port !== (server.port || (server.protocol === 'https:' ? '443' : '80'))) return false;
  if (isIP(name) !== 0) return inRange(host, name, isIP(name) === 4 ? 32 : 128);
  const domain = name.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function splitPort(entry: string): { name: string; port: string | undefined } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(entry);
  if (match === null) return { name: entry.replace(/^\[|\]$/g, ''), port: undefined };
  return { name: match[1] ?? match[2] ?? '', port: match[3] };
}

function inRange(host: string, address: string, prefix: number): boolean {
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !(prefix >= 0 && prefix <= (family === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
