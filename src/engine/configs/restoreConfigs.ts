/**
 * After the workloads are applied, the generated configs that they were applied with are looked at once more: a prune
 * that judged one before it was referenced can have deleted it meanwhile, or be about to (preconditions do not see a new
 * reference). What is gone is created again; what a workload has begun to refer to is marked as used, so that a delete
 * that was judged before fails on its resourceVersion.
 */
import { ApiError } from '../../cluster/apiError.js';
import type { Cluster } from '../../cluster/cluster.js';
import { USED_AT_ANNOTATION } from '../../objects/annotations.js';
import { formatId, keyOf, type KubeObject } from '../../objects/object.js';
import { setOf } from '../sets/ownership.js';
import { isRevision } from './revisions.js';
import type { Applied } from '../plan/member.js';
import type { Emit } from '../run/events.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { readLive } from '../plan/live/readLive.js';
import { listWhole } from '../plan/live/wholeLists.js';
import { markUsed, newlyMentioned } from './usedAt.js';

export interface RestoreOptions {
  readonly cluster: Cluster;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  /** False where another run may change the set's workloads at the same time. */
  readonly locked: boolean;
}

/** The applied objects, with every config that was gone created again. */
export async function restoreConfigs(applied: readonly Applied[], options: RestoreOptions): Promise<Applied[]> {
  const { cluster, signal, locked } = options;
  const configs = applied.filter(({ change, object }) => object !== undefined && isRevision(change.member.id));
  const atRisk = beginningToBeUsed(new Set(configs), applied, locked);
  const steady = configs.filter((config) => !atRisk.has(config) && config.change.live !== undefined);
  const members = steady.map(({ change }) => change.member);
  // Whether they are there is all that is asked: their data need not be sent once more.
  const live = await readLive(cluster, members, { signal, whole: listWhole(cluster, members, signal, true) });
  const lost = steady.filter(({ change }) => {
    const found = live.get(keyOf(change.member.id));
    return found === undefined || found.metadata.deletionTimestamp !== undefined;
  });
  const settled = new Map(
    await mapConcurrently([...atRisk, ...lost], cluster.concurrency, async (config) => {
      const object = atRisk.has(config) ? await touch(config, options) : await create(config, options);
      return [config, object] as const;
    }),
  );
  return applied.map((item) => ({ ...item, object: settled.get(item) ?? item.object }));
}

/** The configs that were there already and that something which was just written did not refer to before. */
function beginningToBeUsed(configs: ReadonlySet<Applied>, applied: readonly Applied[], locked: boolean): Set<Applied> {
  const names = new Set([...configs].map(({ change }) => change.member.id.name));
  const written = applied
    .filter((item) => !configs.has(item) && item.change.action !== 'unchanged')
    .map(({ change }) => ({
      object: change.desired,
      // Without the lock, another run may have taken the reference away since it was read.
      live: locked && change.action !== 'recreate' ? change.live : undefined,
    }));
  const mentioned = newlyMentioned(written, names);
  return new Set(
    [...configs].filter(({ change }) => mentioned.has(change.member.id.name) && (change.live !== undefined || !locked)),
  );
}

/** Moves the version of a config; creates it where it is gone. */
async function touch(config: Applied, options: RestoreOptions): Promise<KubeObject> {
  const { cluster, signal, now, fieldManager, forceConflicts: force } = options;
  const { desired, live } = config.change;
  const { address } = config;
  if (live !== undefined && setOf(live) !== setOf(desired)) {
    // Another set's: its content is not ours to apply.
    const usedAt = { [USED_AT_ANNOTATION]: new Date(now()).toISOString() };
    try {
      const patch = { metadata: { annotations: usedAt } };
      return await cluster.patch(address, patch, { type: 'merge', fieldManager, signal });
    } catch (error) {
      if (!(error instanceof ApiError) || error.httpStatus !== 404) throw error;
      return create(config, options);
    }
  }
  const object = await cluster.apply(address, markUsed(desired, now()), { fieldManager, force, signal });
  if (object.metadata.uid !== config.object?.metadata.uid) tellCreated(config, options);
  return object;
}

async function create(config: Applied, options: RestoreOptions): Promise<KubeObject> {
  const { cluster, signal, fieldManager } = options;
  const object = await cluster.apply(config.address, config.change.desired, { fieldManager, signal });
  tellCreated(config, options);
  return object;
}

function tellCreated({ change }: Applied, { emit }: RestoreOptions): void {
  emit({
    type: 'warning',
    message: `${formatId(change.member.id)} was deleted by another run meanwhile: created again`,
  });
}
