import { readFile } from 'node:fs/promises';
import { EXIT, KapplyError } from '../../errors.js';
import type { Authenticator } from './authenticator.js';
import { makeExpiringAuthenticator } from './expiring.js';

/** How long a token that was read counts: projected ServiceAccount tokens rotate (client-go, NewCachedFileTokenSource). */
const KEEP_MS = 60_000;

/**
 * A bearer token from a file that someone else renews. Who renews it may empty it first, or take it away: meanwhile the last one
 * serves, as in client-go (transport/token_source.go, cachingTokenSource), and whether it still does is for the server to say.
 * @param fallback the token of the kubeconfig, which serves until the file can be read (client-go, transport/round_trippers.go)
 */
export function makeTokenFileAuthenticator(
  file: string,
  fallback: string | undefined,
  now: () => number,
): Authenticator {
  let last = fallback;
  return makeExpiringAuthenticator(async () => {
    const token = await readToken(file).catch((error: unknown) => {
      if (last === undefined) throw error;
      return last;
    });
    last = token;
    return { credentials: { authorization: `Bearer ${token}` }, expires: now() + KEEP_MS };
  }, now);
}

async function readToken(file: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw unreadable(file, 'cannot be read', error);
  }
  if (token === '') throw unreadable(file, 'is empty');
  return token;
}

function unreadable(file: string, what: string, cause?: unknown): KapplyError {
  return new KapplyError('TokenFileUnreadable', `the token file ${file} ${what}`, EXIT.unreachable, {
    cause,
    suggestions: ['Check tokenFile of the user in the kubeconfig, or the ServiceAccount of the pod.'],
  });
}
