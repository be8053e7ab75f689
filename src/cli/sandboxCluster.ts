/** `--sandbox`: the cluster of a command is an embedded one. */
import { resolve } from 'node:path';
import { inputError } from '../errors.js';
import { openSandbox } from '../sandbox/openSandbox.js';
import { defaultStateFile } from '../sandbox/stateFile.js';
import type { Io } from './io.js';
import type { ClusterFlags } from './flags/clusterFlags.js';

const OTHER_CLUSTERS = ['kubeconfig', 'context', 'server', 'token'] as const;

/**
 * Runs the work with the kubeconfig of a sandbox that is there for as long.
 * @throws KapplyError (exit 2) where the flags name another cluster as well
 */
export async function withSandboxCluster<T>(
  flags: ClusterFlags,
  io: Io,
  work: (kubeconfig: string) => Promise<T>,
): Promise<T> {
  const other = OTHER_CLUSTERS.find((name) => flags[name] !== undefined);
  if (other !== undefined) throw inputError('UsageError', `--sandbox and --${other} exclude each other`);
  const file = flags['sandbox-state'];
  const sandbox = await openSandbox(file === undefined ? defaultStateFile(io.env) : resolve(io.cwd, file));
  try {
    return await work(sandbox.kubeconfig);
  } finally {
    await sandbox.close();
  }
}
