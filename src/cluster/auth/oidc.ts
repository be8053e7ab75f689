import { EXIT, KapplyError } from '../../errors.js';
import type { AuthProvider } from '../kubeconfig/kubeconfig.js';
import { readAuthority } from './certificateFiles.js';
import type { ExpiringCredentials } from './expiring.js';
import { codeWords, explainFailure } from '../../net/explainFailure.js';
import { TransportError } from '../../net/http.js';
import type { Outgoing } from '../../net/outgoing.js';

/** What a refresh changed in the auth provider's config, to be written back: many servers accept a refresh token once. */
export type SaveTokens = (changed: Readonly<Record<string, string>>) => Promise<void>;

/** The auth provider's config as the kubeconfig has it now; undefined where it has none any more. */
export type LoadTokens = () => Promise<AuthProvider['config'] | undefined>;

/** A token that ends sooner than this is renewed before it is used (client-go, plugin/pkg/client/auth/oidc). */
const LEEWAY_MS = 10_000;

/**
 * The `oidc` auth provider: the ID token of the kubeconfig while it lasts, then a new one for the refresh token. Where that is refused,
 * another process may have spent it and saved what it got: kubectl in another window, another kapply.
 * @returns a function that makes valid credentials each time; it remembers the tokens that it got.
 */
export function makeTokenRefresh(
  provider: AuthProvider,
  outgoing: Outgoing,
  now: () => number,
  { save, load }: { readonly save: SaveTokens; readonly load: LoadTokens },
): () => Promise<ExpiringCredentials> {
  let config = provider.config;
  let used: string | undefined;
  const made = async (): Promise<ExpiringCredentials> => {
    const idToken = config['id-token'];
    // Asked again for a token that was valid by its time: the server has refused it.
    if (idToken !== undefined && idToken !== used && expiryOf(idToken) > now() + LEEWAY_MS) {
      used = idToken;
      return credentialsOf(idToken);
    }
    const changed = await refresh(config, outgoing);
    config = { ...config, ...changed };
    used = changed['id-token'];
    await save(changed);
    return credentialsOf(changed['id-token']);
  };
  return async () => {
    try {
      return await made();
    } catch (error) {
      const saved = await load();
      if (saved === undefined || TOKENS.every((token) => saved[token] === config[token])) throw error;
      config = { ...config, ...saved };
      return made();
    }
  };
}

const TOKENS = ['id-token', 'refresh-token'] as const;

function credentialsOf(idToken: string): ExpiringCredentials {
  return { credentials: { authorization: `Bearer ${idToken}` }, expires: expiryOf(idToken) - LEEWAY_MS };
}

/** The `exp` claim in ms since the epoch; 0 where the token cannot be read: then it is refreshed. */
function expiryOf(idToken: string): number {
  const payload = idToken.split('.')[1];
  if (payload === undefined) return 0;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown } | null;
    return typeof claims?.exp === 'number' ? claims.exp * 1000 : 0;
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}

/** RFC 6749, 6: one new ID token, and maybe a new refresh token. */
async function refresh(
  config: AuthProvider['config'],
  outgoing: Outgoing,
): Promise<{ 'id-token': string; 'refresh-token'?: string }> {
  const need = (field: string): string => {
    const value = config[field];
    if (value === undefined || value === '') throw failed(`the ID token has expired and ${field} is missing`);
    return value;
  };
  const refreshToken = need('refresh-token');
  const issuer = need('idp-issuer-url').replace(/\/+$/, '');
  const clientId = need('client-id');
  const secret = config['client-secret'] ?? '';
  const ca = await readAuthority(
    config['idp-certificate-authority'],
    config['idp-certificate-authority-data'],
    'certificate authority of the identity provider',
  );
  const asker: Asker = (url, form, headers) => ask(outgoing, url, { ca, form, headers });
  const endpoint = await tokenEndpoint(issuer, asker);
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64');
  // Servers take the client's secret in the header or in the body, and few take both: as Go's oauth2, one after the other.
  let answer = await asker(endpoint, { ...form }, { authorization: `Basic ${basic}` });
  if (answer.status >= 400) {
    answer = await asker(endpoint, {
      ...form,
      client_id: clientId,
      ...(secret === '' ? {} : { client_secret: secret }),
    });
  }
  const { id_token: idToken, refresh_token: next, error } = answer.body;
  if (answer.status !== 200) {
    throw failed(
      `the identity provider ${issuer} answered ${answer.status}${typeof error === 'string' ? ` (${error})` : ''}`,
    );
  }
  if (typeof idToken !== 'string')
    throw failed(`the identity provider ${issuer} sent no id_token for the refresh token`);
  return { 'id-token': idToken, ...(typeof next === 'string' && next !== '' ? { 'refresh-token': next } : {}) };
}

async function tokenEndpoint(issuer: string, asker: Asker): Promise<string> {
  const { status, body } = await asker(`${issuer}/.well-known/openid-configuration`);
  const endpoint = body.token_endpoint;
  if (status !== 200 || typeof endpoint !== 'string') {
    throw failed(`the identity provider ${issuer} does not describe itself (${status})`);
  }
  return endpoint;
}

interface JsonAnswer {
  readonly status: number;
  /** {} where the body is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

type Asker = (
  url: string,
  /** Sent by POST, form-encoded; undefined: a GET. */
  form?: Readonly<Record<string, string>>,
  headers?: Readonly<Record<string, string>>,
) => Promise<JsonAnswer>;

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 1 << 20;

async function ask(
  outgoing: Outgoing,
  address: string,
  { ca, form, headers = {} }: { ca: string | undefined; form: Parameters<Asker>[1]; headers: Parameters<Asker>[2] },
): Promise<JsonAnswer> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw failed('an address of the identity provider is no URL');
  try {
    const { status, body } = await outgoing(url, {
      headers: {
        accept: 'application/json',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form).toString() }),
      ca,
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_BYTES,
    });
    return { status, body: objectIn(body.toString('utf8')) };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const why = explainFailure(error.code)?.what ?? 'the connection failed';
    throw failed(`the identity provider cannot be reached at ${url.origin}: ${why} (${codeWords(error)})`, error);
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function failed(what: string, cause?: unknown): KapplyError {
  return new KapplyError(
    'OidcRefreshFailed',
    `the login of the kubeconfig could not be renewed: ${what}`,
    EXIT.unreachable,
    {
      cause,
      suggestions: ['Log in again with the tool that wrote the kubeconfig.'],
    },
  );
}
