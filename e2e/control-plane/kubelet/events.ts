/** Writes Events about pods as a kubelet does: what repeats is counted in one Event. */
import type { ApiResource, Cluster } from '../../../src/cluster/cluster.js';
import type { KubeObject } from '../../../src/objects/object.js';
import type { Happening } from '../../../src/sandbox/node/containerRun.js';

export type Recorder = (pod: KubeObject, happening: Happening) => Promise<void>;

/** core/v1 Event, one for each pod, reason and message. */
export function createRecorder(cluster: Cluster, events: ApiResource, node: string): Recorder {
  const counts = new Map<string, { readonly name: string; count: number }>();
  return async (pod, { type, reason, message }) => {
    const { namespace = '', name, uid = '' } = pod.metadata;
    const key = [uid, reason, message].join('\n');
    const known = counts.get(key);
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    if (known !== undefined) {
      known.count++;
      const address = { resource: events, namespace, name: known.name };
      await cluster.patch(address, { count: known.count, lastTimestamp: now }, { type: 'merge' });
      return;
    }
    const event = `${name}.${Date.now().toString(16)}${counts.size.toString(16)}`;
    counts.set(key, { name: event, count: 1 });
    await cluster.create(
      { resource: events, namespace, name: event },
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: event, namespace },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
        source: { component: 'kubelet', host: node },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      },
    );
  };
}
