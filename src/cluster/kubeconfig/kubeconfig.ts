import type { KapplyError } from '../../errors.js';
import type { Json } from '../../objects/object.js';

/** What the entries of all three lists have. */
export interface Entry {
  readonly name: string;
  /** What is wrong with it: it is told to whoever uses the entry, and to nobody else (clientcmd, ConfirmUsable). */
  readonly invalid?: KapplyError;
}

/** The exec plugin of a user (client.authentication.k8s.io ExecConfig). */
export interface ExecConfig {
  readonly apiVersion: string;
  /** A name on the PATH, or a path; already joined to the kubeconfig's folder where it was relative to it. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  readonly provideClusterInfo: boolean;
  readonly installHint: string | undefined;
}

/** A legacy auth provider of a user; kubectl still has `oidc`. */
export interface AuthProvider {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** One cluster of a kubeconfig (client-go, clientcmd/api/v1 Cluster); the names are client-node's. Paths are absolute. */
export interface ClusterEntry extends Entry {
  readonly server: string;
  readonly caData?: string;
  readonly caFile?: string;
  readonly tlsServerName?: string;
  readonly skipTLSVerify: boolean;
  readonly proxyUrl?: string;
  readonly disableCompression: boolean;
  /** The extension `client.authentication.k8s.io/exec`: what exec plugins get as `spec.cluster.config`. */
  readonly execConfig: Json | undefined;
  /** The kubeconfig that holds it, and those whose other entry of this name is hidden by it. */
  readonly file?: string;
  readonly hides?: readonly string[];
}

/** A cluster that says nothing. */
export const NO_CLUSTER: Omit<ClusterEntry, 'name'> = {
  server: '',
  skipTLSVerify: false,
  disableCompression: false,
  execConfig: undefined,
};

/** One user of a kubeconfig (client-go, clientcmd/api/v1 AuthInfo); the names are client-node's. Paths are absolute. */
export interface UserEntry extends Entry {
  readonly certData?: string;
  readonly certFile?: string;
  readonly keyData?: string;
  readonly keyFile?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecConfig;
  readonly authProvider?: AuthProvider;
  readonly impersonateUser?: string;
  readonly impersonateUid?: string;
  readonly impersonateGroups?: readonly string[];
  readonly impersonateUserExtra?: Readonly<Record<string, readonly string[]>>;
  /** The kubeconfig that holds the user: where renewed OIDC tokens are written to. */
  readonly file?: string;
  /** The kubeconfigs whose other user of this name is hidden by it. */
  readonly hides?: readonly string[];
}

/** A context need not name a user. */
export interface ContextEntry extends Entry {
  readonly cluster: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** One kubeconfig file, or several merged. */
export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly contexts: readonly ContextEntry[];
  readonly clusters: readonly ClusterEntry[];
  readonly users: readonly UserEntry[];
  /** Files that KUBECONFIG names and that do not exist, as it names them: kubectl skips them with a warning. */
  readonly missing?: readonly string[];
}

/** What may be wanting where something is not found, each a sentence. */
export function missingWords({ missing = [] }: Kubeconfig): string[] {
  return missing.map((file) => `KUBECONFIG names ${JSON.stringify(file)}, which does not exist.`);
}

/**
 * Several kubeconfigs as one. As kubectl does (clientcmd, ClientConfigLoadingRules.Load): the first file to name an
 * entry, or the current context, wins; an entry is taken whole, never put together from two files.
 */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  return {
    currentContext: configs.find((config) => config.currentContext !== undefined)?.currentContext,
    contexts: firstOfEachName(configs.flatMap((config) => config.contexts)),
    clusters: firstOfEachName(configs.flatMap((config) => config.clusters)),
    users: firstOfEachName(configs.flatMap((config) => config.users)),
  };
}

interface Named extends Entry {
  readonly file?: string;
  readonly hides?: readonly string[];
}

/** What is hidden and differs is remembered: kubeadm calls every user kubernetes-admin. */
function firstOfEachName<T extends Named>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) {
    const first = byName.get(entry.name);
    const isHidden = first !== undefined && entry.file !== undefined && !isSame(first, entry);
    if (first === undefined) byName.set(entry.name, entry);
    else if (isHidden) byName.set(entry.name, { ...first, hides: [...(first.hides ?? []), entry.file] });
  }
  return [...byName.values()];
}

function isSame(a: Named, b: Named): boolean {
  const [one, other] = [a, b].map((entry) => JSON.stringify({ ...entry, file: undefined, hides: undefined }));
  return one === other;
}

/** What a merged kubeconfig hides of what is used, each a sentence: a reason why credentials may be wrong. */
export function hiddenWords(used: { readonly cluster: ClusterEntry; readonly user: UserEntry }): string[] {
  return (['user', 'cluster'] as const).flatMap((what) => {
    const { name, file = '', hides = [] }: Named = used[what];
    return hides.length === 0 ? [] : [`The ${what} ${name} of ${hides.join(' and ')} is hidden by that of ${file}.`];
  });
}
