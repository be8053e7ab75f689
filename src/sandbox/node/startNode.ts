import { type Timers, startSimulation } from '../controllers/simulation.js';
import { createClient } from '../controllers/client.js';
import type { World } from '../registry/world.js';
import { createKubelet } from './kubelet.js';
import { registerNode } from './registerNode.js';
import { scheduler } from './scheduler.js';

/** Starts the one simulated node of a sandbox. Returns what stops it. */
export function startNode(world: World, options: { readonly timers?: Timers } = {}): () => void {
  registerNode({ world, client: createClient(world, 'kubelet'), now: world.store.now });
  return startSimulation(world, [scheduler, createKubelet()], { manager: 'kubelet', ...options });
}
