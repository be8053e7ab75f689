/** A namespace with the application of test/fixtures/engine/crash, deployed to directly and through a relay with faults. */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/cluster/connect.js';
import type { KubeObject } from '../../src/objects/object.js';
import { runKapply, type RunningKapply } from '../../test/commands/runKapply.js';
import { createForeign, objectsIn, OVERLAYS, stateOfObjects } from '../../test/engine/run/invariants.js';
import { startRelay, type Relay } from './relay.js';
import { temporaryFolder } from './tree.js';

/** `broken` is v2 with an image that nobody has. */
export type Version = 'v1' | 'v2' | 'broken';
export type Ended = Awaited<RunningKapply['done']>;

export interface Lane {
  readonly relay: Relay;
  /** What names the application as that of this namespace. */
  readonly application: (version: Version) => string[];
  readonly namespace: string;
  /** For files of a run. */
  readonly folder: string;
  /** Runs a command line of kapply in this process, in a second of its own. The server is reached directly by default. */
  run(args: readonly string[], options?: { readonly kubeconfig?: string; readonly ahead?: number }): Promise<Ended>;
  objects(): Promise<KubeObject[]>;
  close(): Promise<void>;
}

/** A lane with what others have there, and nothing deployed. */
export async function openLane(kubeconfig: string): Promise<Lane> {
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  const folder = await temporaryFolder();
  await copyOverlays(folder, namespace);
  await createForeign({ kubeconfig }, namespace);
  const relay = await startRelay(kubeconfig, folder);
  const cluster = await connect({ kubeconfig, env: {} });
  let lastEnd = 0;
  return {
    relay,
    namespace,
    folder,
    application: (version) => ['-k', join(folder, version), '--set', `shop-${namespace}`],
    objects: () => objectsIn(cluster, namespace),
    run: async (args, { kubeconfig: through = kubeconfig, ahead = 0 } = {}) => {
      // Creation times have seconds: what was created in the second in which a run began could be another run's.
      const nextSecond = 1000 * (Math.floor(lastEnd / 1000) + 1);
      if (Date.now() < nextSecond) await sleep(nextSecond - Date.now() + 10);
      try {
        return await runKapply([...args, '--kubeconfig', through], {
          env: { PATH: process.env.PATH ?? '' },
          now: () => Date.now() + ahead,
        });
      } finally {
        lastEnd = Date.now();
      }
    },
    close: async () => {
      await relay.close();
      const { resources } = await cluster.discover();
      const resource = resources.find(({ group, kind }) => group === '' && kind === 'Namespace');
      if (resource !== undefined) await cluster.remove({ resource, namespace: '', name: namespace });
      await cluster.close();
    },
  };
}

async function copyOverlays(folder: string, namespace: string): Promise<void> {
  for (const name of ['base', 'v1', 'v2']) {
    await mkdir(join(folder, name), { recursive: true });
    await cp(join(OVERLAYS, name), join(folder, name), { recursive: true });
    const file = join(folder, name, 'kustomization.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('namespace: shop', `namespace: ${namespace}`));
  }
  await mkdir(join(folder, 'broken'), { recursive: true });
  const images = 'images: [{ name: shop/web, newName: shop/does-not-exist }]';
  await writeFile(join(folder, 'broken', 'kustomization.yaml'), `resources: [../v2]\n${images}\n`);
}

/** What a deploy is for, alike in all lanes: without the names of the lane, and without the neighbour's config. */
export function comparable(lane: Lane, objects: readonly KubeObject[]): string[] {
  const own = objects.filter(({ metadata: { name } }) => !name.startsWith('other-'));
  return stateOfObjects(own).map((line) => line.replaceAll(lane.namespace, 'NAMESPACE'));
}
