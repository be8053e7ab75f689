import { readFile } from 'node:fs/promises';
import { fileProblem } from '../../files/fileProblem.js';
import { inputError, KapplyError } from '../../errors.js';
import type { AuthProvider, UserEntry } from '../kubeconfig/kubeconfig.js';
import { textOf } from '../kubeconfig/loadKubeconfig.js';
import { parseKubeconfig } from '../kubeconfig/parseKubeconfig.js';
import type { ConnectionTarget } from '../kubeconfig/resolveTarget.js';
import { createOutgoing } from '../../net/outgoing.js';
import { saveAuthProviderConfig } from '../kubeconfig/saveAuthProviderConfig.js';
import { codeOf } from '../../net/http.js';
import { besides, makeFixedAuthenticator, type Authenticator } from './authenticator.js';
import { makeCertificateAuthenticator, readClientCertificate } from './certificateAuthenticator.js';
import { runExecPlugin, type ExecPluginOptions } from './execPlugin.js';
import { makeExpiringAuthenticator } from './expiring.js';
import { makeTokenRefresh } from './oidc.js';
import { makeTokenFileAuthenticator } from './tokenFile.js';

export interface AuthenticationOptions extends ExecPluginOptions {
  readonly now: () => number;
}

/**
 * How the user of a target proves who it is, with client-go's precedence: a token file before a token, either before an
 * exec plugin or an auth provider; a client certificate besides any of them. Nothing is sent in plain text: over http://
 * kubectl sends no credentials either (clientcmd, DirectClientConfig.ClientConfig).
 */
export async function makeAuthenticator(
  target: ConnectionTarget,
  options: AuthenticationOptions,
): Promise<Authenticator> {
  if (target.server.protocol === 'http:') return makeFixedAuthenticator({});
  const certificate = await certificateOf(target.user, options);
  const other = otherThanCertificate(target, options);
  if (other === undefined) return certificate ?? makeFixedAuthenticator({});
  return certificate === undefined ? other : besides(certificate, other);
}

async function certificateOf(user: UserEntry, { now }: AuthenticationOptions): Promise<Authenticator | undefined> {
  const first = await readClientCertificate(user);
  return first.cert === undefined ? undefined : makeCertificateAuthenticator(user, first, now);
}

function otherThanCertificate(
  { user, cluster }: ConnectionTarget,
  options: AuthenticationOptions,
): Authenticator | undefined {
  const { now } = options;
  if (user.tokenFile !== undefined) return makeTokenFileAuthenticator(user.tokenFile, user.token, now);
  if (user.token !== undefined) return makeFixedAuthenticator({ authorization: `Bearer ${user.token}` });
  if (user.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return makeFixedAuthenticator({ authorization: `Basic ${pair}` });
  }
  const { exec, authProvider } = user;
  const onStale = (expires: number): void =>
    options.warn(
      `the credentials of the user ${user.name} ended already by this machine's clock (${new Date(expires).toISOString()}): check the clock, or log in again`,
    );
  if (exec !== undefined) return makeExpiringAuthenticator(() => runExecPlugin(exec, cluster, options), now, onStale);
  if (authProvider === undefined) return undefined;
  if (authProvider.name !== 'oidc') {
    throw inputError(
      'UnknownAuthProvider',
      `the user ${user.name} has the auth-provider ${authProvider.name}, which kubectl no longer has`,
      { suggestions: ["Use an exec plugin: your provider's command that writes kubeconfigs sets one up."] },
    );
  }
  const tokens = makeTokenRefresh(authProvider, createOutgoing(options.env), now, {
    save: (changed) => save(user, changed, options.warn),
    load: () => load(user),
  });
  return makeExpiringAuthenticator(tokens, now, onStale);
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
    warn(`the renewed login of the user ${user.name} could not be saved to ${user.file} (${fileProblem(code)})`);
  }
}

/** What the kubeconfig says of the user by now; undefined where it says nothing that can be read. */
async function load({ file, name }: UserEntry): Promise<AuthProvider['config'] | undefined> {
  if (file === undefined) return undefined;
  try {
    const { users } = parseKubeconfig(textOf(await readFile(file)), file);
    return users.find((user) => user.name === name)?.authProvider?.config;
  } catch (error) {
    // Somebody is in the middle of writing it: what went wrong before is what is told.
    if (error instanceof KapplyError || codeOf(error) !== '') return undefined;
    throw error;
  }
}
