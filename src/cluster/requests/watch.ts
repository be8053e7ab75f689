import { EXIT, KapplyError } from '../../errors.js';
import type { Json, KubeObject } from '../../objects/object.js';
import { boundSignal, pause } from '../../net/abort.js';
import { TransportError } from '../../net/http.js';
import { chunksOf } from '../../net/readBody.js';
import { ApiError } from '../apiError.js';
import { rightOn } from '../right.js';
import type { ApiResource, WatchEvent, WatchOptions } from '../cluster.js';
import type { ApiClient } from './apiClient.js';
import { linesOf } from './linesOf.js';
import { listAll } from './list.js';
import { normalizeMetadata } from './metadata.js';
import { collectionPath } from './paths.js';
import { mapAt, objectAt, ShapeError, statusIn, textAt } from './shapes.js';
import { withSilence } from './withSilence.js';
import { elapsedMs } from '../../net/timing.js';

/** The server ends a watch by itself after 5 to 10 minutes, as client-go's reflector asks it to: connections get spread anew. */
const SHORTEST_SECONDS = 300;
/** After this, a watch that the server should have ended is taken for dead. */
const GRACE_MS = 30_000;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** A watch that lasted for so long was a good one: the next failure is a new one. */
const GOOD_MS = 5_000;
/** Of the objects that one watch brings, in characters of JSON: what is more would not fit into memory. */
const MOST_LENGTH = 256 << 20;

const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** Times of a watch that brings nothing, in ms. */
export interface Silence {
  /** After so long without an event a list tells whether there was nothing to tell. */
  readonly checkMs: number;
  /** The longest between two such lists where there was nothing. */
  readonly longestMs: number;
  /** How long a watch may lag behind a list. */
  readonly lagMs: number;
  /** Between two lists, once the watch is known to be held back. */
  readonly pollMs: number;
}

const SILENCE: Silence = { checkMs: 20_000, longestMs: 60_000, lagMs: 2_000, pollMs: 2_000 };

const HELD_BACK =
  'a watch brings no events although there are some: a proxy holds them back. kapply reads again and again instead';

/** What the objects looked like when last seen: after a new list, what vanished is told as deleted. */
type Known = Map<string, KubeObject>;

/** Lists, then watches from there on; see Cluster.watch. */
export async function* watchAll(
  client: ApiClient,
  resource: ApiResource,
  options: WatchOptions & { readonly signal: AbortSignal },
  random: () => number,
  silence: Silence = SILENCE,
): AsyncGenerator<WatchEvent> {
  const known: Known = new Map();
  const { signal } = options;
  let synced = false;
  let position: string | undefined;
  let failures = 0;
  let isHeldBack = false;
  const over = (): boolean => signal.aborted;
  while (!over()) {
    failures += 1;
    const began = elapsedMs();
    try {
      if (position === undefined || isHeldBack) {
        const list = await listAll(client, resource, options);
        yield* difference(known, list.items);
        position = list.resourceVersion;
        if (!synced) yield { type: 'synced' };
        synced = true;
      }
      if (isHeldBack) {
        failures = 0;
        await rest(silence.pollMs, signal);
        continue;
      }
      for await (const event of eventsOrLists(client, resource, options, { position, known, random, silence })) {
        if (event.type === 'heldBack') isHeldBack = true;
        else if (event.type === 'position') position = event.position;
        else yield event;
      }
    } catch (error) {
      if (over()) return;
      if (error instanceof ApiError && error.httpStatus === 410) position = undefined;
      else if (!synced || !isPassing(error)) throw error;
    }
    if (elapsedMs() - began > GOOD_MS) failures = 0;
    // A server that ends every watch at once, or is away, is not asked in a tight loop.
    if (failures > 1) await rest(backoff(failures) * (0.5 + random() / 2), signal);
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

/** What a stream outlives: the server being away or overloaded. A refusal (403, 404) will not change by itself. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.httpStatus === 429 || error.httpStatus >= 500;
  if (error instanceof KapplyError) return error.exitCode === EXIT.unreachable && error.code === 'Unreachable';
  return error instanceof TransportError && error.code !== 'ERESPONSETOOLARGE';
}

function backoff(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
}

async function rest(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(delayMs, [signal]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

type Told =
  | WatchEvent
  | { readonly type: 'position'; readonly position: string }
  /** The watch is of no use: it ends with this. */
  | { readonly type: 'heldBack' };

/** One watch, and a list whenever it is silent: proxies that collect an answer before they pass it on let nothing through. */
async function* eventsOrLists(
  client: ApiClient,
  resource: ApiResource,
  options: WatchOptions & { readonly signal: AbortSignal },
  {
    position,
    known,
    random,
    silence,
  }: {
    readonly position: string;
    readonly known: Known;
    readonly random: () => number;
    readonly silence: Silence;
  },
): AsyncGenerator<Told> {
  let patience = silence.checkMs;
  let isSuspect = false;
  const watch = (signal: AbortSignal): AsyncGenerator<ObjectEvent> =>
    watchOnce(client, resource, { ...options, signal }, position, random);
  for await (const event of withSilence(watch, options.signal, () => (isSuspect ? silence.lagMs : patience))) {
    if (event !== 'silence') {
      isSuspect = false;
      patience = silence.checkMs;
      yield { type: 'position', position: event.object.metadata.resourceVersion ?? position };
      yield* told(known, event);
      continue;
    }
    if (isSuspect) {
      client.warn(HELD_BACK);
      yield { type: 'heldBack' };
      return;
    }
    patience = Math.min(silence.longestMs, patience * 2);
    const { items } = await listAll(client, resource, options);
    for (const change of difference(known, items)) {
      isSuspect = true;
      yield change;
    }
  }
}

function* told(known: Known, { type, object }: ObjectEvent): Generator<WatchEvent> {
  if (type === 'BOOKMARK') return;
  const key = keyFor(object);
  if (type === 'DELETED') {
    // A list may have told it already.
    if (known.delete(key)) yield { type: 'deleted', object };
    return;
  }
  const before = known.get(key);
  known.set(key, object);
  if (before === undefined || before.metadata.resourceVersion !== object.metadata.resourceVersion)
    yield { type: 'changed', object };
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
  const bounded = boundSignal([options.signal], timeoutSeconds * 1000 + GRACE_MS);
  const path = collectionPath(resource, namespace, {
    watch: true,
    allowWatchBookmarks: true,
    timeoutSeconds,
    resourceVersion,
    labelSelector,
    fieldSelector,
  });
  const brought = new Set<string>();
  let length = 0;
  try {
    const response = await client.stream({
      method: 'GET',
      path,
      accept: metadataOnly ? METADATA : 'application/json',
      safe: true,
      signal: bounded.signal,
      rights: [rightOn('watch', resource, namespace)],
    });
    for await (const line of linesOf(chunksOf(response))) {
      const { type, object } = client.decode(path, line, eventIn);
      if (type === 'ADDED' && !brought.has(keyFor(object))) {
        brought.add(keyFor(object));
        length += line.length;
        if (length > MOST_LENGTH) throw client.malformed(path, 'more objects than fit into memory');
      }
      yield { type, object: metadataOnly ? normalizeMetadata(object, resource) : object };
    }
  } finally {
    bounded.release();
  }
}

/** @throws ApiError for an ERROR event, ShapeError */
function eventIn(value: Json): ObjectEvent {
  const { type, object } = mapAt(value, 'the event');
  switch (type) {
    case 'ERROR': {
      const status = statusIn(object) ?? {};
      throw new ApiError(status.code ?? 500, status);
    }
    case 'BOOKMARK': {
      // Nothing but a resourceVersion: it has no name.
      const resourceVersion = textAt(
        mapAt(mapAt(object, 'object').metadata, 'object.metadata').resourceVersion,
        'object',
      );
      return { type, object: { apiVersion: '', kind: '', metadata: { name: '', resourceVersion } } };
    }
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: objectAt(object, 'object') };
    default:
      throw new ShapeError('type is none of a watch');
  }
}
