/** Who uses what, read from the cluster: docs/uses.md. */
import { ApiError, questionWords } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { resourceWord } from '../../cluster/right.js';
import { groupOf, versionOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { isConfigKind } from '../configs/revisions.js';
import { FEW_NAMESPACES } from '../prune/listCandidates.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { metadataOf } from '../../cluster/requests/metadata.js';
import type { WholeLists } from '../plan/live/wholeLists.js';
import { isBuiltInGroup } from './builtInGroups.js';
import { ignoredKey } from './ignoredKinds.js';
import { concerns, ESSENTIAL_KINDS, kindKey, plannedReads, type Gap, type PlannedRead } from './plannedReads.js';
import { makeUseIndex, type Use, type UseIndex } from './uses.js';

export interface UseScan {
  /** By `useKey`. */
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** What could not be read although a candidate could be used there: of that candidate nothing is known. */
  readonly gaps: readonly Gap[];
  /** Whatever else could not be searched, as sentences. */
  readonly warnings: readonly string[];
  /** By UID: what was kept with all that it holds, as it was when it was read. */
  readonly whole?: ReadonlyMap<string, KubeObject>;
}

export interface ScanOptions {
  /** What may be in use: only of these kinds and names is anything kept. */
  readonly candidates: readonly ObjectId[];
  /** Any exact occurrence of a candidate's name is a use, wherever it stands. */
  readonly plainNames: boolean;
  /** Kinds, as `GROUP/KIND`, that need not be readable: what uses something there is not seen. */
  readonly ignoreUnlisted?: readonly string[];
  /** UIDs of candidates that are kept with all that they hold, where they are read so on the way: no Secret is. */
  readonly keepWhole?: ReadonlySet<string>;
  /** Lists that are read anyway: they are not asked for again. */
  readonly whole?: WholeLists;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/** Reads every object that could use one of the candidates and tells which do. */
export async function scanUses(cluster: Cluster, options: ScanOptions): Promise<UseScan> {
  const { candidates, discovery } = options;
  if (candidates.length === 0) return { uses: new Map(), gaps: [], warnings: [] };
  const index = makeUseIndex(candidates, options.plainNames);
  const reads = plannedReads(discovery, candidates);
  const whole = new Map<string, KubeObject>();
  const listed = new Set<string>();
  const take = (object: KubeObject, { read, order }: { read: PlannedRead; order: number }): void => {
    index.add(object, order);
    const { uid } = object.metadata;
    if (!read.metadataOnly && uid !== undefined && options.keepWhole?.has(uid) === true) whole.set(uid, object);
  };
  const failures = (
    await mapConcurrently(
      reads.map((read, order) => ({ read, order })),
      cluster.concurrency,
      (one) =>
        readPlaces(cluster, one.read, {
          ...options,
          add: (object) => take(object, one),
          listedAll: ({ group, kind }) => {
            if (isConfigKind(group, kind)) listed.add(kind);
          },
        }),
    )
  ).flat();
  const ignored = new Set((options.ignoreUnlisted ?? []).map(ignoredKey));
  const undiscovered = undiscoveredGroups(discovery);
  const relevant = failures.filter(({ read }) => !ignored.has(kindKey(read.resource)));
  const isGap = (failure: Failure): boolean =>
    !failure.isBeyond && candidates.some((id) => concerns(gapOf(failure), id));
  return {
    uses: index.uses(listed),
    whole,
    gaps: [
      ...undiscovered.flatMap(({ gap, essential }) => (essential ? [gap] : [])),
      ...relevant.filter(isGap).map(gapOf),
    ],
    warnings: [
      ...undiscovered.flatMap(({ gap, essential }) => (essential ? [] : [gap.words])),
      ...minorWarnings(relevant.filter((failure) => !isGap(failure))),
    ],
  };
}

/** Why nothing is known of the uses of a candidate, or undefined where everything is. */
export function unknownUses({ gaps }: Pick<UseScan, 'gaps'>, candidate: ObjectId): string | undefined {
  return gaps.find((gap) => concerns(gap, candidate))?.words;
}

/** What discovery could not tell of: kinds that nobody asked for, since nobody knew them. */
function undiscoveredGroups({ resources, failures }: Discovery): { gap: Gap; essential: boolean }[] {
  const served = new Set(resources.map(kindKey));
  const lacking = ESSENTIAL_KINDS.filter((kind) => !served.has(kind));
  return failures.flatMap(({ groupVersion, message }) => {
    const group = groupOf(groupVersion);
    const isKnown = resources.some(
      (resource) => resource.group === group && resource.version === versionOf(groupVersion),
    );
    const missing = lacking.find((kind) => kind.startsWith(`${group}/`));
    if (isKnown || (isBuiltInGroup(group) && missing === undefined)) return [];
    const words = `${groupVersion} could not be searched: ${message}`;
    const kind = missing?.slice(group.length + 1) ?? '';
    return [{ gap: { group, kind, namespace: '', words }, essential: missing !== undefined }];
  });
}

interface Failure {
  readonly read: PlannedRead;
  /** '' for the cluster, or all of its namespaces. */
  readonly namespace: string;
  readonly error: ApiError;
  /** True for what an account of one namespace may never see: a kind of the cluster. */
  readonly isBeyond: boolean;
}

interface ReadOptions extends Pick<ScanOptions, 'signal' | 'whole'> {
  readonly add: UseIndex['add'];
  /** Called where a kind was listed in all namespaces. */
  readonly listedAll: (resource: ApiResource) => void;
}

/**
 * One list across all namespaces where other namespaces count or many are asked for, so that requests grow with kinds;
 * where that is not allowed, one each.
 */
async function readPlaces(cluster: Cluster, read: PlannedRead, options: ReadOptions): Promise<Failure[]> {
  const { namespaces, everywhere } = read;
  const isWide = everywhere || namespaces.length > FEW_NAMESPACES;
  const all = isWide ? await readPlace(cluster, read, '', options) : undefined;
  if (isWide && all === undefined) options.listedAll(read.resource);
  if (isWide && all?.error.httpStatus !== 403) return all === undefined ? [] : [all];
  const failures = (
    await mapConcurrently(namespaces, cluster.concurrency, (namespace) => readPlace(cluster, read, namespace, options))
  ).flatMap((failure) => (failure === undefined ? [] : [failure]));
  // What is allowed nowhere is said once.
  const isNowhere = failures.length === namespaces.length && failures.every(({ error }) => error.httpStatus === 403);
  return all !== undefined && (read.needsAll || (isNowhere && namespaces.length > 1)) ? [all] : failures;
}

async function readPlace(
  cluster: Cluster,
  read: PlannedRead,
  namespace: string,
  { signal, add, whole }: ReadOptions,
): Promise<Failure | undefined> {
  const { resource, metadataOnly } = read;
  try {
    const known = await whole?.(resource, namespace);
    if (known !== undefined) {
      for (const object of known.items) add(metadataOnly ? metadataOf(object, resource) : object);
      return undefined;
    }
    for await (const { items } of cluster.pages(resource, { namespace, metadataOnly, signal })) {
      for (const object of items) add(object);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // The kind vanished since discovery.
    if (error.httpStatus === 404) return undefined;
    const isForbidden = error.httpStatus === 403;
    const isBeyond = isForbidden && !resource.namespaced;
    if (isBeyond && isBuiltInGroup(resource.group)) return undefined;
    return { read, namespace, error, isBeyond };
  }
}

function gapOf({ read: { resource }, namespace, error }: Failure): Gap {
  const { group, kind, plural } = resource;
  const words = failureWords(resource, namespace, error);
  return { group, kind, plural, namespace, words, rights: error.rights };
}

function failureWords(resource: ApiResource, namespace: string, error: ApiError): string {
  const where = namespace === '' ? '' : ` in ${namespace}`;
  const need = error.httpStatus === 403 ? ` (needs list on ${wordOf(resource)})` : '';
  return `${resource.kind}${where} could not be listed: ${error.message}${need}${questionWords(error)}`;
}

function wordOf({ group, plural }: ApiResource): string {
  return resourceWord({ group, resource: plural });
}

/** What is forbidden is said in one sentence: an ordinary account lacks the same few kinds at every run. */
function minorWarnings(failures: readonly Failure[]): string[] {
  const forbidden = failures.filter(
    // A Secret's annotations are the least of what a refused list of Secrets hides: the candidates' list says it.
    ({ error, read }) => error.httpStatus === 403 && kindKey(read.resource) !== '/Secret',
  );
  const names = [...new Set(forbidden.map(({ read }) => wordOf(read.resource)))];
  return [
    ...(names.length === 0
      ? []
      : [`not searched for uses, since they may not be listed: ${names.join(', ')} (needs list on them)`]),
    ...failures
      .filter(({ error }) => error.httpStatus !== 403)
      .map(({ read, namespace, error }) => failureWords(read.resource, namespace, error)),
  ];
}
