import type { KubeObject } from '../../objects/object.js';
import type { World } from '../registry/world.js';
import { timestamp } from '../store.js';
import type { Controller, Simulation } from './simulation.js';
import { keyOf, splitKey } from './simulation.js';

export interface Happened {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** The names of events by what they are about and say, for each world. */
const written = new WeakMap<World, Map<string, string>>();

/** Writes a core/v1 Event about an object; what repeats is counted in one, as client-go's recorder does. */
export function recordEvent(
  { client, now, world }: Simulation,
  component: string,
  about: KubeObject,
  { type, reason, message }: Happened,
): void {
  const { namespace = 'default', name, uid = '', resourceVersion = '' } = about.metadata;
  if (client.get('Namespace', '', namespace)?.metadata.deletionTimestamp !== undefined) return;
  const time = timestamp(now());
  const names = written.get(world) ?? new Map<string, string>();
  written.set(world, names);
  const key = [uid, reason, message].join('\n');
  const known = client.get('Event', namespace, names.get(key) ?? '');
  if (known !== undefined) {
    client.update('Event', { ...known, count: (known.count ?? 1) + 1, lastTimestamp: time });
    return;
  }
  const event = client.create('Event', {
    metadata: { name: `${name}.${world.store.revision().toString(16).padStart(16, '0')}`, namespace },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace, name, uid, resourceVersion },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  });
  names.set(key, event.metadata.name);
}

/** How long an event is kept: the API server's --event-ttl. */
const TTL_MS = 3_600_000;

/** Forgets events an hour after they were last written. */
export const eventExpiry: Controller = {
  name: 'event-expiry',
  kinds: ['Event'],
  keysFor: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]),
  sync: (key, { client, now, world }) => {
    const { namespace, name } = splitKey(key);
    const event = client.get('Event', namespace, name);
    if (event === undefined) return undefined;
    const left = Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp ?? '') + TTL_MS - now();
    if (left > 0) return left;
    client.remove('Event', event);
    const names = written.get(world);
    for (const [about, known] of names ?? []) if (known === name) names?.delete(about);
    return undefined;
  },
};
