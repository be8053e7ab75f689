/** ConfigMaps and Secrets that nothing uses, by family: `kapply uses --unused`. Only metadata is read, and nothing changed. */
import type { Cluster } from '../../cluster/cluster.js';
import { groupBy } from '../../objects/groupBy.js';
import { controllerOf, idOf, type KubeObject } from '../../objects/object.js';
import { familyOf, newestFirst } from '../configs/revisions.js';
import type { Candidate, Unlisted } from '../prune/candidate.js';
import { unlistedGap } from '../prune/refuseUnlisted.js';
import { scanUses, unknownUses } from '../uses/scanUses.js';
import { useKey } from '../uses/uses.js';
import { searchConfigs, type SearchConfigsOptions } from './searchConfigs.js';

export interface UnusedOptions extends SearchConfigsOptions {
  /** Kinds, as `GROUP/KIND`, in which uses are looked for only where they can be listed. */
  readonly ignoreUnlisted: readonly string[];
}

/** One object that nothing names. */
export interface UnusedObject {
  readonly name: string;
  /** RFC 3339, by the server's clock. */
  readonly created: string;
  readonly ageMs: number;
  /** The field manager that wrote it first, as far as the server tells: whom to ask. */
  readonly manager: string | null;
  /** True where a workload could be rolled back to it. */
  readonly rollback: boolean;
}

/** The unused revisions of one generator, newest first; a family of one for a plain name. */
export interface UnusedFamily {
  readonly kind: string;
  readonly namespace: string;
  /** The generator's name, or the plain one. */
  readonly name: string;
  readonly generated: boolean;
  readonly objects: readonly UnusedObject[];
}

export interface Unused {
  readonly families: readonly UnusedFamily[];
  /** How many were looked at. */
  readonly looked: number;
  readonly warnings: readonly string[];
  readonly unlisted: readonly Unlisted[];
}

/** Made by Kubernetes and by meshes in every namespace, for whoever wants them. */
const EVERYWHERE = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert']);

/**
 * What no object names any more, by the strictest rule: any mention of a name is a use, whatever the field.
 * @throws KapplyError `NothingListed` (exit 5), `NamespaceNotFound` (exit 2)
 */
export async function readUnused(cluster: Cluster, options: UnusedOptions): Promise<Unused> {
  const { signal } = options;
  const discovery = await cluster.discover({ signal });
  const found = await searchConfigs(cluster, discovery, options);
  const { serverTime, unlisted } = found;
  const objects = found.items.filter(isSomebodys).map(({ object }) => object);
  const scan = await scanUses(cluster, {
    candidates: objects.map(idOf),
    plainNames: true,
    ignoreUnlisted: options.ignoreUnlisted,
    discovery,
    signal,
  });
  const usesOf = (object: KubeObject) => scan.uses.get(useKey(idOf(object))) ?? [];
  const isUnknown = (object: KubeObject): boolean => unknownUses(scan, idOf(object)) !== undefined;
  const unused = objects.filter((object) => !isUnknown(object) && !usesOf(object).some(({ active }) => active));
  const gaps = objects.some(isUnknown) ? scan.gaps : [];
  return {
    families: byFamily(unused, (object) => describe(object, serverTime ?? 0, usesOf(object).length > 0)),
    looked: objects.length,
    unlisted: [...unlisted, ...gaps.map(unlistedGap)],
    warnings: [...found.warnings, ...gaps.map(({ words }) => words), ...scan.warnings],
  };
}

/** Not what a controller or the cluster itself makes anew, nor what is going already. */
function isSomebodys({ object, protectedType }: Candidate): boolean {
  const { name, deletionTimestamp } = object.metadata;
  return (
    !protectedType && deletionTimestamp === undefined && controllerOf(object) === undefined && !EVERYWHERE.has(name)
  );
}

function describe(object: KubeObject, serverTime: number, rollback: boolean): UnusedObject {
  const { name, creationTimestamp: created = '', managedFields = [] } = object.metadata;
  const first = [...managedFields].sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1))[0];
  return {
    name,
    created,
    ageMs: Math.max(serverTime - Date.parse(created), 0),
    manager: first?.manager ?? null,
    rollback,
  };
}

function byFamily(objects: readonly KubeObject[], describeOne: (object: KubeObject) => UnusedObject): UnusedFamily[] {
  const keyed = groupBy([...objects].sort(newestFirst), familyOrder);
  keyed.sort(([a], [b]) => (familyOrder(a) < familyOrder(b) ? -1 : 1));
  return keyed.map((revisions) => {
    const { kind, namespace, name } = idOf(revisions[0]);
    const family = familyOf(name);
    const generated = family !== undefined;
    return { kind, namespace, name: family ?? name, generated, objects: revisions.map(describeOne) };
  });
}

/** Equal for the revisions of one generator; a plain name may be that of a generator. */
function familyOrder(object: KubeObject): string {
  const { kind, namespace, name } = idOf(object);
  const family = familyOf(name);
  return `${namespace}/${kind}/${family ?? name}/${family === undefined ? '' : 'generated'}`;
}
