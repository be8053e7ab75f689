import { inputError } from '../errors.js';
import { makeAuthenticator } from './auth/authenticatorFor.js';
import { readAuthority } from './auth/certificateFiles.js';
import { impersonationHeaders } from './auth/impersonation.js';
import type { Credentials } from './auth/authenticator.js';
import type { Cluster } from './cluster.js';
import { CONCURRENCY } from './concurrency.js';
import { fromClientNode, type ClientNodeKubeConfig } from './kubeconfig/fromClientNode.js';
import { inClusterConfig } from './kubeconfig/inCluster.js';
import { hiddenWords, missingWords } from './kubeconfig/kubeconfig.js';
import { kubectlWords } from './kubectlWords.js';
import { loadKubeconfig } from './kubeconfig/loadKubeconfig.js';
import { resolveTarget, type ConnectionTarget, type TargetOverrides } from './kubeconfig/resolveTarget.js';
import { createApiClient } from './requests/apiClient.js';
import { createCluster } from './requests/connectedCluster.js';
import type { RequestTrace } from './requests/requestTrace.js';
import type { DialTarget } from '../net/dial.js';
import { openTransport } from '../net/openTransport.js';
import { proxyFromEnvironment } from '../net/proxyFromEnvironment.js';
import { parseProxyUrl } from '../net/proxyUrl.js';
import { defaultTiming, type Timing } from '../net/timing.js';
import { tlsOptions } from '../net/tlsOptions.js';
import { usualRoots } from '../net/usualRoots.js';

/** Where to connect to and as whom: kubectl's flags, and the process' environment, handed in. */
export interface ConnectOptions extends TargetOverrides {
  /** `--kubeconfig`; undefined: KUBECONFIG, then ~/.kube/config, then the pod's ServiceAccount. */
  readonly kubeconfig?: string | undefined;
  /** For programs: one that client-node has loaded, instead of any file. */
  readonly kubeConfig?: ClientNodeKubeConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--request-timeout`, for one request, in ms; 0 for none. By default 70 s, and 30 s for reads. */
  readonly requestTimeoutMs?: number | undefined;
  /** `--concurrency`: requests in flight at once, watches aside; 64 by default, at most 100. */
  readonly concurrency?: number | undefined;
  /** Sent as User-Agent. */
  readonly userAgent?: string;
  /** Whether stdin is a terminal on which an exec plugin may ask. */
  readonly interactive?: boolean;
  /** What the user should know but need not act on: words of an exec plugin, a token that could not be saved. */
  readonly warn?: (message: string) => void;
  /** Ends the connection for good when it aborts. */
  readonly signal?: AbortSignal;
  readonly timing?: Partial<Timing>;
  /** Told of every attempt of a request: bodies as they are, which may hold secrets. */
  readonly trace?: ((trace: RequestTrace) => void) | undefined;
  /** How kubectl reaches the same server as the same user, for what users are told to try; empty: it cannot. By default, by these options. */
  readonly kubectl?: readonly string[];
}

/**
 * The cluster of a kubeconfig, as kubectl would find it. Reads files, but sends nothing: the first request connects.
 * Rejects with a KapplyError (exit 2) when the kubeconfig or the flags are wrong.
 */
export async function connect(options: ConnectOptions): Promise<Cluster> {
  const target = await findTarget(options);
  const timing: Timing = { ...defaultTiming, ...options.timing };
  const lifetime = new AbortController();
  const ca = await clusterCa(target);
  const authenticator = await makeAuthenticator(target, {
    env: options.env,
    get interactive() {
      return options.interactive ?? false;
    },
    now: Date.now,
    warn: options.warn ?? (() => undefined),
    signal: lifetime.signal,
    ca,
  });
  // It stands in messages and reports.
  const server = withoutLogin(target.server).href.replace(/\/$/, '');
  const kubectl = options.kubectl ?? kubectlOf(options, target);
  const identity = { server, context: target.context, hidden: hiddenWords(target), kubectl };
  const rootsNow = rootsKeeper(target, await trustedRoots(target, ca, options.env));
  const dialTarget = dialTargetOf(target, options.env);
  const { requestTimeoutMs } = options;
  const concurrency = Math.min(Math.max(options.concurrency ?? CONCURRENCY.usual, 1), CONCURRENCY.most);
  const client = createApiClient({
    identity,
    basePath: target.server.pathname.replace(/\/$/, ''),
    authenticator,
    headers: {
      'user-agent': options.userAgent ?? 'kapply',
      ...(target.cluster.disableCompression ? {} : { 'accept-encoding': 'gzip' }),
      ...impersonationHeaders(target.user),
    },
    open: (credentials) =>
      openTransport(async () => dialTarget(credentials, await rootsNow()), target.server.host, timing),
    concurrency,
    requestTimeoutMs: requestTimeoutMs === 0 ? undefined : (requestTimeoutMs ?? timing.requestMs),
    readTimeoutMs: requestTimeoutMs === 0 ? undefined : (requestTimeoutMs ?? Math.min(timing.readMs, timing.requestMs)),
    retryTimeouts: requestTimeoutMs === undefined,
    random: Math.random,
    now: Date.now,
    lifetime,
    warn: options.warn ?? (() => undefined),
    trace: options.trace,
  });
  options.signal?.addEventListener('abort', () => client.close(), { once: true });
  const info = { server, context: target.context, namespace: target.namespace, concurrency, kubectl };
  return createCluster(info, client, Math.random);
}

function kubectlOf(options: ConnectOptions, { context }: ConnectionTarget): string[] {
  // A kubeconfig that a program holds is nowhere where kubectl could read it.
  return options.kubeConfig === undefined ? kubectlWords(options, context) : [];
}

async function findTarget(options: ConnectOptions): Promise<ConnectionTarget> {
  const { kubeConfig } = options;
  const config = kubeConfig === undefined ? await loadKubeconfig(options) : fromClientNode(kubeConfig);
  const target = resolveTarget(config, options);
  if (target !== undefined) return target;
  const inCluster = await inClusterConfig(options.env);
  const fallback = inCluster === undefined ? undefined : resolveTarget(inCluster, { ...options, context: undefined });
  if (fallback !== undefined) return { ...fallback, context: undefined };
  throw inputError('NoCluster', 'no cluster is configured: there is no kubeconfig with a current context', {
    suggestions: [
      ...missingWords(config),
      'Set KUBECONFIG, pass --kubeconfig or --server, or write ~/.kube/config.',
      'Choose a context: kubectl config use-context NAME',
    ],
  });
}

/** The PEM of what signs the server's certificate; undefined: the usual roots. */
async function clusterCa({ server, cluster }: ConnectionTarget): Promise<string | undefined> {
  if (server.protocol === 'http:') return undefined;
  return readAuthority(cluster.caFile, cluster.caData, `certificate authority of the cluster ${cluster.name}`);
}

/** undefined where there is nothing to check. */
async function trustedRoots(
  { server, cluster }: ConnectionTarget,
  ca: string | undefined,
  env: ConnectOptions['env'],
): Promise<string | string[] | undefined> {
  const isChecked = server.protocol === 'https:' && !cluster.skipTLSVerify;
  return ca ?? (isChecked ? await usualRoots(env) : undefined);
}

type Roots = string | string[] | undefined;

/** The roots for the next connection: the cluster's file may have been renewed, and what was there serves while it is gone. */
function rootsKeeper(target: ConnectionTarget, first: Roots): () => Promise<Roots> {
  let roots = first;
  return async () => {
    if (target.cluster.caFile === undefined || target.cluster.caData !== undefined) return roots;
    roots = await clusterCa(target).catch(() => roots);
    return roots;
  };
}

/** How to dial: the same for every connection with the same certificates. */
function dialTargetOf(
  { server, cluster }: ConnectionTarget,
  env: ConnectOptions['env'],
): (credentials: Credentials, ca: Roots) => DialTarget {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const isTls = server.protocol === 'https:';
  const proxyText = cluster.proxyUrl ?? proxyFromEnvironment(server, env);
  const proxy = proxyText === undefined ? undefined : parseProxyUrl(proxyText);
  let made: { readonly cert: string | undefined; readonly ca: Roots; readonly target: DialTarget } | undefined;
  return ({ cert, key }, ca) => {
    if (made !== undefined && made.cert === cert && made.ca === ca) return made.target;
    const tls = isTls
      ? tlsOptions({ host, serverName: cluster.tlsServerName, ca, insecure: cluster.skipTLSVerify, cert, key })
      : undefined;
    made = { cert, ca, target: { host, port: Number(server.port || (isTls ? 443 : 80)), proxy, tls } };
    return made.target;
  };
}

function withoutLogin(url: URL): URL {
  const shown = new URL(url.href);
  shown.username = '';
  shown.password = '';
  return shown;
}
