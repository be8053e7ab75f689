/** Whether a cluster is one of those that the user's own configuration protects. */
import type { Cluster } from '../../cluster/cluster.js';
import type { LoadKubeconfigOptions } from '../../cluster/kubeconfig/loadKubeconfig.js';
import type { Protection } from '../../engine/run/options.js';
import { inputError } from '../../errors.js';
import type { CommandIo } from '../io.js';
import type { ContextConfiguration } from './parseUserConfiguration.js';
import { readUserConfiguration } from './userConfiguration.js';

export interface ProtectionFlags {
  readonly kubeconfig?: string | undefined;
  readonly 'confirm-context'?: string | undefined;
  readonly sandbox: boolean;
}

/**
 * By the context's name, else by the server that it goes to: a context that was renamed, or that another kubeconfig has, is the
 * same cluster. What the file says of the very context counts before its server.
 * @throws KapplyError `OtherContext` (exit 2) where --confirm-context names another one, also where nothing is protected
 */
export async function protectionOf(
  { context, server }: Pick<Cluster, 'context' | 'server'>,
  { kubeconfig, 'confirm-context': confirmed, sandbox }: ProtectionFlags,
  io: CommandIo,
): Promise<Protection | undefined> {
  const configuration = sandbox ? undefined : await readUserConfiguration(io);
  const contexts = configuration?.contexts ?? [];
  const own = contexts.find(({ name }) => name === context);
  const found = own ?? (await servedBy(server, contexts, { kubeconfig, env: io.env }));
  const name = found?.protected === true ? found.name : undefined;
  const expected = name ?? context;
  if (confirmed !== undefined && confirmed !== expected) {
    const goes = expected === undefined ? `to ${server}, by no context` : `to ${expected}`;
    throw inputError('OtherContext', `--confirm-context=${confirmed}, but this run goes ${goes}. Nothing was sent`);
  }
  if (name === undefined || configuration === undefined) return undefined;
  return { name, by: configuration.file, confirmed: confirmed !== undefined };
}

/** The protected context that goes to this server, by its own URL or by what the kubeconfig says of it. */
async function servedBy(
  url: string,
  contexts: readonly ContextConfiguration[],
  { kubeconfig, env }: LoadKubeconfigOptions,
): Promise<ContextConfiguration | undefined> {
  if (contexts.length === 0) return undefined;
  const { loadKubeconfig } = await import('../../cluster/kubeconfig/loadKubeconfig.js');
  const { contexts: known, clusters } = await loadKubeconfig({ kubeconfig, env });
  const serverOf = (named: string): string | undefined => {
    const cluster = known.find((one) => one.name === named)?.cluster;
    return clusters.find((one) => one.name === cluster)?.server;
  };
  return contexts.find(
    ({ name, protected: isProtected, server }) =>
      isProtected && [server, serverOf(name)].some((other) => other !== undefined && sameServer(other, url)),
  );
}

function sameServer(a: string, b: string): boolean {
  const [one, other] = [a, b].map((url) => (URL.canParse(url) ? new URL(url).href : url).replace(/\/$/, ''));
  return one === other;
}
