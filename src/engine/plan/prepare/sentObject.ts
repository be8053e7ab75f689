/** What of a manifest is sent, and as what: what only the server or kapply itself writes is left out. */
import { isStamp } from '../../sets/ownership.js';
import { isJsonObject } from '../../../objects/json.js';
import { isSecret } from '../../../objects/kinds.js';
import { groupOf, type KubeObject, type ObjectMeta } from '../../../objects/object.js';
import type { RenderedObject } from '../../../objects/rendered.js';
import { LAST_APPLIED_ANNOTATION } from '../../../objects/annotations.js';

/** `annotations:` or `namespace:` with nothing behind it is null: the same as no field. */
export function withoutNulls(item: RenderedObject): RenderedObject {
  const fields = Object.entries(item.object.metadata as unknown as Readonly<Record<string, unknown>>);
  const metadata = fields.filter(([, value]) => value !== null);
  if (metadata.length === fields.length) return item;
  return { ...item, object: { ...item.object, metadata: Object.fromEntries(metadata) as unknown as ObjectMeta } };
}

/**
 * A manifest that was exported from a cluster carries what kapply wrote there: whose it is now, this run says. The note
 * of `kubectl apply` goes as well: it tells of another apply, and what takes over from kubectl removes it.
 */
export function withoutStamps(object: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  if (annotations === undefined) return object;
  const own = Object.entries(annotations).filter(([key]) => !isStamp(key) && key !== LAST_APPLIED_ANNOTATION);
  return own.length === Object.keys(annotations).length
    ? object
    : { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(own) } };
}

/** The controller writes the rules of an aggregated ClusterRole: even an empty list is a conflict with it (seen). */
export function withoutRules(object: KubeObject): KubeObject {
  const isAggregated =
    object.kind === 'ClusterRole' &&
    groupOf(object.apiVersion) === 'rbac.authorization.k8s.io' &&
    object.aggregationRule !== undefined &&
    object.aggregationRule !== null;
  if (!isAggregated || !Object.hasOwn(object, 'rules')) return object;
  const { rules: _, ...rest } = object;
  return rest;
}

/** managedFields own f:stringData, and a key that leaves it stays in data (seen): so only data is ever sent. */
export function foldStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (!isSecret(object) || !isJsonObject(stringData)) return object;
  const encoded = Object.entries(stringData).map(
    ([key, value]) => [key, Buffer.from(typeof value === 'string' ? value : '', 'utf8').toString('base64')] as const,
  );
  return {
    ...rest,
    data: { ...(object.data as Record<string, string> | undefined), ...Object.fromEntries(encoded) },
  };
}
