/**
 * The vocabulary of the whole project: a Kubernetes object as plain JSON data, and how it is identified.
 * Objects are never instances of classes and are treated as immutable: whoever changes one makes a copy.
 */

/** What a manifest can hold. `bigint` stands for integers beyond 2^53, which Kubernetes takes up to 64 bits. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
/** Made with a null prototype or checked with Object.hasOwn where keys come from users: `__proto__` is data. */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** One entry of metadata.managedFields (meta/v1 ManagedFieldsEntry). */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  /** The FieldsV1 tree: keys `f:NAME`, `k:{…}`, `v:VALUE`, `i:INDEX`, and `.` for the item itself. */
  readonly fieldsV1?: JsonObject;
  readonly subresource?: string;
}

/** meta/v1 ObjectMeta, as far as kapply reads it; other fields pass through. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** A Kubernetes object: apiVersion, kind, metadata and whatever its kind has besides. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** What makes an object the same object across versions of its API and across revisions of its content. */
export interface ObjectId {
  /** The API group, '' for the core group. */
  readonly group: string;
  readonly kind: string;
  /** '' for an object of the cluster. */
  readonly namespace: string;
  readonly name: string;
}

/** The group of an apiVersion: `apps/v1` → `apps`, `v1` → ''. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The version of an apiVersion: `apps/v1` → `v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** The apiVersion of a group and a version: `apps/v1`, and `v1` where the group is ''. */
export function apiVersionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Group, kind, namespace and name of an object; the version is no part of what it is. */
export function idOf(object: KubeObject): ObjectId {
  return {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  };
}

/** A key for maps: equal exactly when the ids are equal. No part of an id can hold a slash. */
export function keyOf(id: ObjectId): string {
  return `${id.group}/${id.kind}/${id.namespace}/${id.name}`;
}

/** `Deployment/web`, the form in which people read ids; `namespaced` puts the namespace in front: `shop/Deployment/web`. */
export function formatId(id: ObjectId, namespaced = false): string {
  const short = `${id.kind}/${id.name}`;
  return namespaced && id.namespace !== '' ? `${id.namespace}/${short}` : short;
}

/** The owner that controls an object and makes it anew (meta/v1 OwnerReference.controller), or undefined. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}
