import { readFile } from 'node:fs/promises';
import { EXIT, KapplyError } from '../../errors.js';
import type { Authenticator, Credentials } from './authenticator.js';

/** How long a token that was read counts: projected ServiceAccount tokens rotate (client-go, NewCachedFileTokenSource). */
const KEEP_MS = 60_000;

/** A bearer token from a file that someone else renews. */
export function tokenFileAuthenticator(file: string, base: Credentials, now: () => number): Authenticator {
  let cached: { readonly credentials: Promise<Credentials>; readonly until: number } | undefined;
  const read = async (): Promise<Credentials> => {
    try {
      const token = (await readFile(file, 'utf8')).trim();
      if (token !== '') return { ...base, authorization: `Bearer ${token}` };
    } catch (error) {
      throw unreadable(file, 'cannot be read', error);
    }
    throw unreadable(file, 'is empty');
  };
  return {
    current: () => {
      if (cached === undefined || cached.until <= now()) {
        const credentials = read();
        cached = { credentials, until: now() + KEEP_MS };
        // A failure is not kept: the file may be there at the next request.
        credentials.catch(() => (cached = undefined));
      }
      return cached.credentials;
    },
    discard: () => {
      cached = undefined;
      return true;
    },
  };
}

function unreadable(file: string, what: string, cause?: unknown): KapplyError {
  return new KapplyError('TokenFileUnreadable', `the token file ${file} ${what}`, EXIT.unreachable, {
    cause,
    suggestions: ['Check tokenFile of the user in the kubeconfig, or the ServiceAccount of the pod.'],
  });
}
