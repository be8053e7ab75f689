/** What a deploy would prune: where it looks, and what it would find. */
import type { Discovery } from '../../cluster/cluster.js';
import { keyOf, type KubeObject } from '../../objects/object.js';
import type { FormerNamespaces } from '../lock/recordedNamespaces.js';
import type { PlanOptions, PlanContext } from '../run/options.js';
import type { Change, Member } from './member.js';
import { searchedNamespaces, type PlanReads } from './live/planReads.js';
import { judgeNow, type Judgements } from '../prune/judgeNow.js';
import { readUsesEarly } from '../prune/usesOfCandidates.js';
import type { EarlyUses, JudgeNowOptions } from '../prune/judgeNowOptions.js';

/** Where a deploy looks for what is stale: the namespaces of the set, and those of --prune-namespace. */
export function pruneNamespaces(changes: readonly Pick<Change, 'member'>[], options: PlanOptions): string[] {
  return searchedNamespaces(
    changes.map(({ member }) => member.id.namespace),
    options,
  );
}

/** Where a plan looks for what is stale, and what it has read already. */
export interface PlanPruneOptions {
  readonly discovery: Discovery;
  readonly former: FormerNamespaces;
  readonly reads?: PlanReads;
  readonly staying?: readonly KubeObject[];
  /** `beginPrune`, where it was begun. */
  readonly early?: Promise<EarlyUses | undefined>;
}

/** What the label finds besides the set, judged as it will be after the rollout. */
export async function planPrune(
  changes: readonly Pick<Change, 'member' | 'after'>[],
  given: PlanPruneOptions,
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
  const { reads, staying = [], early } = given;
  const namespaces = pruneNamespaces(changes, options);
  return judgeNow(cluster, {
    ...judging(given, namespaces, options),
    signal,
    pruneLabel,
    ...(reads !== undefined && { candidates: await reads.candidates }),
    ...(early !== undefined && { early }),
    applied: [...changes.map(({ after }) => after), ...staying],
  });
}

/**
 * Begins to read the uses of what would be pruned, beside the dry runs: these say what is stored of the set's objects, and not
 * which ones it has. Where something else is open in the end, the uses are read anew.
 */
export async function beginPrune(
  members: readonly Pick<Member, 'id' | 'object'>[],
  live: ReadonlyMap<string, KubeObject>,
  given: PlanPruneOptions & { readonly reads: PlanReads },
  options: PlanOptions,
  { cluster, signal }: Pick<PlanContext, 'cluster' | 'signal'>,
): Promise<EarlyUses | undefined> {
  if (options.pruneLabel === undefined) return undefined;
  const { reads, staying = [] } = given;
  const candidates = await reads.candidates;
  const namespaces = searchedNamespaces(
    members.map(({ id }) => id.namespace),
    options,
  );
  const applied = members.map(({ id, object }) => {
    const uid = live.get(keyOf(id))?.metadata.uid;
    return uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
  });
  return readUsesEarly(cluster, {
    ...judging(given, namespaces, options),
    signal,
    candidates,
    applied: [...applied, ...staying],
  });
}

function judging(
  { discovery, former, reads }: PlanPruneOptions,
  namespaces: readonly string[],
  options: PlanOptions,
): Omit<JudgeNowOptions, 'applied' | 'signal'> {
  return {
    ...options,
    pruneLabel: options.pruneLabel,
    discovery,
    ...(reads !== undefined && { whole: reads.whole }),
    namespaces,
    verb: 'deploy',
    formerNamespaces: [...former.recorded, ...former.elsewhere],
    includeNewest: false,
    generatedOnly: false,
    plainNames: false,
    runStart: undefined,
    minimumAgeMs: 0,
    projected: true,
  };
}
