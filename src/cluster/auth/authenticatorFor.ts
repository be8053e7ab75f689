import { inputError } from '../../errors.js';
import type { UserEntry } from '../kubeconfig/kubeconfig.js';
import type { ConnectionTarget } from '../kubeconfig/resolveTarget.js';
import { outgoingClient } from '../../net/outgoing.js';
import { saveAuthProviderConfig } from '../kubeconfig/saveAuthProviderConfig.js';
import { codeOf } from '../../net/http.js';
import { fixedAuthenticator, type Authenticator } from './authenticator.js';
import { certificateAuthenticator, clientCertificate } from './certificateAuthenticator.js';
import { runExecPlugin, type ExecPluginOptions } from './execPlugin.js';
import { expiringAuthenticator, type ExpiringCredentials } from './expiring.js';
import { oidcTokens } from './oidc.js';
import { tokenFileAuthenticator } from './tokenFile.js';

export interface AuthenticationOptions extends ExecPluginOptions {
  readonly now: () => number;
}

/**
 * How the user of a target proves who it is, with client-go's precedence: a token file before a token, either before an
 * exec plugin or an auth provider; a client certificate besides any of them. Nothing is sent in plain text: over http://
 * kubectl sends no credentials either (clientcmd, DirectClientConfig.ClientConfig).
 */
export async function authenticatorFor(
  target: ConnectionTarget,
  options: AuthenticationOptions,
): Promise<Authenticator> {
  if (target.server.protocol === 'http:') return fixedAuthenticator({});
  const { user, cluster } = target;
  const { now } = options;
  const base = await clientCertificate(user);
  const besides = async (obtained: Promise<ExpiringCredentials>): Promise<ExpiringCredentials> => {
    const { credentials, expires } = await obtained;
    return { credentials: { ...base, ...credentials }, expires };
  };
  if (user.tokenFile !== undefined) return tokenFileAuthenticator(user.tokenFile, { base, fallback: user.token, now });
  if (user.token !== undefined) return fixedAuthenticator({ ...base, authorization: `Bearer ${user.token}` });
  if (user.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return fixedAuthenticator({ ...base, authorization: `Basic ${pair}` });
  }
  const { exec, authProvider } = user;
  if (exec !== undefined) return expiringAuthenticator(() => besides(runExecPlugin(exec, cluster, options)), now);
  if (authProvider === undefined) return certificateAuthenticator(user, base, now);
  if (authProvider.name !== 'oidc') {
    throw inputError(
      'UnknownAuthProvider',
      `the user ${user.name} has the auth-provider ${authProvider.name}, which kubectl no longer has`,
      { suggestions: ["Use an exec plugin: your provider's command that writes kubeconfigs sets one up."] },
    );
  }
  const tokens = oidcTokens(authProvider, outgoingClient(options.env), now, (changed) =>
    save(user, changed, options.warn),
  );
  return expiringAuthenticator(() => besides(tokens()), now);
}

/** A kubeconfig that cannot be written serves this run all the same. */
async function save(
  user: UserEntry,
  changed: Readonly<Record<string, string>>,
  warn: (message: string) => void,
): Promise<void> {
  if (user.file === undefined) return;
  try {
    await saveAuthProviderConfig(user.file, user.name, changed);
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    warn(`the renewed login of the user ${user.name} could not be saved to ${user.file} (${code})`);
  }
}
