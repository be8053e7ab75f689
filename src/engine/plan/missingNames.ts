/**
 * What the pods of the set name and nothing has: configs and their keys, ServiceAccounts, classes. The server takes such a
 * manifest; the pods then wait in CreateContainerConfigError, or are never made at all.
 */
import { formatId, groupOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { valueAt } from '../../objects/valueAt.js';
import { isBuiltInGroup } from '../uses/builtInGroups.js';
import { referencesOf, type Reference } from '../uses/references.js';

export interface MissingName {
  readonly users: readonly { readonly id: ObjectId; readonly path: string }[];
  readonly named: ObjectId;
  /** The keys that are read of it by their names, and that the set does not have. */
  readonly keys: readonly string[];
}

const NAMESPACED = ['/ConfigMap', '/Secret', '/ServiceAccount'];
/** Who may name what is not there without harm: the grants of roles, accounts, volumes, whose class need be no object. */
const NO_HARM = ['rbac.authorization.k8s.io', 'flowcontrol.apiserver.k8s.io', '/ServiceAccount', '/PersistentVolume'];
/** Kubernetes makes them in every namespace. */
const IN_EVERY_NAMESPACE = ['/ServiceAccount/default', '/ConfigMap/kube-root-ca.crt'];

/**
 * Every name by which the built-in kinds of the set name such an object that is not in the set itself, or lacks a key
 * there. What a custom resource of the set may make is not among them: the Secret of a Certificate, of an ExternalSecret.
 * Pure.
 * @param objects of the set, as they will be
 */
export function namesToFind(objects: readonly KubeObject[]): MissingName[] {
  const own = new Map(objects.map((object) => [keyOf(idOf(object)), object]));
  const makers = objects.filter(({ apiVersion }) => !isBuiltInGroup(groupOf(apiVersion)));
  const found = new Map<string, MissingName>();
  for (const object of objects) {
    const group = groupOf(object.apiVersion);
    if (!isBuiltInGroup(group) || NO_HARM.includes(group) || NO_HARM.includes(`${group}/${object.kind}`)) continue;
    for (const reference of referencesOf(object)) {
      const named = namedBy(reference);
      const holder = holderAt(object, reference.path);
      if (named === undefined || holder.optional === true || mayBeMade(named, object, makers)) continue;
      const there = own.get(keyOf(named));
      const keys = keysRead(holder).filter((key) => there === undefined || !hasKey(there, key));
      if (there !== undefined && keys.length === 0) continue;
      const before = found.get(keyOf(named)) ?? { users: [], named, keys: [] };
      found.set(keyOf(named), {
        named,
        users: [...before.users, { id: idOf(object), path: reference.path }],
        keys: [...new Set([...before.keys, ...keys])],
      });
    }
  }
  return [...found.values()];
}

function namedBy({ group, kind, name, namespace = '', path }: Reference): ObjectId | undefined {
  if (group === undefined || kind === undefined || typeof name !== 'string' || path.startsWith('metadata.')) return;
  const isClass = kind.endsWith('Class');
  if (!isClass && !NAMESPACED.includes(`${group}/${kind}`)) return undefined;
  if (IN_EVERY_NAMESPACE.includes(`${group}/${kind}/${name}`)) return undefined;
  return { group, kind, namespace: isClass ? '' : namespace, name };
}

/** The keys that a reference reads: one in the environment, several of a volume's items. */
function keysRead({ key, items }: Readonly<Record<string, unknown>>): string[] {
  const listed = Array.isArray(items) ? items.map((item) => (item as { key?: unknown } | null)?.key) : [];
  return [key, ...listed].filter((one) => typeof one === 'string');
}

/** The map in which a reference stands: `optional` and `key` are beside the name. */
function holderAt(object: KubeObject, path: string): Readonly<Record<string, unknown>> {
  return (valueAt(object, path.split(/[.[\]]+/).slice(0, -1)) ?? {}) as Readonly<Record<string, unknown>>;
}

/** A custom resource that says the name, or whose own name is part of it; cert-manager goes by an annotation as well. */
function mayBeMade({ name, kind }: ObjectId, user: KubeObject, makers: readonly KubeObject[]): boolean {
  if (kind.endsWith('Class')) return false;
  const annotations = Object.keys(user.metadata.annotations ?? {});
  if (annotations.some((annotation) => annotation.startsWith('cert-manager.io/'))) return true;
  return makers.some(
    (maker) => name.includes(maker.metadata.name) || JSON.stringify(maker).includes(JSON.stringify(name)),
  );
}

/** True where a ConfigMap or a Secret has the key. */
export function hasKey(object: KubeObject, key: string): boolean {
  return keysOf(object).includes(key);
}

/** The keys of a ConfigMap or a Secret. */
export function keysOf({ data, binaryData }: KubeObject): string[] {
  return [data, binaryData].flatMap((entries) =>
    typeof entries === 'object' && entries !== null ? Object.keys(entries) : [],
  );
}

/** `Deployment/web and 2 more name Secret/db (spec.template.spec.volumes[0].secret.secretName)`. */
export function missingWords({ users, named }: Pick<MissingName, 'users' | 'named'>): string {
  const ids = [...new Set(users.map(({ id }) => formatId(id)))];
  const [first = ''] = ids;
  const who = ids.length === 1 ? `${first} names` : `${first} and ${ids.length - 1} more name`;
  return `${who} ${formatId(named)} (${users[0]?.path ?? ''})`;
}
