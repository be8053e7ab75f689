/** Works while Leases are held, and ends the work where one of them is lost. */
import type { Cluster } from '../../cluster/cluster.js';
import { keepLease, underLease, type HeldLease } from './keepLease.js';
import type { WithLockOptions } from './withLockOptions.js';

/** What work under Leases is handed. */
export interface UnderLeases {
  /** Its writes make sure first that the Leases are still held. */
  readonly cluster: Cluster;
  /** Aborted with the run, or when one of them is lost. */
  readonly signal: AbortSignal;
}

/**
 * Works while all Leases are held, and gives them back.
 * @throws KapplyError `LockLost` (exit 5), `Superseded` (exit 8)
 */
export async function holdingAll<T>(
  [first, ...rest]: readonly HeldLease[],
  work: (held: UnderLeases) => Promise<T>,
  options: WithLockOptions,
  cluster = options.cluster,
): Promise<T> {
  const { signal } = options;
  if (first === undefined) return work({ cluster, signal });
  const kept = keepLease(first, options);
  try {
    const inner = { ...options, signal: AbortSignal.any([signal, kept.lost]) };
    return await holdingAll(rest, work, inner, underLease(cluster, kept.ensure));
  } finally {
    await kept.end();
  }
}
