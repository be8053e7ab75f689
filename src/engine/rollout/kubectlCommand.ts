import type { Cluster } from '../../cluster/cluster.js';
import { shellCommand } from '../../objects/shellCommand.js';

/**
 * A command to be copied into a shell: kubectl for the same server as the same user, with the flags that this run was given.
 * undefined where no kubectl would reach the cluster: the sandbox of a command ends with it.
 */
export function kubectlCommand(
  { kubectl, context }: Pick<Cluster, 'kubectl' | 'context'>,
  namespace: string,
  words: readonly string[],
): string | undefined {
  const start = kubectl ?? ['kubectl', ...(context === undefined ? [] : ['--context', context])];
  if (start.length === 0) return undefined;
  return shellCommand([...start, ...(namespace === '' ? [] : ['-n', namespace]), ...words]);
}
