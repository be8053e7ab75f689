import { StatusError } from '../status.js';
import { withCondition, withoutCondition } from './conditions.js';
import { controlledBy, controllerReference, ownOrControlled } from './owners.js';
import { availableIn, bySacrifice, isActive, isReady } from './podState.js';
import { recordEvent } from './recordEvent.js';
import type { Controller, Simulation } from './simulation.js';
import { splitKey } from './simulation.js';
import { REPLICA_SET, type Condition, type PodObject, type ReplicaSetObject } from './workloadTypes.js';

/** Keeps as many pods as a ReplicaSet asks for (kubernetes/kubernetes pkg/controller/replicaset). */
export const replicaSets: Controller = {
  name: 'replicaset-controller',
  kinds: [REPLICA_SET, 'Pod'],
  keysFor: ownOrControlled(REPLICA_SET, 'ReplicaSet'),
  sync: (key, simulation) => {
    const { namespace, name } = splitKey(key);
    const set = simulation.client.get(REPLICA_SET, namespace, name);
    if (set === undefined) return undefined;
    const failure = set.metadata.deletionTimestamp === undefined ? manageReplicas(simulation, set) : undefined;
    return updateStatus(simulation, set, failure);
  },
};

/** Creates or deletes pods; returns why one could not be created. */
function manageReplicas(simulation: Simulation, set: ReplicaSetObject): string | undefined {
  const { client } = simulation;
  const active = controlledBy(client, 'Pod', set).filter(isActive);
  const missing = (set.spec.replicas ?? 1) - active.length;
  for (const pod of [...active].sort(bySacrifice).slice(0, Math.max(0, -missing))) {
    client.remove('Pod', pod);
    happened(simulation, set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }
  for (let count = 0; count < missing; count += 1) {
    try {
      const pod = createPod(simulation, set);
      happened(simulation, set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      happened(simulation, set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      return error.message;
    }
  }
  return undefined;
}

function createPod({ client }: Simulation, set: ReplicaSetObject): PodObject {
  const { metadata, spec } = set.spec.template;
  return client.create('Pod', {
    metadata: {
      ...metadata,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace ?? '',
      ownerReferences: [controllerReference(set)],
    },
    spec,
  });
}

function happened(
  simulation: Simulation,
  set: ReplicaSetObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(simulation, 'replicaset-controller', set, { type, reason, message });
}

/** Returns when the next pod becomes available. */
function updateStatus(
  simulation: Simulation,
  before: ReplicaSetObject,
  failure: string | undefined,
): number | undefined {
  const { client, now } = simulation;
  const set = client.get(REPLICA_SET, before.metadata.namespace ?? '', before.metadata.name);
  if (set === undefined) return undefined;
  const pods = controlledBy(client, 'Pod', set);
  const active = pods.filter(isActive);
  const waits = active.flatMap((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now()) ?? []);
  const ready = active.filter(isReady).length;
  const available = waits.filter((wait) => wait === 0).length;
  const labels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const labelled = active.filter((pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value)).length;
  const conditions = replicaFailure(set.status?.conditions, failure, now());
  const status = {
    replicas: active.length,
    ...(labelled > 0 ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(available > 0 ? { availableReplicas: available } : {}),
    terminatingReplicas: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
  client.updateStatus(REPLICA_SET, { ...set, status });
  if (failure !== undefined) return 1000;
  const next = waits.filter((wait) => wait > 0);
  return next.length === 0 ? undefined : Math.min(...next);
}

function replicaFailure(
  conditions: readonly Condition[] | undefined,
  failure: string | undefined,
  now: number,
): readonly Condition[] {
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const set = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure };
  return withCondition(conditions, set, now);
}
