import { inputError } from '../../errors.js';
import { nearest } from '../../objects/nearest.js';
import {
  missingWords,
  NO_CLUSTER,
  type ClusterEntry,
  type ContextEntry,
  type Entry,
  type Kubeconfig,
  type UserEntry,
} from './kubeconfig.js';

/** What the flags put over the kubeconfig; the names are kubectl's. */
export interface TargetOverrides {
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly certificateAuthority?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly tlsServerName?: string | undefined;
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
}

/** One server, one user, one namespace: what a connection is made from. */
export interface ConnectionTarget {
  readonly server: URL;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
}

/**
 * Picks context, cluster and user, and puts the flags over them, as kubectl does (clientcmd, DirectClientConfig).
 * @returns undefined where neither kubeconfig nor flags name a server.
 */
export function resolveTarget(config: Kubeconfig, overrides: TargetOverrides): ConnectionTarget | undefined {
  const context = contextOf(config, overrides);
  const cluster = overrideCluster(clusterOf(config, context), overrides);
  if (cluster.server === '') return undefined;
  const user = overrideUser(userOf(config, context), overrides);
  checkCluster(cluster);
  checkUser(user);
  return {
    server: serverUrl(cluster, user),
    context: context?.name,
    namespace: (overrides.namespace || context?.namespace) ?? 'default',
    cluster,
    user,
  };
}

function contextOf(config: Kubeconfig, overrides: TargetOverrides): ContextEntry | undefined {
  const name = overrides.context || config.currentContext;
  return name === undefined ? undefined : entryOf('context', name, config.contexts, config);
}

/** An entry may have no name, and a context that names none means it. */
function clusterOf(config: Kubeconfig, context: ContextEntry | undefined): ClusterEntry {
  const name = context?.cluster ?? '';
  const isThere = context !== undefined && (name !== '' || config.clusters.some((entry) => entry.name === ''));
  return isThere ? entryOf('cluster', name, config.clusters, config) : { name: '', ...NO_CLUSTER };
}

function userOf(config: Kubeconfig, context: ContextEntry | undefined): UserEntry {
  const name = context?.user ?? '';
  const isThere = context !== undefined && (name !== '' || config.users.some((entry) => entry.name === ''));
  return isThere ? entryOf('user', name, config.users, config) : { name: '' };
}

/** @throws KapplyError where there is none of that name, or it cannot be used */
function entryOf<T extends Entry>(what: string, name: string, entries: readonly T[], config: Kubeconfig): T {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw noSuch(what, name, entries, missingWords(config));
  if (found.invalid !== undefined) throw found.invalid;
  return found;
}

function noSuch(what: string, name: string, known: readonly Entry[], missing: readonly string[]): Error {
  const names = known.map((entry) => entry.name);
  const near = nearest(name, names);
  return inputError(
    `Unknown${what.charAt(0).toUpperCase()}${what.slice(1)}`,
    `the ${what} ${name} does not exist in the kubeconfig`,
    {
      suggestions: [
        ...(near === undefined ? [] : [`Did you mean ${near}?`]),
        ...missing,
        names.length === 0 ? `The kubeconfig has no ${what}s.` : `The kubeconfig has: ${names.join(', ')}.`,
      ],
    },
  );
}

function overrideCluster(cluster: ClusterEntry, overrides: TargetOverrides): ClusterEntry {
  const { server, tlsServerName, certificateAuthority, insecureSkipTlsVerify } = overrides;
  let result = cluster;
  // Another server has another name in its certificate, and another CA stands in the place of the file's.
  if (server) result = { ...without(result, 'tlsServerName'), server };
  if (tlsServerName) result = { ...result, tlsServerName };
  if (insecureSkipTlsVerify === true || certificateAuthority) {
    result = { ...without(result, 'caFile', 'caData'), skipTLSVerify: insecureSkipTlsVerify === true };
  }
  return certificateAuthority ? { ...result, caFile: certificateAuthority } : result;
}

function overrideUser(user: UserEntry, overrides: TargetOverrides): UserEntry {
  const { token, as, asUid, asGroups } = overrides;
  let result = user;
  if (token) result = { ...without(result, 'token', 'tokenFile', 'username', 'password'), token };
  if (as) result = { ...result, impersonateUser: as };
  if (asUid) result = { ...result, impersonateUid: asUid };
  if (asGroups !== undefined && asGroups.length > 0) result = { ...result, impersonateGroups: asGroups };
  return result;
}

function without<T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> {
  const copy = { ...value };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy;
}

function checkCluster(cluster: ClusterEntry): void {
  if (cluster.skipTLSVerify && (cluster.caFile !== undefined || cluster.caData !== undefined)) {
    throw inputError(
      'InvalidKubeconfig',
      `the cluster ${cluster.name} has both a certificate authority and insecure-skip-tls-verify`,
      { suggestions: ['Remove insecure-skip-tls-verify: the certificate authority is the safe one of the two.'] },
    );
  }
}

/** clientcmd, validateAuthInfo, and client-go's transport.HTTPWrappersForConfig. */
function checkUser(user: UserEntry): void {
  const wrong = (what: string, suggestion: string): Error =>
    inputError('InvalidKubeconfig', `the user ${user.name} ${what}`, { suggestions: [suggestion] });
  const hasToken = user.token !== undefined || user.tokenFile !== undefined;
  if (hasToken && user.username !== undefined) throw wrong('has both a token and a username', 'Remove one of them.');
  if (user.exec !== undefined && user.authProvider !== undefined) {
    throw wrong('has both exec and auth-provider', 'Remove one of them.');
  }
  const hasCert = user.certFile !== undefined || user.certData !== undefined;
  const hasKey = user.keyFile !== undefined || user.keyData !== undefined;
  if (hasCert && !hasKey) throw wrong('has a client certificate without a key', 'Give both.');
  const hasOther =
    hasToken || user.username !== undefined || user.exec !== undefined || user.authProvider !== undefined;
  // Beside other credentials kubectl ignores a key that has no certificate; alone it proves nobody.
  if (hasKey && !hasCert && !hasOther) throw wrong('has a client key without a certificate', 'Give both.');
  const impersonatesMore =
    user.impersonateUid !== undefined ||
    (user.impersonateGroups ?? []).length > 0 ||
    Object.keys(user.impersonateUserExtra ?? {}).length > 0;
  if (impersonatesMore && user.impersonateUser === undefined) {
    throw wrong('impersonates a group, a UID or extra values without a user', 'Add --as, or as in the kubeconfig.');
  }
}

/** client-go rest.DefaultServerURL: a host without a scheme is https where anything of TLS is configured. */
function serverUrl(cluster: ClusterEntry, user: UserEntry): URL {
  const usesTls =
    cluster.skipTLSVerify ||
    cluster.caFile !== undefined ||
    cluster.caData !== undefined ||
    user.certFile !== undefined;
  const text = /^https?:\/\//i.test(cluster.server)
    ? cluster.server
    : `${usesTls || user.certData !== undefined ? 'https' : 'http'}://${cluster.server}`;
  if (!URL.canParse(text)) {
    // It may hold a login.
    const shown = cluster.server.includes('@') ? `of the cluster ${cluster.name}` : cluster.server;
    throw inputError('InvalidServer', `the server ${shown} is not a URL`, {
      suggestions: ['A server looks like https://127.0.0.1:6443.'],
    });
  }
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}
