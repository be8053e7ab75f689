import type { KubeObject } from '../../objects/object.js';
import type { World } from '../registry/world.js';
import { StatusError } from '../status.js';
import { type KindKey, type StoreEvent, StoreError } from '../store.js';
import { type Client, createClient } from './client.js';

/** What a controller works with. */
export interface Simulation {
  readonly world: World;
  readonly client: Client;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly now: () => number;
}

/**
 * A control loop as in kubernetes/kubernetes pkg/controller: changes name keys, and each key is brought to where it
 * should be, again and again. `sync` looks at the store alone, so it may run at any time and any number of times.
 */
export interface Controller {
  readonly name: string;
  /** The kinds whose changes it wants to hear of; all kinds without it. */
  readonly kinds?: readonly KindKey[];
  readonly keysFor: (event: StoreEvent, simulation: Simulation) => readonly string[];
  /** Returns the milliseconds after which the key is to be looked at again, if that is known. */
  readonly sync: (key: string, simulation: Simulation) => number | undefined;
}

/** Where time comes from; a test brings its own. */
export interface Timers {
  /** Calls back as soon as requests had their turn. Returns what takes it back. */
  readonly soon: (callback: () => void) => () => void;
  readonly after: (milliseconds: number, callback: () => void) => () => void;
}

export const REAL_TIMERS: Timers = {
  soon: (callback) => {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, Math.min(milliseconds, 2 ** 31 - 1)).unref();
    return () => clearTimeout(timer);
  },
};

export interface SimulationOptions {
  /** The field manager of what the controllers write. */
  readonly manager: string;
  readonly timers?: Timers;
}

/** Keys that are worked off before requests get their turn again. */
const BATCH = 100;
/** How soon a key is tried again that the server refused. */
const RETRY_MS = 1000;

/** Runs controllers on a world until the returned function is called. */
export function startSimulation(
  world: World,
  controllers: readonly Controller[],
  { manager, timers = REAL_TIMERS }: SimulationOptions,
): () => void {
  const simulation: Simulation = { world, client: createClient(world, manager), now: world.store.now };
  const queue = new Map<string, { controller: Controller; key: string }>();
  const waiting = new Map<string, () => void>();
  let cancelRun: (() => void) | undefined;
  let stopped = false;

  const enqueue = (controller: Controller, key: string): void => {
    queue.set(`${controller.name} ${key}`, { controller, key });
    if (!stopped) cancelRun ??= timers.soon(run);
  };
  const later = (controller: Controller, key: string, milliseconds: number): void => {
    const id = `${controller.name} ${key}`;
    waiting.get(id)?.();
    const cancel = timers.after(milliseconds, () => {
      waiting.delete(id);
      enqueue(controller, key);
    });
    waiting.set(id, cancel);
  };
  const run = (): void => {
    cancelRun = undefined;
    for (const [id, { controller, key }] of [...queue].slice(0, BATCH)) {
      queue.delete(id);
      const milliseconds = syncOnce(controller, key, simulation);
      if (milliseconds !== undefined) later(controller, key, Math.max(1, milliseconds));
    }
    if (queue.size > 0 && !stopped) cancelRun ??= timers.soon(run);
  };
  const hear = (event: StoreEvent): void => {
    for (const controller of controllers) {
      if (controller.kinds?.includes(event.kind) === false) continue;
      for (const key of controller.keysFor(event, simulation)) enqueue(controller, key);
    }
  };

  for (const kind of world.store.kinds()) {
    for (const object of world.store.list(kind)) hear({ type: 'ADDED', kind, object, revision: 0 });
  }
  const unwatch = world.store.watch(undefined, world.store.revision(), hear);
  return () => {
    stopped = true;
    unwatch();
    cancelRun?.();
    for (const cancel of waiting.values()) cancel();
  };
}

/** What the server refuses, or another writer was faster with, is tried again later, as by a controller's rate-limited queue. */
function syncOnce(controller: Controller, key: string, simulation: Simulation): number | undefined {
  try {
    return controller.sync(key, simulation);
  } catch (error) {
    if (error instanceof StatusError || error instanceof StoreError) return RETRY_MS;
    throw error;
  }
}

/** The key of an object: `namespace/name`. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The parts of a key of a work queue; the namespace is empty for objects of the cluster. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
