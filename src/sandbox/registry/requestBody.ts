import type { KubeObject } from '../../objects/object.js';
import { child } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import type { WriteOptions } from './world.js';

/**
 * What of a request's body counts: everything but the status, or for the status subresource the status. That takes
 * metadata of built-in kinds as well, but for a Deployment's labels (PrepareForUpdate of each kind's status strategy).
 */
export function bodyOfChange(resource: Resource, old: KubeObject, body: unknown, options: WriteOptions): unknown {
  if (!resource.subresources.includes('status')) return body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const given = body as Draft;
  const before = old as Draft;
  if (options.subresource !== 'status') return { ...given, status: before['status'] };
  const metadata = child(given, 'metadata');
  if (resource.definition === undefined) {
    const labels = resource.kind === 'Deployment' ? { labels: old.metadata.labels } : {};
    const { apiVersion, kind, status } = given;
    return { ...before, apiVersion, kind, metadata: { ...metadata, ...labels }, status };
  }
  return {
    ...before,
    apiVersion: given['apiVersion'],
    kind: given['kind'],
    metadata: {
      ...old.metadata,
      name: metadata?.['name'],
      uid: metadata?.['uid'],
      resourceVersion: metadata?.['resourceVersion'],
      managedFields: metadata?.['managedFields'],
    },
    status: given['status'],
  };
}

/** Nobody creates an object with a status, but nodes bring their own. */
export function withoutStatus(resource: Resource, body: unknown): unknown {
  const own = resource.group === '' && resource.kind === 'Node';
  if (own || !resource.subresources.includes('status')) return body;
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body, status: undefined } : body;
}
