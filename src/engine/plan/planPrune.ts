/** What a deploy would prune: where it looks, and what it would find. */
import type { Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import type { FormerNamespaces } from '../lock/recordedNamespaces.js';
import type { PlanOptions, PlanContext } from '../run/options.js';
import type { Change } from './member.js';
import { searchedNamespaces, type PlanReads } from './planReads.js';
import { judgeNow, type Judgements } from '../prune/judgeNow.js';

/** Where a deploy looks for what is stale: the namespaces of the set, and those of --prune-namespace. */
export function pruneNamespaces(changes: readonly Pick<Change, 'member'>[], options: PlanOptions): string[] {
  return searchedNamespaces(
    changes.map(({ member }) => member.id.namespace),
    options,
  );
}

/** What the label finds besides the set, judged as it will be after the rollout. */
export async function planPrune(
  changes: readonly Pick<Change, 'member' | 'after'>[],
  {
    discovery,
    former,
    reads,
    staying = [],
  }: {
    readonly discovery: Discovery;
    readonly former: FormerNamespaces;
    readonly reads?: PlanReads;
    readonly staying?: readonly KubeObject[];
  },
  options: PlanOptions,
  { cluster, signal }: PlanContext,
): Promise<Judgements> {
  const { pruneLabel } = options;
  if (pruneLabel === undefined)
    return {
      judgements: [],
      serverTime: undefined,
      warnings: [],
      unlisted: [],
      unsearched: [],
      uses: new Map(),
      anyCandidate: false,
    };
  return judgeNow(cluster, {
    ...options,
    pruneLabel,
    discovery,
    signal,
    ...(reads !== undefined && { whole: reads.whole, candidates: await reads.candidates }),
    applied: [...changes.map(({ after }) => after), ...staying],
    namespaces: pruneNamespaces(changes, options),
    verb: 'deploy',
    formerNamespaces: [...former.recorded, ...former.elsewhere],
    includeNewest: false,
    generatedOnly: false,
    plainNames: false,
    runStart: undefined,
    minimumAgeMs: 0,
    projected: true,
  });
}
