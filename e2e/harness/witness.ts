/** Watches a namespace during a scenario and keeps what happened, in the server's order. */
import type { KubeObject } from '../../src/objects/object.js';
import type { Pod } from '../../src/sandbox/node/podSpec.js';
import type { Scenario } from './scenario.js';

export interface Sighting {
  readonly type: 'changed' | 'deleted';
  readonly object: KubeObject;
  /** All kinds of one etcd share its revisions: they order what different watches saw. */
  readonly revision: number;
}

export interface Witness {
  /** Everything seen so far of a kind, oldest first. */
  readonly of: (kind: string) => readonly Sighting[];
  /** When the object went, or undefined. */
  readonly deletion: (kind: string, name: string) => Sighting | undefined;
  /** Each pod that ever waited for configuration: `POD: REASON MESSAGE`. */
  readonly configurationWaits: () => string[];
  stop(): Promise<void>;
}

interface PodStatus {
  readonly [list: string]: readonly {
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  }[];
}

function waitsOf(pod: Pod): string[] {
  const status = (pod.status ?? {}) as unknown as PodStatus;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.flatMap(({ state }) =>
    state?.waiting?.reason === 'CreateContainerConfigError'
      ? [`${pod.metadata.name}: CreateContainerConfigError ${state.waiting.message ?? ''}`]
      : [],
  );
}

/** Begins to watch, and resolves when it has seen what is there. A missing volume shows in Events alone. */
export async function startWitness(scenario: Scenario, ...kinds: readonly string[]): Promise<Witness> {
  const sightings = new Map<string, Sighting[]>();
  const stopping = new AbortController();
  const watches: Promise<void>[] = [];
  for (const kind of new Set([...kinds, 'Pod', 'Event'])) {
    const seen: Sighting[] = [];
    sightings.set(kind, seen);
    const resource = await scenario.resource(kind);
    await new Promise<void>((synced, failed) => {
      const watch = async (): Promise<void> => {
        const options = { namespace: scenario.namespace, signal: stopping.signal };
        for await (const event of scenario.cluster.watch(resource, options)) {
          if (event.type === 'synced') synced();
          else {
            const revision = Number(event.object.metadata.resourceVersion);
            seen.push({ type: event.type, object: event.object, revision });
          }
        }
      };
      const watching = watch();
      watching.catch(failed);
      watches.push(watching);
    });
  }
  const of = (kind: string): readonly Sighting[] => {
    const seen = sightings.get(kind);
    if (seen === undefined) throw new Error(`nobody watches ${kind}`);
    return seen;
  };
  return {
    of,
    deletion: (kind, name) => of(kind).find(({ type, object }) => type === 'deleted' && object.metadata.name === name),
    configurationWaits: () => {
      const failedMounts = of('Event')
        .map(({ object }) => object as KubeObject & { reason?: string; message?: string })
        .filter(({ reason }) => reason === 'FailedMount')
        .map(({ metadata, message }) => `${metadata.name}: FailedMount ${message ?? ''}`);
      return [...new Set([...of('Pod').flatMap(({ object }) => waitsOf(object as Pod)), ...failedMounts])];
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(watches);
    },
  };
}
