import { ApiError } from '../apiError.js';
import type { ApiResource, ListOptions, ObjectList } from '../cluster.js';
import type { KubeObject } from '../../objects/object.js';
import type { ApiClient } from './apiClient.js';
import { normalizeMetadata, typeOf } from './metadata.js';
import { collectionPath } from './paths.js';

/** Objects a page: client-go's default (tools/pager). */
const PAGE = 500;
/** A list that changes faster than it can be read in pages is read in one go. */
const MOST_RESTARTS = 2;

const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

interface Page {
  readonly items?: readonly KubeObject[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** A whole list, page by page; started again when a continue token has expired (410), at last without pages. */
export async function listAll(
  client: ApiClient,
  resource: ApiResource,
  options: ListOptions & { readonly metadataOnly?: boolean },
): Promise<ObjectList> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await listPages(client, resource, options, restarts < MOST_RESTARTS ? PAGE : undefined);
    } catch (error) {
      const expired = error instanceof ApiError && error.httpStatus === 410;
      if (!expired || restarts >= MOST_RESTARTS) throw error;
    }
  }
}

async function listPages(
  client: ApiClient,
  resource: ApiResource,
  options: ListOptions & { readonly metadataOnly?: boolean },
  limit: number | undefined,
): Promise<ObjectList> {
  const { namespace = '', labelSelector, fieldSelector, metadataOnly = false, signal } = options;
  const items: KubeObject[] = [];
  let next: string | undefined;
  let serverTime: number | undefined;
  for (;;) {
    const answer = await client.json({
      method: 'GET',
      path: collectionPath(resource, namespace, { labelSelector, fieldSelector, limit, continue: next }),
      accept: metadataOnly ? METADATA_LIST : 'application/json',
      safe: true,
      signal,
    });
    const page = answer.value as unknown as Page;
    // An empty metadata list has `"items": null`; items of a full list have neither apiVersion nor kind.
    for (const item of page.items ?? []) items.push(itemOf(item, resource, metadataOnly));
    serverTime ??= Date.parse(answer.headers.date ?? '');
    next = page.metadata?.continue;
    if (next === undefined || next === '') {
      return { items, resourceVersion: page.metadata?.resourceVersion ?? '', serverTime: serverTime || Date.now() };
    }
  }
}

function itemOf(item: KubeObject, resource: ApiResource, metadataOnly: boolean): KubeObject {
  return metadataOnly ? normalizeMetadata(item, resource) : { ...item, ...typeOf(resource) };
}
