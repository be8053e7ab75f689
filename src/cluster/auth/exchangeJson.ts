import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface JsonAnswer {
  readonly status: number;
  /** {} where the body is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ExchangeOptions {
  /** PEM that the server's certificate must be signed with; undefined: the usual roots. fetch cannot do that. */
  readonly ca: string | undefined;
  /** Sent by POST, form-encoded; undefined: a GET. */
  readonly form: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 30_000;

/** One request to an identity provider. Rejects with Node's error where there is no answer. */
export function exchangeJson(url: string, options: ExchangeOptions): Promise<JsonAnswer> {
  const { ca, form, headers } = options;
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const start = new URL(url).protocol === 'http:' ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const outgoing = start(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(ca === undefined ? {} : { ca }),
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: objectIn(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    outgoing.end(body);
  });
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
