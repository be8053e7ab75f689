import { withCondition } from '../controllers/conditions.js';
import { recordEvent } from '../controllers/recordEvent.js';
import type { Controller } from '../controllers/simulation.js';
import { keyOf, splitKey } from '../controllers/simulation.js';
import type { PodObject } from '../controllers/workloadTypes.js';
import { NODE_LABELS, NODE_NAME } from '../nodeIdentity.js';

/** Marks a pod that finds no node. */
const UNSCHEDULABLE = 'sandbox.kapply.dev/unschedulable';

/** Gives every pod the one node there is, unless its nodeSelector or its annotation forbids it. */
export const scheduler: Controller = {
  name: 'default-scheduler',
  kinds: ['Pod'],
  keysFor: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]),
  sync: (key, simulation) => {
    const { client, world, now } = simulation;
    const { namespace, name } = splitKey(key);
    const pod = client.get('Pod', namespace, name);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || pod.spec.nodeName !== undefined) {
      return undefined;
    }
    const fits = isFitting(pod);
    const set = fits
      ? { type: 'PodScheduled', status: 'True' }
      : { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: NO_NODE };
    const known = pod.status?.conditions;
    const conditions = withCondition(known, set, now()).map((entry) =>
      entry.type === 'PodScheduled' ? { lastProbeTime: null, ...entry } : entry,
    );
    if (conditions.length === known?.length && !fits) return undefined;
    const generation = pod.metadata.generation;
    // What a Binding does; no other request may change the node of a pod.
    const bound = world.store.update('Pod', {
      ...pod,
      spec: fits ? { ...pod.spec, nodeName: NODE_NAME } : pod.spec,
      status: { ...pod.status, ...(generation === undefined ? {} : { observedGeneration: generation }), conditions },
    });
    const assigned = `Successfully assigned ${namespace}/${name} to ${NODE_NAME}`;
    recordEvent(
      simulation,
      'default-scheduler',
      bound,
      fits
        ? { type: 'Normal', reason: 'Scheduled', message: assigned }
        : { type: 'Warning', reason: 'FailedScheduling', message: NO_NODE },
    );
    return undefined;
  },
};

const NO_NODE =
  "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";

function isFitting(pod: PodObject): boolean {
  const { nodeSelector = {} } = pod.spec as { readonly nodeSelector?: Readonly<Record<string, string>> };
  return (
    pod.metadata.annotations?.[UNSCHEDULABLE] !== 'true' &&
    Object.entries(nodeSelector).every(([key, value]) => NODE_LABELS[key] === value)
  );
}
