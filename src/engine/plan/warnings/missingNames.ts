/**
 * What the pods of the set name and nothing has: configs and their keys, ServiceAccounts, classes. The server takes such a
 * manifest; the pods then wait in CreateContainerConfigError, or are never made at all.
 */
import { formatId, groupOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../../objects/object.js';
import { valueAt } from '../../../objects/valueAt.js';
import { isBuiltInGroup } from '../../uses/builtInGroups.js';
import { referencesOf, type Reference } from '../../uses/references.js';

interface User {
  readonly id: ObjectId;
  readonly path: string;
}

export interface MissingName {
  readonly users: readonly User[];
  readonly named: ObjectId;
  /** The keys that are read of it by their names, and that the set does not have. */
  readonly keys: readonly KeyRead[];
}

export interface KeyRead {
  readonly key: string;
  /** kubelet sets variables from `data` alone; volumes have what is in `binaryData` as well. */
  readonly isVariable: boolean;
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
  const isMade = madeByOthers(objects);
  const found = new Map<
    string,
    { readonly named: ObjectId; readonly users: User[]; readonly keys: Map<string, KeyRead> }
  >();
  for (const object of objects) {
    const group = groupOf(object.apiVersion);
    if (!isBuiltInGroup(group) || NO_HARM.includes(group) || NO_HARM.includes(`${group}/${object.kind}`)) continue;
    for (const reference of referencesOf(object)) {
      const named = namedBy(reference);
      const holder = holderAt(object, reference.path);
      if (named === undefined || holder.optional === true) continue;
      const key = keyOf(named);
      const there = own.get(key);
      const keys = keysRead(holder).filter((one) => there === undefined || !hasKey(there, one));
      if ((there !== undefined && keys.length === 0) || isMade(named, object)) continue;
      const missing = found.get(key) ?? { named, users: [], keys: new Map<string, KeyRead>() };
      missing.users.push({ id: idOf(object), path: reference.path });
      for (const one of keys) missing.keys.set(JSON.stringify(one), one);
      found.set(key, missing);
    }
  }
  return [...found.values()].map((missing) => ({ ...missing, keys: [...missing.keys.values()] }));
}

function namedBy({ group, kind, name, namespace = '', path }: Reference): ObjectId | undefined {
  if (group === undefined || kind === undefined || typeof name !== 'string' || path.startsWith('metadata.')) return;
  const isClass = kind.endsWith('Class');
  if (!isClass && !NAMESPACED.includes(`${group}/${kind}`)) return undefined;
  if (IN_EVERY_NAMESPACE.includes(`${group}/${kind}/${name}`)) return undefined;
  return { group, kind, namespace: isClass ? '' : namespace, name };
}

/** The keys that a reference reads: one in the environment, several of a volume's items. */
function keysRead({ key, items }: Readonly<Record<string, unknown>>): KeyRead[] {
  const listed = Array.isArray(items) ? items.map((item) => (item as { key?: unknown } | null)?.key) : [];
  const named = (keys: readonly unknown[], isVariable: boolean): KeyRead[] =>
    keys.flatMap((one) => (typeof one === 'string' ? [{ key: one, isVariable }] : []));
  return [...named([key], true), ...named(listed, false)];
}

/** The map in which a reference stands: `optional` and `key` are beside the name. */
function holderAt(object: KubeObject, path: string): Readonly<Record<string, unknown>> {
  return (valueAt(object, path.split(/[.[\]]+/).slice(0, -1)) ?? {}) as Readonly<Record<string, unknown>>;
}

/**
 * Tells what a custom resource of the set may make: one that says the name, or whose own name is part of it; cert-manager goes
 * by an annotation of the user as well. Each custom resource is written out once, however many names are asked about.
 */
function madeByOthers(objects: readonly KubeObject[]): (named: ObjectId, user: KubeObject) => boolean {
  const makers = objects.filter(({ apiVersion }) => !isBuiltInGroup(groupOf(apiVersion)));
  let texts: readonly string[] | undefined;
  const known = new Map<string, boolean>();
  const isSaid = (name: string): boolean => {
    texts ??= makers.map((maker) => JSON.stringify(maker));
    const quoted = JSON.stringify(name);
    return makers.some(({ metadata }) => name.includes(metadata.name)) || texts.some((text) => text.includes(quoted));
  };
  return ({ name, kind }, user) => {
    if (kind.endsWith('Class')) return false;
    const annotations = Object.keys(user.metadata.annotations ?? {});
    if (annotations.some((annotation) => annotation.startsWith('cert-manager.io/'))) return true;
    const answer = known.get(name) ?? isSaid(name);
    known.set(name, answer);
    return answer;
  };
}

/** True where a ConfigMap or a Secret has the key in the place that it is read from. */
export function hasKey({ data, binaryData }: KubeObject, { key, isVariable }: KeyRead): boolean {
  return keysIn(data).includes(key) || (!isVariable && keysIn(binaryData).includes(key));
}

/** The keys of a ConfigMap or a Secret. */
export function keysOf({ data, binaryData }: KubeObject): string[] {
  return [...keysIn(data), ...keysIn(binaryData)];
}

function keysIn(entries: unknown): string[] {
  return typeof entries === 'object' && entries !== null ? Object.keys(entries) : [];
}

/** `Deployment/web and 2 more name Secret/db (spec.template.spec.volumes[0].secret.secretName)`. */
export function missingWords({ users, named }: Pick<MissingName, 'users' | 'named'>): string {
  const ids = [...new Set(users.map(({ id }) => formatId(id)))];
  const [first = ''] = ids;
  const who = ids.length === 1 ? `${first} names` : `${first} and ${ids.length - 1} more name`;
  return `${who} ${formatId(named)} (${users[0]?.path ?? ''})`;
}
