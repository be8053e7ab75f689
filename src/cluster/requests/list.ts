import { ApiError } from '../apiError.js';
import type { ApiResource, ListOptions, ObjectList, ObjectPage } from '../cluster.js';
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

type PageOptions = ListOptions & { readonly metadataOnly?: boolean };

/** A whole list, read page by page. */
export async function listAll(client: ApiClient, resource: ApiResource, options: PageOptions): Promise<ObjectList> {
  let items: KubeObject[] = [];
  let resourceVersion = '';
  let serverTime = 0;
  for await (const page of pagesOf(client, resource, options)) {
    if (page.isFirst) {
      items = [];
      ({ serverTime } = page);
    }
    for (const item of page.items) items.push(item);
    ({ resourceVersion } = page);
  }
  return { items, resourceVersion, serverTime };
}

/** The pages of a list; started again when a continue token has expired (410), at last without pages. */
export async function* pagesOf(
  client: ApiClient,
  resource: ApiResource,
  options: PageOptions,
): AsyncGenerator<ObjectPage, void, undefined> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      yield* readPages(client, resource, options, restarts < MOST_RESTARTS ? PAGE : undefined);
      return;
    } catch (error) {
      const expired = error instanceof ApiError && error.httpStatus === 410;
      if (!expired || restarts >= MOST_RESTARTS) throw error;
    }
  }
}

async function* readPages(
  client: ApiClient,
  resource: ApiResource,
  options: PageOptions,
  limit: number | undefined,
): AsyncGenerator<ObjectPage, void, undefined> {
  const { namespace = '', labelSelector, fieldSelector, metadataOnly = false, signal } = options;
  let next: string | undefined;
  do {
    const answer = await client.json({
      method: 'GET',
      path: collectionPath(resource, namespace, { labelSelector, fieldSelector, limit, continue: next }),
      accept: metadataOnly ? METADATA_LIST : 'application/json',
      safe: true,
      signal,
    });
    const page = answer.value as unknown as Page;
    const isFirst = next === undefined;
    next = page.metadata?.continue === '' ? undefined : page.metadata?.continue;
    yield {
      // An empty metadata list has `"items": null`; items of a full list have neither apiVersion nor kind.
      items: (page.items ?? []).map((item) => itemOf(item, resource, metadataOnly)),
      isFirst,
      resourceVersion: page.metadata?.resourceVersion ?? '',
      serverTime: Date.parse(answer.headers.date ?? '') || Date.now(),
    };
  } while (next !== undefined);
}

function itemOf(item: KubeObject, resource: ApiResource, metadataOnly: boolean): KubeObject {
  return metadataOnly ? normalizeMetadata(item, resource) : { ...item, ...typeOf(resource) };
}
