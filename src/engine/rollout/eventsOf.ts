/** Events (core/v1) about objects: what a controller or a kubelet says and no status holds. */
import { ApiError } from '../../cluster/apiError.js';
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';

/** One Event, as far as it is read. */
export interface CoreEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** When it was last seen, ms since the epoch by the server's clock; undefined where it does not say. */
  readonly at: number | undefined;
  readonly about: { readonly kind: string; readonly name: string; readonly uid: string };
}

export interface EventsOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/** @returns the newest first; none where events may not be listed, or are not served */
export async function eventsIn(
  namespace: string,
  fields: Readonly<Record<string, string>>,
  { cluster, discovery, signal }: EventsOptions,
): Promise<CoreEvent[]> {
  const resource = discovery.resources.find(
    ({ group, kind, verbs }) => group === '' && kind === 'Event' && verbs.includes('list'),
  );
  if (resource === undefined) return [];
  const fieldSelector = Object.entries(fields)
    .map(([field, value]) => `${field}=${value}`)
    .join(',');
  try {
    const { items } = await cluster.list(resource, { namespace, fieldSelector, signal });
    return items.map(read).sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

interface Raw {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
}

function read(item: KubeObject): CoreEvent {
  const raw = item as unknown as Raw;
  const time = raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? item.metadata.creationTimestamp;
  const { kind = '', name = '', uid = '' } = raw.involvedObject ?? {};
  return {
    type: raw.type ?? 'Normal',
    reason: raw.reason ?? 'Warning',
    message: raw.message ?? '',
    count: raw.series?.count ?? raw.count ?? 1,
    at: time === undefined ? undefined : Date.parse(time) || undefined,
    about: { kind, name, uid },
  };
}
