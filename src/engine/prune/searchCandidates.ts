import type { Cluster } from '../../cluster/cluster.js';
import { setsOf } from '../sets/setName.js';
import { findCandidates } from './candidates.js';
import type { Candidates } from './candidate.js';
import { pruneScope } from './scope.js';
import type { JudgeNowOptions } from './judgeNowOptions.js';

export type SearchOptions = Pick<
  JudgeNowOptions,
  | 'pruneLabel'
  | 'discovery'
  | 'pruneKinds'
  | 'searchedKinds'
  | 'namespaces'
  | 'formerNamespaces'
  | 'signal'
  | 'set'
  | 'formerSet'
  | 'whole'
>;

/** What the label finds; nothing where there is none. */
export async function searchCandidates(cluster: Cluster, options: SearchOptions): Promise<Candidates> {
  const { pruneLabel, discovery, pruneKinds, searchedKinds, namespaces, formerNamespaces, signal } = options;
  if (pruneLabel === undefined) return { items: [], serverTime: undefined, unlisted: [], warnings: [] };
  const searched = searchedKinds === undefined ? undefined : new Set(searchedKinds);
  return findCandidates(cluster, {
    selector: pruneLabel,
    resources: pruneScope(discovery, pruneKinds).filter(
      ({ group, kind }) => searched === undefined || searched.has(`${group}/${kind}`),
    ),
    namespaces,
    sets: setsOf(options),
    formerNamespaces,
    signal,
    ...(options.whole !== undefined && { whole: options.whole }),
  });
}
