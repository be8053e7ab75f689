import type { Kubeconfig, UserEntry } from './kubeconfig.js';
import { parseKubeconfig } from './parseKubeconfig.js';

/**
 * What is used of the KubeConfig of @kubernetes/client-node. The package is an optional peer: whoever has it can hand its
 * KubeConfig over, and nobody else needs its types.
 */
export interface ClientNodeKubeConfig {
  /** The whole configuration as JSON. */
  exportConfig(): string;
}

/**
 * A KubeConfig that a program has loaded with @kubernetes/client-node. It knows less than the file that it came from:
 * groups, UID and extra values to impersonate, `tokenFile` and the file's place are lost when it is loaded.
 */
export function fromClientNode(config: ClientNodeKubeConfig): Kubeconfig {
  const parsed = parseKubeconfig(config.exportConfig(), 'KubeConfig of @kubernetes/client-node');
  return { ...parsed, users: parsed.users.map(withTokenFile) };
}

/** There is no such file to write a renewed token to; and its in-cluster user is an auth provider of its own. */
function withTokenFile(user: UserEntry): UserEntry {
  const { authProvider, file, ...rest } = user;
  const tokenFile = authProvider?.config.tokenFile;
  if (authProvider === undefined) return rest;
  return tokenFile === undefined ? { ...rest, authProvider } : { ...rest, tokenFile };
}
