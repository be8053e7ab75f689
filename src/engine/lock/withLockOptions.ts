import type { Cluster, Discovery } from '../../cluster/cluster.js';
import type { Emit } from '../run/events.js';
import type { LockOptions, Runner } from '../run/options.js';
import type { EarlyLease } from './observeLease.js';

export interface WithLockOptions extends LockOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  /** undefined: a run without a name, which nothing identifies. It takes no lock. */
  readonly set: string | undefined;
  /** --renamed-from: the lock of the former name is held as well. */
  readonly formerSet: string | undefined;
  /** The namespace of the Lease. */
  readonly namespace: string;
  /** Where the run deploys to: recorded in the Lease. */
  readonly namespaces: readonly string[];
  /** The Lease, asked for before anything else was known. */
  readonly early?: EarlyLease | undefined;
  readonly runner: Runner;
  /** What the run is doing, in words, for those who wait for it. */
  readonly activity?: () => string | undefined;
  readonly emit: Emit;
  readonly now: () => number;
  readonly signal: AbortSignal;
}
