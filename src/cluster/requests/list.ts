import { ApiError } from '../apiError.js';
import type { ApiResource, ListOptions, ObjectList, ObjectPage } from '../cluster.js';
import type { Json, KubeObject } from '../../objects/object.js';
import type { ApiClient } from './apiClient.js';
import { rightOn } from '../right.js';
import { normalizeMetadata, typeOf } from './metadata.js';
import { collectionPath } from './paths.js';
import { listAt, mapAt, objectAt, ShapeError, textAt } from './shapes.js';
import { elapsedMs } from '../../net/timing.js';

/** Objects a page: client-go's default (tools/pager). */
const PAGE = 500;
/** A list that changes faster than it can be read in pages is read in one go. */
const MOST_RESTARTS = 2;

/** A million objects of 500 a page; an API server that sends pages for ever is none. */
const MOST_PAGES = 2_000;
/** Of one list, in characters of JSON. */
const MOST_LENGTH = 1 << 30;

const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

interface Page {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** '' on the last page. */
  readonly next: string;
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
  const accept = metadataOnly ? METADATA_LIST : 'application/json';
  const rights = [rightOn('list', resource, namespace)];
  const tokens = new Set<string>();
  let length = 0;
  for (let next: string | undefined; ;) {
    const path = collectionPath(resource, namespace, { labelSelector, fieldSelector, limit, continue: next });
    const request = { method: 'GET', path, accept, safe: true, signal, rights, isLong: limit === undefined } as const;
    const answer = await askOrRemember(client, resource, () =>
      client.json(request, (value) => {
        const page = pageOf(value, resource, metadataOnly);
        if (tokens.has(page.next)) throw new ShapeError('a continue token came twice: its pages go round in a circle');
        return page;
      }),
    );
    const { items, resourceVersion, next: token } = answer.value;
    yield {
      items,
      isFirst: next === undefined,
      resourceVersion,
      serverTime: Date.parse(answer.headers.date ?? '') || Date.now(),
    };
    if (token === '') return;
    tokens.add(token);
    length += answer.length;
    if (tokens.size >= MOST_PAGES || length >= MOST_LENGTH)
      throw client.malformed(path, `there is no end after ${tokens.size} pages`);
    next = token;
  }
}

/** Asks for a page, unless the kind is known to hang; keeps in mind where it does. */
async function askOrRemember<T>({ hanging }: ApiClient, resource: ApiResource, ask: () => Promise<T>): Promise<T> {
  hanging.check(resource);
  const began = elapsedMs();
  try {
    return await ask();
  } catch (error) {
    throw hanging.failed(resource, error, elapsedMs() - began);
  }
}

/** @throws ShapeError */
function pageOf(value: Json, resource: ApiResource, metadataOnly: boolean): Page {
  const list = mapAt(value, 'the answer');
  // Not an empty list: an object that has no items at all, such as a Status of success.
  if (!Object.hasOwn(list, 'items')) throw new ShapeError('items is missing');
  const metadata = mapAt(list.metadata, 'metadata');
  const items = listAt(list.items, 'items').map((item, index) => {
    const object = objectAt(item, `items[${index}]`);
    // Items of a full list have neither apiVersion nor kind.
    return metadataOnly ? normalizeMetadata(object, resource) : { ...object, ...typeOf(resource) };
  });
  return {
    items,
    resourceVersion: textAt(metadata.resourceVersion, 'metadata.resourceVersion'),
    next: textAt(metadata.continue, 'metadata.continue'),
  };
}
