import { inputError } from '../../errors.js';
import type { ConnectionTarget } from '../kubeconfig/resolveTarget.js';
import { fixedAuthenticator, type Authenticator, type Credentials } from './authenticator.js';
import { readPem } from './certificateFiles.js';
import { tokenFileAuthenticator } from './tokenFile.js';

export interface AuthenticationOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/**
 * How the user of a target proves who it is, with client-go's precedence: a token before a token file, either before an
 * exec plugin or an auth provider; a client certificate besides any of them. Nothing is sent in plain text: over http://
 * kubectl sends no credentials either (clientcmd, DirectClientConfig.ClientConfig).
 */
export async function authenticatorFor(
  target: ConnectionTarget,
  options: AuthenticationOptions,
): Promise<Authenticator> {
  if (target.server.protocol === 'http:') return fixedAuthenticator({});
  const { user } = target;
  const cert = await readPem(user.certFile, user.certData, `client certificate of the user ${user.name}`);
  const key = await readPem(user.keyFile, user.keyData, `client key of the user ${user.name}`);
  const base: Credentials = cert === undefined || key === undefined ? {} : { cert, key };
  if (user.token !== undefined) return fixedAuthenticator({ ...base, authorization: `Bearer ${user.token}` });
  if (user.tokenFile !== undefined) return tokenFileAuthenticator(user.tokenFile, base, options.now);
  if (user.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return fixedAuthenticator({ ...base, authorization: `Basic ${pair}` });
  }
  if (user.authProvider !== undefined) {
    throw inputError(
      'UnknownAuthProvider',
      `the user ${user.name} has the auth-provider ${user.authProvider.name}, which kubectl has no more`,
      { suggestions: ['Use an exec plugin: update-kubeconfig or get-credentials of your provider writes one.'] },
    );
  }
  return fixedAuthenticator(base);
}
