/** After everything runs, and the Jobs have gone well: their earlier runs go. */
import { findResource, type Discovery } from '../../cluster/cluster.js';
import type { Judgement } from '../plan/plan.js';
import { deleteReleasing } from '../prune/executePrune.js';
import type { Deletion } from '../prune/deleteGuarded.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { WriteContext } from '../run/options.js';
import { keepMarkOf } from '../sets/keepMarks.js';
import { canStillStart } from '../uses/lifecycle.js';
import { isRetired } from './settleRuns.js';

export interface RetireOptions {
  readonly discovery: Discovery;
  /** For what is deleted to be gone, ms. */
  readonly timeoutMs: number;
}

/** @returns whether one could not be deleted; each is told as an event */
export async function retireRuns(
  planned: readonly Judgement[],
  { discovery, timeoutMs }: RetireOptions,
  context: WriteContext,
): Promise<{ readonly incomplete: boolean }> {
  const deadline = context.now() + timeoutMs;
  const rejudge = (deletion: Deletion): Promise<Judgement | undefined> => judgeAgain(deletion, discovery, context);
  const going = await mapConcurrently(
    planned.filter((judgement): judgement is Deletion => isRetired(judgement)),
    context.cluster.concurrency,
    async (deletion) => {
      const { id, version } = deletion;
      const now = await rejudge(deletion);
      if (now?.verdict === 'delete') return [now];
      const [outcome, reason] =
        now === undefined ? (['gone', 'was gone already'] as const) : (['kept', now.reason] as const);
      context.emit({ type: 'pruned', id, version, outcome, reason, at: context.now() });
      return [];
    },
  );
  const settled = await deleteReleasing(going.flat(), { discovery, deadline, rejudge }, context);
  return { incomplete: settled.some(({ outcome }) => outcome === 'failed' || outcome === 'terminating') };
}

/** As it is now: it was waited for, somebody can have marked it, and what still runs is not deleted. */
async function judgeAgain(
  deletion: Deletion,
  discovery: Discovery,
  { cluster, signal }: WriteContext,
): Promise<Judgement | undefined> {
  const { id, version, uid, resourceVersion: planned } = deletion;
  const resource = findResource(discovery, id.group, version, id.kind);
  if (resource === undefined) return undefined;
  const live = await cluster.get({ resource, namespace: id.namespace, name: id.name }, { signal });
  if (live === undefined || live.metadata.uid !== uid) return undefined;
  const { resourceVersion = planned } = live.metadata;
  const mark = keepMarkOf(live);
  const kept = { id, version, uid, resourceVersion, verdict: 'keep' } as const;
  if (mark !== undefined) return { ...kept, why: 'keepMark', facts: { mark }, reason: `marked ${mark}` };
  const missing = 'it has not ended';
  if (canStillStart(live)) return { ...kept, why: 'unknown', facts: { missing }, reason: missing };
  return { ...deletion, resourceVersion };
}
