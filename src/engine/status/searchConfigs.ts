/** The ConfigMaps and Secrets that a reading command looks at. Only metadata is requested. */
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { findCandidates } from '../prune/candidates.js';
import type { Candidates } from '../prune/candidate.js';
import { refuseBlind } from '../prune/refuseUnlisted.js';
import { pruneScope } from '../prune/scope.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';

export interface SearchConfigsOptions {
  /** undefined: whatever labels they have. */
  readonly selector: string | undefined;
  readonly namespaces: readonly string[] | 'all';
  readonly signal: AbortSignal;
}

/** @throws KapplyError `NothingListed` (exit 5), `NamespaceNotFound` (exit 2) where nothing was found in one that is not there */
export async function searchConfigs(
  cluster: Cluster,
  discovery: Discovery,
  { selector = '', namespaces, signal }: SearchConfigsOptions,
): Promise<Candidates> {
  const found = await findCandidates(cluster, {
    selector,
    resources: pruneScope(discovery, ['/ConfigMap', '/Secret']),
    namespaces,
    sets: [],
    formerNamespaces: [],
    signal,
  });
  const { items, serverTime, unlisted } = found;
  refuseBlind({ unlisted, answered: serverTime !== undefined }, cluster);
  const unasked =
    items.length > 0 || namespaces === 'all' || serverTime === undefined
      ? []
      : await refuseMissingNamespaces(cluster, namespaces, { discovery, signal });
  return { ...found, warnings: [...unasked, ...found.warnings] };
}
