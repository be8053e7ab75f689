import type { KubeObject } from '../../objects/object.js';
import { timestamp } from '../store.js';
import type { Simulation } from './simulation.js';

export interface Happened {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

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
  const known = client
    .list('Event', namespace)
    .find((event) => event.involvedObject?.uid === uid && event.reason === reason && event.message === message);
  if (known !== undefined) {
    client.update('Event', { ...known, count: (known.count ?? 1) + 1, lastTimestamp: time });
    return;
  }
  client.create('Event', {
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
}
