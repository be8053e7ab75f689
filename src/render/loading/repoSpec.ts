/** Which git repository a resource path means, where it means one (api/internal/git/repospec.go). */
import { isAbsolute, posix } from 'node:path';

export interface RepoSpec {
  /** As written. */
  readonly raw: string;
  /** What git clones. */
  readonly url: string;
  /** The folder within the repository; '' for its root. */
  readonly path: string;
  /** The branch, tag or commit; '' for the repository's default. */
  readonly ref: string;
  readonly timeoutMs: number;
  readonly submodules: boolean;
}

const SCHEMES = ['ssh://', 'https://', 'http://', 'file://'];
const DEFAULT_TIMEOUT_MS = 27_000;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Whether git reads it from a folder of this machine. */
export function isOfThisMachine({ url }: RepoSpec): boolean {
  return url.toLowerCase().startsWith('file://');
}

/** Undefined where the text is no repository's address: then it is a path. */
export function parseRepoSpec(raw: string): RepoSpec | undefined {
  if (isAbsolute(raw)) return undefined;
  const question = raw.indexOf('?');
  const address = question < 0 ? raw : raw.slice(0, question);
  const host = parseHost(address.replace(/^git::/i, ''));
  if (host === undefined) return undefined;
  const parts = splitRepoPath(host.rest, host.scheme === 'file://');
  if (parts === undefined || parts.repo === '' || leavesRepo(parts.path)) return undefined;
  return {
    raw,
    url: host.prefix + parts.repo,
    path: parts.path.replace(/^\//, ''),
    ...parseQuery(question < 0 ? '' : raw.slice(question + 1)),
  };
}

function parseHost(address: string): { scheme: string; prefix: string; rest: string } | undefined {
  const scheme = SCHEMES.find((known) => address.toLowerCase().startsWith(known)) ?? '';
  const afterScheme = address.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? '';
  const rest = afterScheme.slice(user.length);
  const github = /^github\.com[/:]/i.test(rest);
  const scpStyle = scheme === '' && (user !== '' || github);
  if (scheme === '' && !scpStyle) return undefined;
  if (scheme === 'file://') return { scheme, prefix: scheme, rest: user + rest };

  let end = rest.indexOf('/');
  const colon = scpStyle ? rest.indexOf(':') : -1;
  if (scpStyle && (end < 0 || (colon > 0 && colon < end))) end = colon;
  const host = end < 0 ? rest : rest.slice(0, end + 1);
  const path = end < 0 ? '' : rest.slice(end + 1);
  if (github) {
    const viaSsh = scheme === 'ssh://' || user !== '';
    return { scheme, prefix: viaSsh ? `${user}github.com:` : 'https://github.com/', rest: path };
  }
  return host === '' ? undefined : { scheme, prefix: scheme + user + host, rest: path };
}

/** Where the repository ends and the folder in it begins: at `_git/NAME`, `//` or `.git`, else after `org/repo`. */
function splitRepoPath(path: string, wholeIsRepo: boolean): { repo: string; path: string } | undefined {
  const azure = path.indexOf('_git/');
  if (azure >= 0) {
    const [name = '', ...rest] = path.slice(azure + 5).split('/');
    return { repo: path.slice(0, azure + 5) + name, path: rest.join('/') };
  }
  const slashes = path.indexOf('//');
  if (slashes >= 0) return { repo: path.slice(0, slashes), path: path.slice(slashes + 2) };
  const suffix = path.indexOf('.git');
  if (suffix >= 0) return { repo: path.slice(0, suffix + 4), path: path.slice(suffix + 4) };
  if (wholeIsRepo) return { repo: path, path: '' };
  const segments = path.split('/');
  if (segments.length < 2) return undefined;
  return { repo: segments.slice(0, 2).join('/'), path: segments.slice(2).join('/') };
}

function leavesRepo(path: string): boolean {
  return posix.normalize(path.replace(/^\//, '')).split('/')[0] === '..';
}

function parseQuery(query: string): Pick<RepoSpec, 'ref' | 'timeoutMs' | 'submodules'> {
  const values = new URLSearchParams(query);
  const submodules = values.get('submodules') ?? '';
  return {
    ref: values.get('ref') || (values.get('version') ?? ''),
    timeoutMs: parseDuration(values.get('timeout') ?? ''),
    submodules: !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(submodules),
  };
}

/** Whole seconds, or a duration as Go writes it: `1m30s`. */
function parseDuration(text: string): number {
  if (/^[1-9][0-9]*$/.test(text)) return Number(text) * 1000;
  if (!/^(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return DEFAULT_TIMEOUT_MS;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  return total > 0 ? total : DEFAULT_TIMEOUT_MS;
}
