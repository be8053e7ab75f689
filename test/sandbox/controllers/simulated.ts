import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { bootstrap } from '../../../src/sandbox/bootstrap.js';
import { createCatalog } from '../../../src/sandbox/catalog.js';
import { type Client, createClient } from '../../../src/sandbox/controllers/client.js';
import type { Timers } from '../../../src/sandbox/controllers/simulation.js';
import { startControllers } from '../../../src/sandbox/controllers/startControllers.js';
import { startNode } from '../../../src/sandbox/node/startNode.js';
import type { World } from '../../../src/sandbox/registry/world.js';
import { createStore } from '../../../src/sandbox/createStore.js';
import { createCodec } from '../../../src/sandbox/wire.js';

/** A cluster in this process whose time stands still unless a test moves it. */
export interface Simulated {
  readonly world: World;
  /** Writes as the field manager `test`. */
  readonly client: Client;
  /** Runs everything that happens in so many milliseconds; without it, all that happens at once. */
  readonly pass: (milliseconds?: number) => void;
}

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
}

/** Starts with controllers and a node. 2026-01-01T00:00:00Z is now. */
export async function simulate(): Promise<Simulated> {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const waiting = new Set<Waiting>();
  const after = (milliseconds: number, callback: () => void) => {
    const entry = { at: now + milliseconds, callback };
    waiting.add(entry);
    return () => void waiting.delete(entry);
  };
  const timers: Timers = { after, soon: (callback) => after(0, callback) };
  const schema = await kubernetesSchema();
  const store = createStore({ now: () => now });
  const world: World = { store, catalog: createCatalog(store, schema), codec: createCodec(schema), tokenKey: 'key' };
  bootstrap(store);
  startControllers(world, { certificateAuthority: 'PEM', timers });
  startNode(world, { timers });
  const pass = (milliseconds = 0): void => {
    const end = now + milliseconds;
    for (let steps = 0; ; steps += 1) {
      if (steps > 20_000) throw new Error('the controllers do not come to rest');
      const [next] = [...waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      waiting.delete(next);
      now = Math.max(now, next.at);
      next.callback();
    }
    now = end;
  };
  pass();
  return { world, client: createClient(world, 'test'), pass };
}

/** A pod template of one container. */
export function template(image: string, more: object = {}, annotations: Record<string, string> = {}): object {
  return {
    metadata: { labels: { app: 'web' }, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: { containers: [{ name: 'main', image }], ...more },
  };
}
