import { StringDecoder } from 'node:string_decoder';
import { EXIT, KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { ApiError, type Status } from '../apiError.js';
import type { ApiResource, WatchEvent, WatchOptions } from '../cluster.js';
import { codeOf, TransportError } from '../../net/http.js';
import { unpacked } from '../../net/readBody.js';
import { boundedSignal, pause } from '../../net/abort.js';
import type { ApiClient } from './apiClient.js';
import { decodeJson } from './json.js';
import { listAll } from './list.js';
import { normalizeMetadata } from './metadata.js';
import { collectionPath } from './paths.js';

/** The server ends a watch by itself after 5 to 10 minutes, as client-go's reflector asks it to: connections get spread anew. */
const SHORTEST_SECONDS = 300;
/** After this, a watch that the server should have ended is taken for dead. */
const GRACE_MS = 30_000;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;

const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** What the objects looked like when last seen: after a new list, what vanished is told as deleted. */
type Known = Map<string, KubeObject>;

/** Lists, then watches from there on; see Cluster.watch. */
export async function* watchAll(
  client: ApiClient,
  resource: ApiResource,
  options: WatchOptions & { readonly signal: AbortSignal },
  random: () => number,
): AsyncGenerator<WatchEvent> {
  const known: Known = new Map();
  const { signal } = options;
  let synced = false;
  let position: string | undefined;
  let failures = 0;
  const over = (): boolean => signal.aborted;
  while (!over()) {
    failures += 1;
    try {
      if (position === undefined) {
        const list = await listAll(client, resource, options);
        yield* difference(known, list.items);
        position = list.resourceVersion;
        if (!synced) yield { type: 'synced' };
        synced = true;
      }
      for await (const event of watchOnce(client, resource, options, position, random)) {
        failures = 0;
        position = event.object.metadata.resourceVersion ?? position;
        if (event.type === 'BOOKMARK') continue;
        if (event.type === 'DELETED') known.delete(keyFor(event.object));
        else known.set(keyFor(event.object), event.object);
        yield { type: event.type === 'DELETED' ? 'deleted' : 'changed', object: event.object };
      }
    } catch (error) {
      if (over()) return;
      if (error instanceof ApiError && error.httpStatus === 410) position = undefined;
      else if (!synced || !passes(error)) throw error;
    }
    // A server that ends every watch at once, or is away, is not asked in a tight loop.
    if (failures > 1) await rest(failures, signal, random);
  }
}

function keyFor({ metadata }: KubeObject): string {
  return metadata.uid ?? `${metadata.namespace ?? ''}/${metadata.name}`;
}

function* difference(known: Known, items: readonly KubeObject[]): Generator<WatchEvent> {
  const listed = new Map(items.map((item) => [keyFor(item), item]));
  for (const [key, object] of known) {
    if (listed.has(key)) continue;
    known.delete(key);
    yield { type: 'deleted', object };
  }
  for (const [key, object] of listed) {
    const before = known.get(key);
    known.set(key, object);
    if (before?.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'changed', object };
  }
}

/** What a watch outlives: the server being away or overloaded. A refusal (403, 404) will not change by itself. */
function passes(error: unknown): boolean {
  if (error instanceof ApiError) return error.httpStatus === 429 || error.httpStatus >= 500;
  if (error instanceof KapplyError) return error.exitCode === EXIT.unreachable && error.code === 'Unreachable';
  return error instanceof TransportError;
}

async function rest(failures: number, signal: AbortSignal, random: () => number): Promise<void> {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
  try {
    await pause(delay * (0.5 + random() / 2), [signal]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

interface RawEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

/** The events of one watch request, until it ends. Throws an ApiError for an ERROR event. */
async function* watchOnce(
  client: ApiClient,
  resource: ApiResource,
  options: WatchOptions & { readonly signal: AbortSignal },
  resourceVersion: string,
  random: () => number,
): AsyncGenerator<ObjectEvent> {
  const { namespace = '', labelSelector, fieldSelector, metadataOnly = false } = options;
  const timeoutSeconds = Math.round(SHORTEST_SECONDS * (1 + random()));
  const bounded = boundedSignal([options.signal], timeoutSeconds * 1000 + GRACE_MS);
  try {
    const response = await client.stream({
      method: 'GET',
      path: collectionPath(resource, namespace, {
        watch: true,
        allowWatchBookmarks: true,
        timeoutSeconds,
        resourceVersion,
        labelSelector,
        fieldSelector,
      }),
      accept: metadataOnly ? METADATA : 'application/json',
      safe: true,
      signal: bounded.signal,
    });
    for await (const line of linesOf(unpacked(response))) {
      const event = decodeJson(line) as unknown as RawEvent;
      if (event.type === 'ERROR') {
        const status = event.object as Status;
        throw new ApiError(status.code ?? 500, status);
      }
      const object = event.object as KubeObject;
      yield { type: event.type, object: metadataOnly ? normalizeMetadata(object, resource) : object };
    }
  } finally {
    bounded.release();
  }
}

/** Whole lines; what follows the last break was cut off and is dropped. Rejects with a TransportError. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let pending: string[] = [];
  try {
    for await (const chunk of body) {
      const pieces = decoder.write(chunk).split('\n');
      const last = pieces.pop() ?? '';
      for (const piece of pieces) {
        const line = pending.join('') + piece;
        pending = [];
        if (line !== '') yield line;
      }
      pending.push(last);
    }
  } catch (error) {
    throw error instanceof Error && codeOf(error) === ''
      ? error
      : new TransportError('perhaps', codeOf(error), 'the watch broke off', error);
  }
}
