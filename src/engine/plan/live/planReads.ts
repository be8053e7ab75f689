/** What a plan reads before its dry runs, asked for at once: nothing of it waits for another answer that it does not need. */
import { ApiError } from '../../../cluster/apiError.js';
import { findPreferred, type Cluster, type Discovery } from '../../../cluster/cluster.js';
import type { KubeObject } from '../../../objects/object.js';
import { formerNamespaces, type FormerNamespaces } from '../../lock/recordedNamespaces.js';
import { joinCandidates, type Candidates } from '../../prune/candidate.js';
import { searchCandidates } from '../../prune/searchCandidates.js';
import type { PlanOptions } from '../../run/options.js';
import type { Member } from '../member.js';
import { readLive } from './readLive.js';
import { listWhole, type WholeLists } from './wholeLists.js';

export interface PlanReads {
  /** The live objects by key. */
  readonly live: ReadonlyMap<string, KubeObject>;
  /** Why a custom resource could not be read, by its key. */
  readonly unread: ReadonlyMap<string, string>;
  /** In the namespaces of the set's workloads. */
  readonly autoscalers: readonly KubeObject[];
  readonly former: FormerNamespaces;
  readonly whole: WholeLists;
  /** What carries the prune label: it goes on being read while the dry runs are made. */
  readonly candidates: Promise<Candidates>;
}

export interface PlanReadsContext {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/** Where a deploy looks for what is stale: the namespaces of the set, and those of --prune-namespace. */
export function searchedNamespaces(
  namespaces: Iterable<string>,
  options: Pick<PlanOptions, 'pruneNamespaces'>,
): string[] {
  return [...new Set([...namespaces, ...options.pruneNamespaces])].filter((namespace) => namespace !== '');
}

/**
 * Reads what a plan of these members needs.
 * @throws ApiError where something could not be read that a plan cannot do without
 */
export async function readForPlan(
  members: readonly Member[],
  options: PlanOptions,
  context: PlanReadsContext,
): Promise<PlanReads> {
  const { cluster, discovery, signal } = context;
  const unread = new Map<string, string>();
  const whole = listWhole(cluster, members, signal);
  const formerly = formerNamespaces(members, options, context);
  const namespaces = searchedNamespaces(namespacesOf(members), options);
  const searching = { ...options, discovery, signal, whole, namespaces };
  // Where it was before is hardly ever elsewhere: the search does not wait for the answer.
  const here = searchCandidates(cluster, { ...searching, formerNamespaces: [] });
  here.catch(() => undefined);
  const candidates = formerly.then(async ({ recorded, elsewhere }) => {
    const formerNamespaces = [...recorded, ...elsewhere];
    if (formerNamespaces.length === 0) return here;
    const there = await searchCandidates(cluster, { ...searching, namespaces: [], formerNamespaces });
    return joinCandidates(await here, there);
  });
  // The plan asks for it when its dry runs are over; where these refuse something, nobody does.
  candidates.catch(() => undefined);
  const [live, autoscalers, former] = await Promise.all([
    readLive(cluster, members, { signal, whole, unread: (key, why) => unread.set(key, why) }),
    liveAutoscalers(members, whole, context),
    formerly,
  ]);
  return { live, unread, autoscalers, former, whole, candidates };
}

function namespacesOf(members: readonly Member[]): string[] {
  return members.map(({ object }) => object.metadata.namespace ?? '');
}

/** The autoscalers in the namespaces of what can be scaled. */
async function liveAutoscalers(
  members: readonly Member[],
  whole: WholeLists,
  { cluster, discovery, signal }: PlanReadsContext,
): Promise<KubeObject[]> {
  const resource = findPreferred(discovery, 'autoscaling', 'HorizontalPodAutoscaler');
  if (resource === undefined) return [];
  const scalable = members.filter((member) => member.resource.subresources.includes('scale'));
  const lists = await Promise.all(
    [...new Set(namespacesOf(scalable))].map(async (namespace) => {
      try {
        return ((await whole(resource, namespace)) ?? (await cluster.list(resource, { namespace, signal }))).items;
      } catch (error) {
        // Whoever may not see autoscalers deploys without them in mind, as kubectl does.
        if (error instanceof ApiError && error.httpStatus === 403) return [];
        throw error;
      }
    }),
  );
  return lists.flat();
}
