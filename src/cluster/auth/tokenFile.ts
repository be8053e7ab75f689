import { readFile } from 'node:fs/promises';
import { EXIT, KapplyError } from '../../errors.js';
import type { Authenticator, Credentials } from './authenticator.js';
import { makeExpiringAuthenticator } from './expiring.js';

/** How long a token that was read counts: projected ServiceAccount tokens rotate (client-go, NewCachedFileTokenSource). */
const KEEP_MS = 60_000;

export interface TokenFileOptions {
  /** The client certificate, where there is one besides. */
  readonly base: Credentials;
  /** The token of the kubeconfig, which serves while the file cannot be read (client-go, transport/round_trippers.go). */
  readonly fallback: string | undefined;
  readonly now: () => number;
}

/** A bearer token from a file that someone else renews. */
export function makeTokenFileAuthenticator(file: string, { base, fallback, now }: TokenFileOptions): Authenticator {
  return makeExpiringAuthenticator(async () => {
    const token = await readToken(file).catch((error: unknown) => {
      if (fallback === undefined) throw error;
      return fallback;
    });
    return { credentials: { ...base, authorization: `Bearer ${token}` }, expires: now() + KEEP_MS };
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
