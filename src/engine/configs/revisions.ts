/**
 * Generated configs: a generator's name, a dash, and ten characters of a content hash
 * (kustomize api/hasher: hex digits with 0→g, 1→h, 3→k, a→m, e→t).
 */
import type { KubeObject, ObjectId } from '../../objects/object.js';

const HASHED_NAME = /^(?<family>.+)-(?<hash>[2456789bcdfghkmt]{10})$/;

/** The family of a name with a content hash: `db-cred-9h2kf8d2tm` → `db-cred`; undefined for plain names. */
export function familyOf(name: string): string | undefined {
  return HASHED_NAME.exec(name)?.groups?.family;
}

/** True for the kinds that have generators. */
export function isConfigKind(group: string, kind: string): boolean {
  return group === '' && (kind === 'ConfigMap' || kind === 'Secret');
}

/** True for a ConfigMap or Secret whose name has a content hash, whoever made it. */
export function isRevision(id: ObjectId): boolean {
  return isConfigKind(id.group, id.kind) && familyOf(id.name) !== undefined;
}

/** Equal for the revisions of one generator: kind, namespace and family; undefined for what is no revision. */
export function familyKey(id: ObjectId): string | undefined {
  const family = isConfigKind(id.group, id.kind) ? familyOf(id.name) : undefined;
  return family === undefined ? undefined : `${id.kind}/${id.namespace}/${family}`;
}

/** Orders by creation, newest first; the name decides between objects of the same second. */
export function newestFirst(a: KubeObject, b: KubeObject): number {
  const [createdA, createdB] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (createdA !== createdB) return createdA < createdB ? 1 : -1;
  return a.metadata.name < b.metadata.name ? 1 : -1;
}
