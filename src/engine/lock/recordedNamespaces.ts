/** Where a set was deployed to before: its Leases say so. Only there is what it left looked for. */
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { SET_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import type { Member } from '../plan/member.js';
import type { PlanOptions } from '../run/options.js';
import { setsOf } from '../sets/setName.js';
import { leaseName } from './leaseName.js';
import { observeLease } from './observeLease.js';
import { recordOf } from './leaseRecord.js';
import { lockNamespace, renderedNamespaces } from './lockNamespace.js';

export interface FormerNamespaces {
  /** Recorded by the Lease of this set, at its place: they are its own. */
  readonly recorded: readonly string[];
  /** Recorded by Leases of its name at other places: the set moved, is deployed there as well, or another application has its name. */
  readonly elsewhere: readonly string[];
}

const NOWHERE: FormerNamespaces = { recorded: [], elsewhere: [] };

export interface FormerNamespacesContext {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/**
 * The namespaces that are not rendered any more, where a named set is pruned: nothing else is looked for in them. Leases at other places are only looked at where every object names its
 * namespace itself: with one from -n or from the context, the same overlay may live in several (kubernetes#108161). Those of
 * --prune-namespace are looked at in any case: they are searched, and what is found there may be such an overlay's.
 */
export async function formerNamespaces(
  members: readonly Member[],
  options: Pick<PlanOptions, 'pruneLabel' | 'pruneNamespaces' | 'set' | 'formerSet'>,
  context: FormerNamespacesContext,
): Promise<FormerNamespaces> {
  if (options.pruneLabel === undefined || options.set === undefined) return NOWHERE;
  const sets = setsOf(options);
  const isExplicit = members.every(
    ({ resource, rendered: { object } }) => !resource.namespaced || object.metadata.namespace !== undefined,
  );
  const place = lockNamespace(members);
  const rendered = new Set(renderedNamespaces(members));
  const left = (namespaces: readonly string[]): string[] =>
    [...new Set(namespaces)].filter((namespace) => !rendered.has(namespace)).sort();
  const listed = isExplicit ? await listLeases(sets, context) : undefined;
  const found = listed ?? (await getLeases(sets, [...new Set([place, ...options.pruneNamespaces])], context));
  const names = new Set(sets.map(leaseName));
  const own = found.filter(({ metadata }) => metadata.namespace === place && names.has(metadata.name));
  const recorded = left(own.flatMap(recordOf));
  return {
    recorded,
    elsewhere: left(found.filter((lease) => !own.includes(lease)).flatMap(recordOf)).filter(
      (namespace) =>
        !recorded.includes(namespace) && (listed !== undefined || options.pruneNamespaces.includes(namespace)),
    ),
  };
}

/** The Leases of the set at these places, as far as they may be read. */
async function getLeases(
  sets: readonly string[],
  places: readonly string[],
  { cluster, discovery, signal }: FormerNamespacesContext,
): Promise<KubeObject[]> {
  const addresses = places.flatMap((namespace) => sets.map((set) => ({ set, namespace })));
  const found = await mapConcurrently(addresses, addresses.length, async ({ set, namespace }) => {
    try {
      return (await observeLease(cluster, { set, namespace, discovery, signal }))?.object;
    } catch (error) {
      // Whoever may not read the Lease does not know where the set was: only what is rendered is searched.
      if (error instanceof ApiError && error.httpStatus === 403) return undefined;
      throw error;
    }
  });
  return found.filter((lease) => lease !== undefined);
}

/** Undefined where a list across all namespaces is not allowed. */
async function listLeases(sets: readonly string[], { cluster, discovery, signal }: FormerNamespacesContext) {
  const resource = findResource(discovery, 'coordination.k8s.io', 'v1', 'Lease');
  if (resource === undefined) return [];
  try {
    const labelSelector = `${SET_ANNOTATION} in (${sets.join(',')})`;
    return (await cluster.listMetadata(resource, { namespace: '', labelSelector, signal })).items;
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 403) return undefined;
    throw error;
  }
}
