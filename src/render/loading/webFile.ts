/** Files that a kustomization names by an address of the web. */
import { inputError } from '../../errors.js';

const TIMEOUT_MS = 27_000;

export function isUrl(path: string): boolean {
  return /^https?:/i.test(path) && URL.canParse(path);
}

/** Throws KapplyError `HttpStatus` where the server refuses, `HttpFailed` where it cannot be asked. */
export async function fetchFile(url: string, signal?: AbortSignal): Promise<Buffer> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, { signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw inputError('HttpFailed', `${url} cannot be fetched: ${reason}`, { cause });
  }
  throw inputError('HttpStatus', `${url} cannot be fetched: ${response.status} ${response.statusText}`.trim());
}
