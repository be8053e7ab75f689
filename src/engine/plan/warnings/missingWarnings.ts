/** Warnings about what the set names and neither it nor the cluster has, with what was meant. Only reads are sent. */
import { ApiError } from '../../../cluster/apiError.js';
import {
  findPreferred,
  findResource,
  type ApiResource,
  type Cluster,
  type Discovery,
} from '../../../cluster/cluster.js';
import { formatId, idOf, keyOf, type KubeObject, type ObjectId } from '../../../objects/object.js';
import { familyOf, isConfigKind } from '../../configs/revisions.js';
import { mapConcurrently } from '../../run/mapConcurrently.js';
import { hasKey, keysOf, missingWords, namesToFind, type MissingName } from './missingNames.js';
import { nearest } from '../../../objects/nearest.js';

export interface MissingWarningsOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/**
 * @param objects of the set, as they will be
 * @returns nothing for what may not be read: who may not look does not know, and is not warned
 */
export async function missingWarnings(
  objects: readonly KubeObject[],
  options: MissingWarningsOptions,
): Promise<string[]> {
  const own = new Map(objects.map((object) => [keyOf(idOf(object)), object]));
  const warnings = await mapConcurrently(namesToFind(objects), options.cluster.concurrency, async (missing) => {
    const { named } = missing;
    const resource = findPreferred(options.discovery, named.group, named.kind);
    if (resource === undefined) return [];
    try {
      return await warningsOf(missing, resource, { objects, own: own.get(keyOf(named)) }, options);
    } catch (error) {
      if (error instanceof ApiError) return [];
      throw error;
    }
  });
  return warnings.flat();
}

async function warningsOf(
  missing: MissingName,
  resource: ApiResource,
  { objects, own }: { readonly objects: readonly KubeObject[]; readonly own: KubeObject | undefined },
  options: MissingWarningsOptions,
): Promise<string[]> {
  const { named, keys } = missing;
  const { cluster, signal } = options;
  const live = await cluster.get({ resource, namespace: named.namespace, name: named.name }, { signal });
  const there = [own, live].filter((object) => object !== undefined);
  if (there.length === 0) {
    if (await hasVolumeOf(named, options)) return [];
    const words = `${missingWords(missing)}, which neither this set nor the cluster has`;
    const why = whyItMissed(named, objects.map(idOf));
    if (why !== undefined) return [`${words}: ${why}`];
    const names = await namesLike(missing, resource, objects, options);
    return [words + meant(nearest(named.name, names))];
  }
  const known = [...new Set(there.flatMap(keysOf))];
  return keys
    .filter((read) => !there.some((object) => hasKey(object, read)))
    .map(({ key }) => {
      const isBinary = known.includes(key);
      const why = isBinary ? `the key ${key} in binaryData: no variable is set from it` : `no key ${key}`;
      return `${missingWords(missing)}, which has ${why}${isBinary ? '' : meant(nearest(key, known))}`;
    });
}

/**
 * What the set makes instead: kustomize rewrites a name only where both objects have one namespace, and one way through its
 * prefixes and suffixes; otherwise the field keeps what its manifest says.
 */
function whyItMissed(named: ObjectId, made: readonly ObjectId[]): string | undefined {
  const ofKind = made.filter(({ group, kind }) => group === named.group && kind === named.kind);
  const here = ofKind.filter(({ namespace }) => namespace === named.namespace);
  const generated = here.find(({ name }) => familyOf(name) === named.name);
  if (generated !== undefined) return `this deploy makes ${generated.name}, and the generator's name did not reach it`;
  const elsewhere = ofKind.find(({ name, namespace }) => namespace !== named.namespace && plainOf(name) === named.name);
  if (elsewhere !== undefined) return `this deploy makes ${formatId(elsewhere, true)}, in another namespace`;
  const affixed = here.find(({ name }) => hasAffix(plainOf(name), named.name));
  return affixed && `this deploy makes ${affixed.name}, whose prefix or suffix did not reach it`;
}

/** A name without the hash of its content. */
function plainOf(name: string): string {
  return familyOf(name) ?? name;
}

function hasAffix(name: string, plain: string): boolean {
  return name.endsWith(`-${plain}`) || name.startsWith(`${plain}-`);
}

function meant(name: string | undefined): string {
  return name === undefined ? '' : `: did you mean ${name}?`;
}

/** The names that could have been meant, of generated configs the family: what a manifest says of them. */
async function namesLike(
  { named }: MissingName,
  resource: ApiResource,
  objects: readonly KubeObject[],
  { cluster, signal }: MissingWarningsOptions,
): Promise<string[]> {
  const own = objects.map(idOf).filter((id) => isSameKind(id, named));
  const { items } = await cluster.listMetadata(resource, { namespace: named.namespace, signal });
  const ids = [...own, ...items.map((item) => ({ ...named, name: item.metadata.name }))];
  return [...new Set(ids.map(({ group, kind, name }) => (isConfigKind(group, kind) ? plainOf(name) : name)))];
}

function isSameKind(a: ObjectId, b: ObjectId): boolean {
  return a.group === b.group && a.kind === b.kind && a.namespace === b.namespace;
}

/** A volume made by hand may name a class that is no object: claims of that class are bound to it. */
async function hasVolumeOf(
  { kind, name }: ObjectId,
  { cluster, discovery, signal }: MissingWarningsOptions,
): Promise<boolean> {
  if (kind !== 'StorageClass') return false;
  const volumes = findResource(discovery, '', 'v1', 'PersistentVolume');
  if (volumes === undefined) return false;
  const { items } = await cluster.list(volumes, { signal });
  return items.some(({ spec }) => (spec as { storageClassName?: string } | undefined)?.storageClassName === name);
}
