import type { World } from '../registry/world.js';
import { cronJobs } from './cronJobs.js';
import { daemonSets } from './daemonSets.js';
import { deployments } from './deployments/deployments.js';
import { endpointSlices } from './endpointSlices.js';
import { createGarbageCollector } from './garbageCollector.js';
import { jobs } from './jobs.js';
import { namespaceDefaults, namespaceDeletion } from './namespaces.js';
import { eventExpiry } from './recordEvent.js';
import { replicaSets } from './replicaSets.js';
import { type Timers, startSimulation } from './simulation.js';
import { statefulSets } from './statefulSets.js';
import { volumeClaims } from './volumeClaims.js';

export interface ControllerOptions {
  /** PEM, for the ConfigMap kube-root-ca.crt of every namespace. */
  readonly certificateAuthority?: string;
  readonly timers?: Timers;
}

/** Starts what a kube-controller-manager does for a deploy. Returns what stops it. */
export function startControllers(world: World, options: ControllerOptions = {}): () => void {
  const { certificateAuthority = '', timers } = options;
  const controllers = [
    namespaceDefaults(certificateAuthority),
    namespaceDeletion,
    createGarbageCollector(),
    deployments,
    replicaSets,
    statefulSets,
    daemonSets,
    jobs,
    cronJobs,
    endpointSlices,
    volumeClaims,
    eventExpiry,
  ];
  return startSimulation(world, controllers, {
    manager: 'kube-controller-manager',
    ...(timers === undefined ? {} : { timers }),
  });
}
