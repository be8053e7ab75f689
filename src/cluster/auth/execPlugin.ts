import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EXIT, KapplyError } from '../../errors.js';
import type { ClusterEntry, ExecConfig } from '../kubeconfig/kubeconfig.js';
import { codeOf } from '../../net/http.js';
import { startedAs } from '../../files/windowsCommand.js';
import type { Credentials } from './authenticator.js';
import type { ExpiringCredentials } from './expiring.js';

export interface ExecPluginOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stdin is a terminal that the plugin may ask on. */
  readonly interactive: boolean;
  /** What the plugin writes to stderr while it runs (a login URL, for one), line by line. Not used where it has the terminal. */
  readonly warn: (message: string) => void;
  /** Ends the plugin. */
  readonly signal: AbortSignal;
  /** The PEM of the cluster's certificate authority, for plugins that ask the server something themselves. */
  readonly ca: string | undefined;
  /** After how long a plugin that has not ended is named, ms. */
  readonly tellAfterMs?: number;
}

const TELL_AFTER_MS = 15_000;
/** What a plugin wrote before it ended comes within this, ms; what it started and left behind may hold its output for ever. */
const LEFT_BEHIND_MS = 500;

/** A credential is a few kilobytes. */
const MOST_BYTES = 4 << 20;

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/**
 * Runs an exec plugin once (KEP-541, client-go plugin/pkg/client/auth/exec): a program that prints an ExecCredential.
 * Rejects with a KapplyError of exit 7.
 */
export async function runExecPlugin(
  config: ExecConfig,
  cluster: ClusterEntry,
  options: ExecPluginOptions,
): Promise<ExpiringCredentials> {
  if (!VERSIONS.includes(config.apiVersion)) {
    throw failed(config, `has the unknown apiVersion ${config.apiVersion}`, [
      `Known are ${VERSIONS.join(' and ')}: update the plugin, or the kubeconfig that it wrote.`,
    ]);
  }
  if (config.interactiveMode === 'Always' && !options.interactive) {
    throw failed(config, 'needs a terminal (interactiveMode: Always), and there is none', [
      'Log in beforehand, or use credentials that need no one.',
    ]);
  }
  const interactive = options.interactive && config.interactiveMode !== 'Never';
  return readCredential(
    config,
    await run(config, execInfo(config, cluster, interactive, options.ca), interactive, options),
  );
}

/** What the plugin is told in KUBERNETES_EXEC_INFO. */
function execInfo(config: ExecConfig, cluster: ClusterEntry, interactive: boolean, ca: string | undefined): string {
  const clusterInfo = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
    'certificate-authority-data': ca === undefined ? undefined : Buffer.from(ca).toString('base64'),
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execConfig ?? null,
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: config.apiVersion,
    spec: { ...(config.provideClusterInfo ? { cluster: clusterInfo } : {}), interactive },
  });
}

function run(config: ExecConfig, info: string, interactive: boolean, options: ExecPluginOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = {
      ...options.env,
      ...Object.fromEntries(config.env.map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: info,
    };
    const { command, args, verbatim } = startedAs(config.command, config.args, env);
    const child = spawn(command, args, {
      env,
      windowsVerbatimArguments: verbatim,
      windowsHide: true,
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
      signal: options.signal,
    });
    const output: Buffer[] = [];
    let length = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_BYTES) output.push(chunk);
      else {
        child.kill();
        reject(failed(config, 'prints without end', ['Update the plugin.']));
      }
    });
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', options.warn);
    const notice = tellOfHang(config, interactive, options);
    child.once('error', (error) => {
      clearTimeout(notice);
      reject(options.signal.aborted ? (options.signal.reason as Error) : notStarted(config, error));
    });
    const ended = (code: number | null, signal: string | null): void => {
      clearTimeout(notice);
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else
        reject(failed(config, signal === null ? `failed with exit code ${code ?? 0}` : `was ended by ${signal}`, []));
    };
    child.once('close', ended);
    child.once('exit', (code, signal) => {
      // Its end is what counts: a browser or an agent that it started holds the same pipes.
      const leave = (): void => {
        ended(code, signal);
        child.stdout?.destroy();
        child.stderr?.destroy();
      };
      // Once more around the loop: what has come on the pipes meanwhile is read first.
      setTimeout(() => setImmediate(leave), LEFT_BEHIND_MS).unref();
    });
  });
}

/** It may be waiting for somebody to log in: it is left alone, and named, since nothing else is seen of it. */
function tellOfHang(
  { command }: ExecConfig,
  interactive: boolean,
  { warn, tellAfterMs = TELL_AFTER_MS }: ExecPluginOptions,
): NodeJS.Timeout | undefined {
  if (interactive) return undefined;
  return setTimeout(() => warn(`still waiting for the credential plugin ${command} of the kubeconfig`), tellAfterMs);
}

function readCredential(config: ExecConfig, output: string): ExpiringCredentials {
  const wrong = (what: string): KapplyError => failed(config, what, ['Update the plugin.']);
  let credential: Credential | null;
  try {
    credential = JSON.parse(output) as Credential | null;
  } catch {
    // Neither the output nor the parser's message is shown: it may hold a credential.
    throw wrong('printed something other than JSON');
  }
  if (credential?.kind !== 'ExecCredential') throw wrong('did not print an ExecCredential');
  if (credential.apiVersion !== config.apiVersion) {
    throw wrong(`printed apiVersion ${String(credential.apiVersion)} instead of ${config.apiVersion}`);
  }
  const field = (name: keyof NonNullable<Credential['status']>): string | undefined => {
    // Plugins print null or "" for what they lack, and Go takes both for absent.
    const found = credential.status?.[name] ?? '';
    if (typeof found !== 'string') throw wrong(`printed a ${name} that is not a string`);
    return found === '' ? undefined : found;
  };
  const token = field('token');
  const cert = field('clientCertificateData');
  const key = field('clientKeyData');
  const expirationTimestamp = field('expirationTimestamp');
  if (token === undefined && cert === undefined && key === undefined) throw wrong('printed no credentials');
  if ((cert === undefined) !== (key === undefined))
    throw wrong('printed a client certificate without a key, or the reverse');
  const expires = expirationTimestamp === undefined ? undefined : Date.parse(expirationTimestamp);
  if (expires !== undefined && Number.isNaN(expires)) throw wrong('printed an expirationTimestamp that is not a time');
  const credentials: Credentials = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
  return { credentials, expires };
}

/** client.authentication.k8s.io ExecCredential, as far as it is read. */
interface Credential {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly status?: {
    readonly token?: unknown;
    readonly clientCertificateData?: unknown;
    readonly clientKeyData?: unknown;
    readonly expirationTimestamp?: unknown;
  } | null;
}

function notStarted(config: ExecConfig, error: Error): KapplyError {
  const what = codeOf(error) === 'ENOENT' ? 'was not found' : `could not be started (${codeOf(error)})`;
  return failed(
    config,
    what,
    config.installHint === undefined ? ['Install it, or correct the PATH.'] : [config.installHint],
    error,
  );
}

function failed(config: ExecConfig, what: string, suggestions: readonly string[], cause?: unknown): KapplyError {
  const message = `the credential plugin ${config.command} of the kubeconfig ${what}`;
  return new KapplyError('CredentialPluginFailed', message, EXIT.unreachable, { suggestions, cause });
}
