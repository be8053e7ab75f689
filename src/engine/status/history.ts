/** The families of generated configs, and who uses which revision: what `rollout undo` could still go back to. */
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { inputError } from '../../errors.js';
import { groupBy } from '../../objects/groupBy.js';
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { familyKey, familyOf, newestFirst } from '../configs/revisions.js';
import type { Unlisted } from '../prune/candidate.js';
import { unlistedGap } from '../prune/refuseUnlisted.js';
import { scanUses, type UseScan } from '../uses/scanUses.js';
import { searchConfigs, type SearchConfigsOptions } from './searchConfigs.js';
import { useStateOf, type UseState } from './useState.js';

export interface HistoryOptions extends SearchConfigsOptions {
  /** Only the families of this name. */
  readonly family: string | undefined;
  /** Kinds, as `GROUP/KIND`, in which uses are looked for only where they can be listed. */
  readonly ignoreUnlisted: readonly string[];
}

export interface Revision {
  readonly name: string;
  /** RFC 3339, by the server's clock. */
  readonly created: string;
  readonly ageMs: number;
  readonly state: UseState;
  /** Who uses it, in words; what is missing for `unknown`. */
  readonly reason: string;
}

export interface Family {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Newest first. */
  readonly revisions: readonly Revision[];
}

export interface History {
  readonly families: readonly Family[];
  readonly warnings: readonly string[];
  /** What could not be listed: families may be missing, or who uses them. */
  readonly unlisted: readonly Unlisted[];
}

/**
 * Reads the families. Only metadata of ConfigMaps and Secrets is requested.
 * @throws KapplyError `NothingListed` (exit 5)
 */
export async function readHistory(cluster: Cluster, options: HistoryOptions): Promise<History> {
  const { signal } = options;
  const discovery = await cluster.discover({ signal });
  const { objects, serverTime, warnings, unlisted } = await readRevisions(cluster, discovery, options);
  const scan = await scanUses(cluster, {
    candidates: objects.map(idOf),
    plainNames: false,
    ignoreUnlisted: options.ignoreUnlisted,
    discovery,
    signal,
  });
  const families = groupByFamily(objects).map((revisions): Family => {
    const id = idOf(revisions[0]);
    return {
      kind: id.kind,
      namespace: id.namespace,
      name: familyOf(id.name) ?? id.name,
      revisions: revisions.map((object) => describeRevision(object, scan, serverTime)),
    };
  });
  const isUnknown = families.some(({ revisions }) => revisions.some(({ state }) => state === 'unknown'));
  return {
    families,
    unlisted: [...unlisted, ...(isUnknown ? scan.gaps.map(unlistedGap) : [])],
    warnings: [...warnings, ...scan.gaps.map(({ words }) => words), ...scan.warnings],
  };
}

async function readRevisions(cluster: Cluster, discovery: Discovery, options: HistoryOptions) {
  const { family, namespaces } = options;
  const { items, serverTime, warnings, unlisted } = await searchConfigs(cluster, discovery, options);
  const objects = items
    .map(({ object }) => object)
    .filter(
      ({ metadata: { name } }) => familyOf(name) !== undefined && (family === undefined || familyOf(name) === family),
    );
  if (family !== undefined && objects.length === 0 && unlisted.length === 0) {
    throw inputError(
      'UnknownFamily',
      `no generated ConfigMap or Secret is named ${family}-HASH in ${namespaces === 'all' ? 'any namespace' : namespaces.join(', ')}`,
      {
        suggestions: ['kapply history without a name lists all of them. -A looks in every namespace.'],
      },
    );
  }
  return { objects, serverTime: serverTime ?? 0, warnings, unlisted };
}

function groupByFamily(objects: readonly KubeObject[]): (readonly [KubeObject, ...KubeObject[]])[] {
  const orderOf = (object: KubeObject): string => familyKey(idOf(object)) ?? keyOf(idOf(object));
  const families = groupBy([...objects].sort(newestFirst), orderOf);
  return families.sort(([a], [b]) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function describeRevision(object: KubeObject, scan: UseScan, serverTime: number): Revision {
  const { name, creationTimestamp: created = '' } = object.metadata;
  const [state, reason] = useStateOf(idOf(object), scan);
  return { name, created, ageMs: Math.max(serverTime - Date.parse(created), 0), state, reason };
}
