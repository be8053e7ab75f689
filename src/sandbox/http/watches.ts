import type { KubeObject } from '../../objects/object.js';
import { keyOfResource } from '../catalog.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';
import { selectionOf } from '../registry/selection.js';
import { inVersion } from '../registry/versions.js';
import type { World } from '../registry/world.js';
import { badRequest, expired } from '../status.js';
import { StoreError } from '../store.js';
import type { StoreEvent } from '../store.js';
import type { Answer, LineWriter } from './exchange.js';
import type { View } from './negotiation.js';
import { isTrue } from './requestInfo.js';
import { viewObject } from './views.js';

const BOOKMARK_EVERY_MS = 60_000;
const INITIAL_END = { 'k8s.io/initial-events-end': 'true' };

interface WatchPlan {
  readonly world: World;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly view: View;
  readonly from: number;
  /** Objects that are there already come first, as ADDED. */
  readonly initial: boolean;
  readonly initialBookmark: boolean;
  readonly bookmarks: boolean;
  readonly timeoutMs: number | undefined;
  readonly selects: (object: KubeObject) => boolean;
}

/** GET with `watch=true`: a line for each change from a resourceVersion on (KEP-956 bookmarks, KEP-3157 initial events). */
export function watchObjects(
  world: World,
  resource: Resource,
  place: { readonly namespace?: string | undefined; readonly name?: string | undefined },
  query: URLSearchParams,
  view: View,
): Answer {
  const version = query.get('resourceVersion') ?? '';
  const from = version === '' || version === '0' ? world.store.revision() : Number(version);
  if (!Number.isInteger(from))
    throw badRequest(
      `Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  const asked = query.get('sendInitialEvents');
  const selection = selectionOf(resource, {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
  });
  const timeout = Number(query.get('timeoutSeconds') ?? 0);
  const plan: WatchPlan = {
    world,
    resource,
    namespace: place.namespace,
    view,
    from: asked === 'true' ? world.store.revision() : from,
    initial: asked === 'true' || (asked === null && (version === '' || version === '0')),
    initialBookmark: asked === 'true' && isTrue(query.get('allowWatchBookmarks')),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutMs: timeout > 0 ? timeout * 1000 : undefined,
    selects: (object) =>
      (place.namespace === undefined || object.metadata.namespace === place.namespace) &&
      (place.name === undefined || object.metadata.name === place.name) &&
      selection(object),
  };
  return { code: 200, stream: (lines) => start(plan, lines) };
}

function start(plan: WatchPlan, lines: LineWriter): () => void {
  const { world, resource, from } = plan;
  const key = keyOfResource(resource);
  const send = (type: string, object: KubeObject): void =>
    lines.write({ type, object: viewObject(world, resource, inVersion(resource, object), plan.view) });
  if (plan.initial) {
    const options = plan.namespace === undefined ? {} : { namespace: plan.namespace };
    for (const object of world.store.list(key, options)) if (plan.selects(object)) send('ADDED', object);
  }
  if (plan.initialBookmark) bookmark(plan, lines, INITIAL_END);
  let stop: () => void;
  try {
    stop = world.store.watch(key, from, (event) => hand(plan, event, send));
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'Expired') throw error;
    lines.write({ type: 'ERROR', object: expired(error.message).body });
    lines.end();
    return () => undefined;
  }
  const bookmarks = plan.bookmarks ? setInterval(() => bookmark(plan, lines), BOOKMARK_EVERY_MS) : undefined;
  const timeout =
    plan.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          if (plan.bookmarks) bookmark(plan, lines);
          lines.end();
        }, plan.timeoutMs);
  return () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(timeout);
  };
}

/** An object that comes into the selection is ADDED, one that leaves it DELETED. */
function hand(plan: WatchPlan, event: StoreEvent, send: (type: string, object: KubeObject) => void): void {
  const now = event.type !== 'DELETED' && plan.selects(event.object);
  const before = event.previous !== undefined && plan.selects(event.previous);
  if (now) send(before ? 'MODIFIED' : 'ADDED', event.object);
  else if (before)
    send('DELETED', {
      ...event.previous,
      metadata: { ...event.previous.metadata, resourceVersion: String(event.revision) },
    });
}

function bookmark(plan: WatchPlan, lines: LineWriter, annotations?: Readonly<Record<string, string>>): void {
  const metadata = {
    resourceVersion: String(plan.world.store.revision()),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const { resource, view } = plan;
  const type =
    view === 'object'
      ? { kind: resource.kind, apiVersion: apiVersionOf(resource) }
      : { kind: view === 'table' ? 'Table' : 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
  const rows =
    view === 'table'
      ? {
          columnDefinitions: [],
          rows: [{ cells: [], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } }],
        }
      : {};
  lines.write({ type: 'BOOKMARK', object: { ...type, metadata, ...rows } });
}
