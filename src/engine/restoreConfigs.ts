/**
 * After the workloads are applied, the generated configs that they were applied with are read once more: a prune that
 * judged one before it was referenced can have deleted it meanwhile (preconditions do not see a new reference).
 */
import type { Cluster } from '../cluster/cluster.js';
import { formatId, idOf, keyOf } from '../objects/object.js';
import { isRevision } from '../objects/revisions.js';
import type { AppliedObject } from './apply.js';
import type { Emit } from './events.js';
import { mapConcurrently } from './mapConcurrently.js';
import { readLive } from './planning/readLive.js';

export interface RestoreOptions {
  readonly cluster: Cluster;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly fieldManager: string;
  readonly concurrency: number;
}

/** The applied objects, with every config that was gone created again. */
export async function restoreConfigs(
  applied: readonly AppliedObject[],
  options: RestoreOptions,
): Promise<AppliedObject[]> {
  const { cluster, emit, signal, fieldManager, concurrency } = options;
  const configs = applied.filter(
    ({ member, object }) =>
      object !== undefined &&
      member.change.generated &&
      member.change.live !== undefined &&
      isRevision(member.change.id),
  );
  const live = await readLive(
    cluster,
    configs.map(({ member }) => member.prepared),
    { signal, concurrency },
  );
  const lost = configs.filter(({ member }) => {
    const found = live.get(keyOf(member.change.id));
    return found === undefined || found.metadata.deletionTimestamp !== undefined;
  });
  const restored = new Map(
    await mapConcurrently(lost, concurrency, async ({ member, resource }) => {
      const { desired, id } = member.change;
      const object = await cluster.apply({ resource, namespace: id.namespace, name: id.name }, desired, {
        fieldManager,
        signal,
      });
      emit({ type: 'warning', message: `${formatId(id)} was deleted by another run meanwhile: created again` });
      return [keyOf(idOf(object)), object] as const;
    }),
  );
  return applied.map((item) => {
    const object = restored.get(keyOf(item.member.change.id));
    return object === undefined ? item : { ...item, object };
  });
}
