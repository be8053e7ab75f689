/** Who uses an object, through which field and in which revision: `kapply uses`. Only reads, and only metadata of the object. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { ApiResource, Cluster, Discovery } from '../../cluster/cluster.js';
import { inputError } from '../../errors.js';
import { formatId, idOf, keyOf, type ObjectId } from '../../objects/object.js';
import { familyOf, isConfigKind, newestFirst } from '../configs/revisions.js';
import { nearest } from '../../objects/nearest.js';
import type { Unlisted } from '../prune/candidate.js';
import { refuseBlind, unlistedGap } from '../prune/refuseUnlisted.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { refuseMissingNamespaces } from '../run/missingNamespaces.js';
import { scanUses, unknownUses } from '../uses/scanUses.js';
import { useKey, type Use } from '../uses/uses.js';
import { namedResource, type NamedResource } from './namedResource.js';
import { useStateOf, type UseState } from './useState.js';

export interface UsesOptions {
  /** `KIND/NAME`, as kubectl takes it; a generator's name stands for all of its revisions. */
  readonly names: readonly string[];
  readonly namespaces: readonly string[] | 'all';
  /** Kinds, as `GROUP/KIND`, in which uses are looked for only where they can be listed. */
  readonly ignoreUnlisted: readonly string[];
  readonly signal: AbortSignal;
}

/** One object that was asked for, and who uses it. */
export interface UsedObject extends ObjectId {
  /** False where nothing of this name is there, although something may name it. `null`: it may not be looked at. */
  readonly exists: boolean | null;
  readonly state: UseState;
  /** The first users in words; what is missing for `unknown`. */
  readonly reason: string;
  readonly users: readonly Use[];
}

export interface FoundUses {
  readonly objects: readonly UsedObject[];
  readonly warnings: readonly string[];
  readonly unlisted: readonly Unlisted[];
}

interface Target {
  readonly id: ObjectId;
  readonly exists: boolean | null;
}

/**
 * Reads who uses the named objects, in all namespaces.
 * @throws KapplyError `UsageError`, `UnknownKind`, `NamespaceNotFound`, `ObjectNotFound` for what neither exists nor is named
 *   (exit 2); `NothingListed` (exit 5)
 */
export async function readUses(cluster: Cluster, options: UsesOptions): Promise<FoundUses> {
  const { names, signal } = options;
  const discovery = await cluster.discover({ signal });
  const named = names.map((name) => namedResource(discovery, name));
  const looked = await mapConcurrently(named, cluster.concurrency, (one) => lookFor(cluster, one, options));
  const targets = [
    ...new Map(looked.flatMap((one) => one.targets).map((target) => [keyOf(target.id), target])).values(),
  ];
  const scan = await scanUses(cluster, {
    candidates: targets.map(({ id }) => id),
    plainNames: false,
    ignoreUnlisted: options.ignoreUnlisted,
    discovery,
    signal,
  });
  const objects = targets.map(({ id, exists }): UsedObject => {
    const [state, reason] = useStateOf(id, scan);
    return { ...id, exists, state, reason, users: scan.uses.get(useKey(id)) ?? [] };
  });
  const unlisted = looked.flatMap((one) => one.unlisted);
  const isAnswered = objects.some(({ exists, users }) => exists !== null || users.length > 0);
  refuseBlind({ unlisted, answered: isAnswered }, cluster);
  const warnings = await refuseUnknownNames(cluster, objects, looked, { ...options, discovery });
  const isUnknown = targets.some(({ id }) => unknownUses(scan, id) !== undefined);
  return {
    objects,
    unlisted: [...unlisted, ...(isUnknown ? scan.gaps.map(unlistedGap) : [])],
    warnings: [...warnings, ...(isUnknown ? scan.gaps.map(({ words }) => words) : []), ...scan.warnings],
  };
}

interface Looked {
  readonly targets: readonly Target[];
  readonly unlisted: readonly Unlisted[];
  /** The names of what is there besides, where it was listed. */
  readonly others: readonly string[];
}

/** What a name stands for: the object, or else the revisions of a generated config; in each namespace asked about. */
async function lookFor(cluster: Cluster, named: NamedResource, options: UsesOptions): Promise<Looked> {
  const { resource } = named;
  const { namespaces } = options;
  const places = !resource.namespaced || namespaces === 'all' ? [''] : namespaces;
  const found = await Promise.all(places.map((namespace) => lookIn(cluster, named, namespace, options)));
  return {
    targets: found.flatMap(({ targets }) => targets),
    unlisted: found.flatMap(({ unlisted }) => unlisted),
    others: found.flatMap(({ others }) => others),
  };
}

async function lookIn(
  cluster: Cluster,
  { resource, name }: NamedResource,
  namespace: string,
  { signal }: UsesOptions,
): Promise<Looked> {
  const listed = (fieldSelector?: string) =>
    cluster.listMetadata(resource, { namespace, signal, ...(fieldSelector !== undefined && { fieldSelector }) });
  const idIn = (place: string): ObjectId => ({ group: resource.group, kind: resource.kind, namespace: place, name });
  try {
    const exact = await listed(`metadata.name=${name}`);
    const items = exact.items.filter(({ metadata }) => metadata.name === name);
    if (items.length > 0) {
      return { targets: items.map((object) => ({ id: idOf(object), exists: true })), unlisted: [], others: [] };
    }
    const { items: all } = await listed();
    const isFamily = isConfigKind(resource.group, resource.kind);
    const family = all.filter(({ metadata }) => isFamily && familyOf(metadata.name) === name).sort(newestFirst);
    // Nobody knows in which namespace it would be: what names it is found by the namespace of whoever does.
    const missing = namespace === '' && resource.namespaced ? [] : [{ id: idIn(namespace), exists: false }];
    return {
      targets: family.length > 0 ? family.map((object) => ({ id: idOf(object), exists: true })) : missing,
      unlisted: [],
      others: all.map(({ metadata }) => metadata.name),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const where = namespace === '' ? '' : ` in ${namespace}`;
    const why = `${resource.kind}${where} could not be listed: ${refusedWords(error)}`;
    return {
      targets: namespace === '' && resource.namespaced ? [] : [{ id: idIn(namespace), exists: null }],
      unlisted: [unlistedOf(resource, namespace, why, error)],
      others: [],
    };
  }
}

function unlistedOf(resource: ApiResource, namespace: string, why: string, { rights }: ApiError): Unlisted {
  return { resource, namespace, why, rights };
}

/** A name that nothing has and nothing names was most likely misspelt. */
async function refuseUnknownNames(
  cluster: Cluster,
  objects: readonly UsedObject[],
  looked: readonly Looked[],
  { names, namespaces, signal, discovery }: UsesOptions & { readonly discovery: Discovery },
): Promise<string[]> {
  const isNothing = ({ exists, users, state }: UsedObject): boolean =>
    exists === false && users.length === 0 && state !== 'unknown';
  const nowhere = looked.findIndex(({ targets, unlisted }) => targets.length === 0 && unlisted.length === 0);
  const unknown = objects.find(isNothing);
  if (unknown === undefined && nowhere < 0) return [];
  const warnings =
    namespaces === 'all' ? [] : await refuseMissingNamespaces(cluster, namespaces, { discovery, signal });
  const what = unknown === undefined ? (names[nowhere] ?? '') : formatId(unknown);
  const name = unknown?.name ?? what.slice(what.lastIndexOf('/') + 1);
  const near = nearest(
    name,
    looked.flatMap(({ others }) => others).map((other) => familyOf(other) ?? other),
  );
  const where = namespaces === 'all' ? 'in any namespace' : `in ${namespaces.join(', ')}`;
  const missing = `there is no ${what}${unknown?.namespace === '' ? '' : ` ${where}`}`;
  throw inputError('ObjectNotFound', unknown === undefined ? missing : `${missing}, and nothing names it`, {
    suggestions: [
      ...(near === undefined ? [] : [`Did you mean ${what.slice(0, what.lastIndexOf('/'))}/${near}?`]),
      ...warnings,
      namespaces === 'all'
        ? 'With -n NAMESPACE it is told who names what is missing there.'
        : '-A looks in all namespaces.',
    ],
  });
}
