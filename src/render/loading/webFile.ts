/** Files that a kustomization names by an address of the web. */
import { inputError, KapplyError } from '../../errors.js';
import { explainFailure } from '../../net/explainFailure.js';
import { TransportError } from '../../net/http.js';
import type { Outgoing, OutgoingRequest } from '../../net/outgoing.js';
import { isPrivateAddress, isPrivateHostname } from '../../net/privateAddress.js';

/** As long as kustomize waits (api/internal/loader, fileloader.go). */
const TIMEOUT_MS = 27_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Whether a path is the address of a file on the web, by HTTP or HTTPS. */
export function isUrl(path: string): boolean {
  return /^https?:/i.test(path) && URL.canParse(path);
}

/**
 * Reads the file by the way out that everything takes.
 * @throws KapplyError `HttpStatus` where the server refuses, `HttpFailed` where it cannot be asked, `RedirectRefused` where a
 * server of the web sends us to a private address
 */
export async function fetchFile(url: string, send: Outgoing, signal?: AbortSignal): Promise<Buffer> {
  try {
    const request = { timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES, signal, ...makeRedirectGuard(url) };
    const { status, body } = await send(new URL(url), request);
    if (status >= 200 && status <= 299) return body;
    throw inputError('HttpStatus', `${shown(url)} cannot be fetched: the server answers with ${status}`);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof KapplyError) throw cause;
    if (cause instanceof TransportError) {
      const why = explainFailure(cause.code)?.what ?? cause.message;
      throw inputError('HttpFailed', `${shown(url)} cannot be fetched: ${why}`, { cause });
    }
    // The time-out of the request rejects with the reason of its signal.
    if (cause instanceof DOMException && cause.name === 'TimeoutError')
      throw inputError('HttpFailed', `${shown(url)} cannot be fetched: it took longer than ${TIMEOUT_MS / 1000} s`);
    throw cause;
  }
}

/** A login and a query can be secrets. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/**
 * Lets no server of the web send us to this machine or its network. Judged is the address that was really connected to,
 * so that no name can point elsewhere between two look-ups; where a proxy connects for us, the name alone.
 */
export function makeRedirectGuard(url: string): Required<Pick<OutgoingRequest, 'onConnect' | 'onRedirect'>> {
  let mayBePrivate = isPrivateHostname(new URL(url).hostname);
  const refuse = (host: string): never => {
    throw inputError('RedirectRefused', `${shown(url)} is redirected to ${host}, an address of a private network`, {
      suggestions: ['Name that address itself if it is meant.'],
    });
  };
  return {
    onConnect: (address, hop) => {
      if (hop === 0) mayBePrivate ||= isPrivateAddress(address);
      else if (!mayBePrivate && isPrivateAddress(address)) refuse(address);
    },
    onRedirect: (_, to) => {
      if (!mayBePrivate && isPrivateHostname(to.hostname)) refuse(to.host);
    },
  };
}
