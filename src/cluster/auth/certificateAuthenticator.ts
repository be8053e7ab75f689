import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { UserEntry } from '../kubeconfig/kubeconfig.js';
import { makeFixedAuthenticator, type Authenticator, type Credentials } from './authenticator.js';
import { readPem } from './certificateFiles.js';
import { makeExpiringAuthenticator } from './expiring.js';

/** How long files that were read count (client-go, transport/cert_rotation.go: looked at about once a minute). */
const KEEP_MS = 60_000;

/** The client certificate of a user; {} where there is none. */
export async function readClientCertificate(user: UserEntry): Promise<Credentials> {
  const cert = await readPem(user.certFile, user.certData, `client certificate of the user ${user.name}`);
  // A key beside other credentials is ignored without a certificate, as by kubectl: its file may be gone.
  if (cert === undefined) return {};
  const key = await readPem(user.keyFile, user.keyData, `client key of the user ${user.name}`);
  return key === undefined ? {} : { cert, key };
}

/** A user who has nothing but a certificate: from files it is read again, since something may renew it while we wait. */
export function makeCertificateAuthenticator(user: UserEntry, first: Credentials, now: () => number): Authenticator {
  if (user.certFile === undefined && user.keyFile === undefined) return makeFixedAuthenticator(first);
  let credentials = first;
  return makeExpiringAuthenticator(async () => {
    credentials = await renewed(user, credentials);
    return { credentials, expires: now() + KEEP_MS };
  }, now);
}

/** What was there serves on while the files are being replaced: one is new and the other is not, or not there. */
async function renewed(user: UserEntry, before: Credentials): Promise<Credentials> {
  try {
    const { cert = '', key = '' } = await readClientCertificate(user);
    if (cert === before.cert || !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return before;
    return { cert, key };
  } catch {
    // Whether `before` still serves is for the server to say, and its error is the one to show.
    return before;
  }
}
