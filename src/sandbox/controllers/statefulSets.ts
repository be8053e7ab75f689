import { currentRevision, forgetRevisions } from './controllerRevisions.js';
import { controlledBy, controllerReference, ownOrControlled } from './owners.js';
import { availableIn, isReady } from './podState.js';
import { recordEvent } from './recordEvent.js';
import type { Controller, Simulation } from './simulation.js';
import { splitKey } from './simulation.js';
import type { PodObject, StatefulSetObject } from './workloadTypes.js';

const STATEFUL_SET = 'apps/StatefulSet';
const REVISION_HASH = 'controller-revision-hash';

/** Keeps numbered pods, one after another (kubernetes/kubernetes pkg/controller/statefulset). */
export const statefulSets: Controller = {
  name: 'statefulset-controller',
  kinds: [STATEFUL_SET, 'Pod'],
  keysFor: ownOrControlled(STATEFUL_SET, 'StatefulSet'),
  sync: (key, simulation) => {
    const { namespace, name } = splitKey(key);
    const set = simulation.client.get(STATEFUL_SET, namespace, name);
    if (set === undefined) return undefined;
    const update = currentRevision(simulation, set, { hashLabel: 'controller.kubernetes.io/hash' }).metadata.name;
    const current = set.status?.currentRevision ?? update;
    if (set.metadata.deletionTimestamp === undefined) step(simulation, set, current, update);
    const settled = writeStatus(simulation, set, current, update);
    forgetRevisions(simulation, set, new Set([current, update]));
    return settled;
  },
};

function ordinalOf({ metadata }: PodObject): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
}

function revisionOf({ metadata }: PodObject): string | undefined {
  return metadata.labels?.[REVISION_HASH];
}

function podsOf({ client }: Simulation, set: StatefulSetObject): PodObject[] {
  return controlledBy(client, 'Pod', set).sort((a, b) => ordinalOf(a) - ordinalOf(b));
}

/** One change, or as many as podManagementPolicy Parallel allows: replace what ended, create, shrink, then update. */
function step(simulation: Simulation, set: StatefulSetObject, current: string, update: string): void {
  const { client } = simulation;
  const start = set.spec.ordinals?.start ?? 0;
  const end = start + (set.spec.replicas ?? 1);
  const updatesFrom = start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  const parallel = set.spec.podManagementPolicy === 'Parallel';
  const pods = new Map(podsOf(simulation, set).map((pod) => [ordinalOf(pod), pod]));
  for (let ordinal = start; ordinal < end; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) createPod(simulation, set, ordinal, ordinal < updatesFrom ? current : update);
    else if (isOver(pod) && pod.metadata.deletionTimestamp === undefined) client.remove('Pod', pod);
    if (!parallel && (pod === undefined || !serves(simulation, set, pod))) return;
  }
  const surplus = [...pods].filter(([ordinal]) => ordinal < start || ordinal >= end).reverse();
  for (const [, pod] of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) remove(simulation, set, pod);
    if (!parallel) return;
  }
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  for (let ordinal = end - 1; ordinal >= updatesFrom; ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) return;
    if (revisionOf(pod) !== update && pod.metadata.deletionTimestamp === undefined) {
      remove(simulation, set, pod);
      return;
    }
    if (!serves(simulation, set, pod)) return;
  }
}

function isOver({ status }: PodObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function serves({ now }: Simulation, { spec }: StatefulSetObject, pod: PodObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && availableIn(pod, spec.minReadySeconds ?? 0, now()) === 0;
}

function remove(simulation: Simulation, set: StatefulSetObject, pod: PodObject): void {
  simulation.client.remove('Pod', pod);
  const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  recordEvent(simulation, 'statefulset-controller', set, { type: 'Normal', reason: 'SuccessfulDelete', message });
}

/** Creates a pod and its claims. Below the partition it has the template of the current revision. */
function createPod(simulation: Simulation, set: StatefulSetObject, ordinal: number, revision: string): void {
  const { client } = simulation;
  const { namespace = '' } = set.metadata;
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const claim = `${template.metadata.name}-${name}`;
    if (client.get('PersistentVolumeClaim', namespace, claim) === undefined) {
      const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
      client.create('PersistentVolumeClaim', {
        spec: template.spec,
        metadata: { ...template.metadata, name: claim, namespace, labels },
      });
    }
    return { name: template.metadata.name, persistentVolumeClaim: { claimName: claim } };
  });
  const { metadata, spec } = templateOf(simulation, set, revision);
  const volumes = ((spec.volumes ?? []) as readonly { readonly name: string }[]).filter(
    (volume) => !claims.some((claim) => claim.name === volume.name),
  );
  const labels = {
    ...metadata?.labels,
    [REVISION_HASH]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  client.create('Pod', {
    metadata: {
      ...metadata,
      name,
      generateName: `${set.metadata.name}-`,
      namespace,
      labels,
      ownerReferences: [controllerReference(set)],
    },
    spec: { ...spec, hostname: name, subdomain: set.spec.serviceName ?? '', volumes: [...volumes, ...claims] },
  });
  const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  recordEvent(simulation, 'statefulset-controller', set, { type: 'Normal', reason: 'SuccessfulCreate', message });
}

function templateOf(
  { client }: Simulation,
  set: StatefulSetObject,
  revision: string,
): StatefulSetObject['spec']['template'] {
  const stored = client.get('apps/ControllerRevision', set.metadata.namespace ?? '', revision);
  const data = stored?.data as
    { readonly spec?: { readonly template?: StatefulSetObject['spec']['template'] } } | undefined;
  const { metadata, spec } = data?.spec?.template ?? set.spec.template;
  return { ...(metadata === undefined ? {} : { metadata }), spec };
}

/** Returns when the next pod becomes available. */
function writeStatus(
  simulation: Simulation,
  seen: StatefulSetObject,
  current: string,
  update: string,
): number | undefined {
  const { client, now } = simulation;
  const set = client.get(STATEFUL_SET, seen.metadata.namespace ?? '', seen.metadata.name);
  if (set === undefined) return undefined;
  const pods = podsOf(simulation, set);
  const alive = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const ofRevision = (name: string) => alive.filter((pod) => revisionOf(pod) === name).length;
  const waits = alive.flatMap((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now()) ?? []);
  const replicas = pods.length;
  const ready = pods.filter(isReady).length;
  const updated = ofRevision(update);
  // Whatever the strategy, since 1.37 (completeUpdate): a pod that somebody deleted is a new one.
  const done = updated === replicas && ready === replicas && replicas === (set.spec.replicas ?? 1);
  const currentReplicas = done ? updated : ofRevision(current);
  client.updateStatus(STATEFUL_SET, {
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 0,
      replicas,
      ...(ready > 0 ? { readyReplicas: ready } : {}),
      ...(currentReplicas > 0 ? { currentReplicas } : {}),
      ...(updated > 0 ? { updatedReplicas: updated } : {}),
      currentRevision: done ? update : current,
      updateRevision: update,
      collisionCount: 0,
      availableReplicas: waits.filter((wait) => wait === 0).length,
    },
  });
  const next = waits.filter((wait) => wait > 0);
  return next.length === 0 ? undefined : Math.min(...next);
}
