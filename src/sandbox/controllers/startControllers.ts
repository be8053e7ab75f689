import type { World } from '../registry/world.js';
import { deployments } from './deployments/deployments.js';
import { garbageCollector } from './garbageCollector.js';
import { namespaceDefaults, namespaceDeletion } from './namespaces.js';
import { replicaSets } from './replicaSets.js';
import { type Timers, startSimulation } from './simulation.js';

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
    garbageCollector(),
    deployments,
    replicaSets,
  ];
  return startSimulation(world, controllers, {
    manager: 'kube-controller-manager',
    ...(timers === undefined ? {} : { timers }),
  });
}
