/**
 * After the rollout: what this set owned with others and does not render any more is theirs alone, and what is kept of a
 * set that was renamed gets its new name, so that the next run finds it.
 */
import { findResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { ApiError } from '../../cluster/apiError.js';
import { CO_OWNER_PREFIX, SET_ANNOTATION } from '../../objects/annotations.js';
import type { JsonObject, KubeObject } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { coOwnersOf, setOf } from './ownership.js';
import { CO_OWNER_MANAGER, giveUpPatch } from './share.js';

export interface SettleOwnershipOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
}

/** A refusal leaves things as they are: the next run finds them again. */
export async function settleOwnership(
  judgements: readonly Judgement[],
  { cluster, discovery, signal, set, formerSet }: SettleOwnershipOptions,
): Promise<void> {
  if (set === undefined) return;
  const sets = formerSet === undefined ? [set] : [set, formerSet];
  const concerned = judgements.filter(
    (judgement) =>
      judgement.verdict === 'keep' &&
      (judgement.why === 'coOwned' || (formerSet !== undefined && judgement.why !== 'otherSet')),
  );
  await mapConcurrently(concerned, cluster.concurrency, async ({ id, version }) => {
    const resource = findResource(discovery, id.group, version, id.kind);
    if (resource === undefined) return;
    const address = { resource, namespace: id.namespace, name: id.name };
    try {
      const live = await cluster.get(address, { signal });
      const patch =
        live === undefined
          ? undefined
          : (giveUpPatch(live, sets) ?? (formerSet === undefined ? undefined : renamePatch(live, formerSet, set)));
      if (patch !== undefined)
        await cluster.patch(address, patch, { type: 'merge', fieldManager: CO_OWNER_MANAGER, signal });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  });
}

function renamePatch(live: KubeObject, formerSet: string, set: string): JsonObject | undefined {
  const isMaker = setOf(live) === formerSet;
  const isCoOwner = coOwnersOf(live).includes(formerSet);
  if (!isMaker && !isCoOwner) return undefined;
  return {
    metadata: {
      resourceVersion: live.metadata.resourceVersion ?? '',
      annotations: {
        ...(isMaker && { [SET_ANNOTATION]: set }),
        ...(isCoOwner && { [CO_OWNER_PREFIX + formerSet]: null, [CO_OWNER_PREFIX + set]: 'true' }),
      },
    },
  };
}
