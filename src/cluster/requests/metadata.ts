import type { ApiResource } from '../cluster.js';
import { LAST_APPLIED_ANNOTATION } from '../../objects/annotations.js';
import { apiVersionOf, type KubeObject } from '../../objects/object.js';

/** Holds the whole manifest that kubectl applied, a Secret's data in clear included. */

/** The type that an item of a list leaves to the list. */
export function typeOf(resource: ApiResource): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind };
}

/** What a list of metadata has of an object. */
export function metadataOf({ apiVersion, kind, metadata }: KubeObject, resource: ApiResource): KubeObject {
  return normalizeMetadata({ apiVersion, kind, metadata }, resource);
}

/** A PartialObjectMetadata as the object that it is of, the value of last-applied replaced by ''. */
export function normalizeMetadata(item: KubeObject, resource: ApiResource): KubeObject {
  const { annotations } = item.metadata;
  const metadata =
    annotations === undefined || !Object.hasOwn(annotations, LAST_APPLIED_ANNOTATION)
      ? item.metadata
      : { ...item.metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: '' } };
  return { ...item, ...typeOf(resource), metadata };
}
