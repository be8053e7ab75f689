/** Files that a kustomization names by an address of the web. */
import { inputError } from '../../errors.js';
import { isPrivateHost } from './privateAddress.js';

const TIMEOUT_MS = 27_000;
/** As many as Go's client follows. */
const MAX_REDIRECTS = 10;
const MIB = 1024 * 1024;
const MAX_BYTES = 256 * MIB;

export function isUrl(path: string): boolean {
  return /^https?:/i.test(path) && URL.canParse(path);
}

/**
 * Throws KapplyError `HttpStatus` where the server refuses, `HttpFailed` where it cannot be asked, `RedirectRefused` where
 * a public server sends us to a private address, `FileTooLarge`.
 */
export async function fetchFile(url: string, signal?: AbortSignal): Promise<Buffer> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    return await follow(url, either);
  } catch (cause) {
    signal?.throwIfAborted();
    if (!limit.aborted && (!(cause instanceof TypeError) || cause.message !== 'fetch failed')) throw cause;
    const reason = limit.aborted
      ? `it took longer than ${TIMEOUT_MS / 1000} s`
      : cause instanceof Error && cause.cause instanceof Error
        ? cause.cause.message
        : String(cause);
    throw inputError('HttpFailed', `${url} cannot be fetched: ${reason}`, { cause });
  }
}

async function follow(url: string, signal: AbortSignal): Promise<Buffer> {
  let mayBePrivate: boolean | undefined;
  let current = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(current.href, { signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.ok) return readBody(response, url);
    await response.body?.cancel();
    if (response.status < 300 || response.status > 399 || location === null) {
      throw inputError('HttpStatus', `${url} cannot be fetched: ${response.status} ${response.statusText}`.trim());
    }
    const next = URL.canParse(location, current.href) ? new URL(location, current.href) : undefined;
    if (next === undefined || !/^https?:$/.test(next.protocol)) {
      throw inputError('RedirectRefused', `${url} is redirected to something other than an address of the web`);
    }
    mayBePrivate ??= await isPrivateHost(current.hostname);
    if (!mayBePrivate && (await isPrivateHost(next.hostname))) {
      throw inputError('RedirectRefused', `${url} is redirected to ${next.host}, an address of a private network`, {
        suggestions: ['Name that address itself if it is meant.'],
      });
    }
    current = next;
  }
  throw inputError('HttpFailed', `${url} cannot be fetched: more than ${MAX_REDIRECTS} redirects`);
}

/** Counted after inflation. */
async function readBody(response: Response, url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      throw inputError('FileTooLarge', `${url} has more than ${MAX_BYTES / MIB} MB, which are the limit`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
