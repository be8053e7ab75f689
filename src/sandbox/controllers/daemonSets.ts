import { NODE_LABELS, NODE_NAME } from '../nodeIdentity.js';
import { currentRevision, forgetRevisions } from './controllerRevisions.js';
import { controlledBy, controllerReference, ownOrControlled } from './owners.js';
import { availableIn, isReady } from './podState.js';
import { recordEvent } from './recordEvent.js';
import type { Controller, Simulation } from './simulation.js';
import { splitKey } from './simulation.js';
import { scaled } from './intOrPercent.js';
import type { DaemonSetObject, PodObject } from './workloadTypes.js';

const DAEMON_SET = 'apps/DaemonSet';
const HASH = 'controller-revision-hash';

/** Keeps one pod on the one node (kubernetes/kubernetes pkg/controller/daemon). */
export const daemonSets: Controller = {
  name: 'daemonset-controller',
  kinds: [DAEMON_SET, 'Pod'],
  keysFor: ownOrControlled(DAEMON_SET, 'DaemonSet'),
  sync: (key, simulation) => {
    const { namespace, name } = splitKey(key);
    const set = simulation.client.get(DAEMON_SET, namespace, name);
    if (set === undefined) return undefined;
    const annotations = { 'deprecated.daemonset.template.generation': String(set.metadata.generation ?? 1) };
    const revision = currentRevision(simulation, set, { hashLabel: HASH, annotations });
    const hash = revision.metadata.labels?.[HASH] ?? '';
    if (set.metadata.deletionTimestamp === undefined) step(simulation, set, hash);
    const wait = writeStatus(simulation, set, hash);
    forgetRevisions(simulation, set, new Set([revision.metadata.name]));
    return wait;
  },
};

function isWanted({ spec }: DaemonSetObject): boolean {
  const { nodeSelector = {} } = spec.template.spec as { readonly nodeSelector?: Readonly<Record<string, string>> };
  return Object.entries(nodeSelector).every(([key, value]) => NODE_LABELS[key] === value);
}

function isUpdated(pod: PodObject, hash: string): boolean {
  return pod.metadata.labels?.[HASH] === hash;
}

function step(simulation: Simulation, set: DaemonSetObject, hash: string): void {
  const { client, now } = simulation;
  const pods = controlledBy(client, 'Pod', set).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const serving = pods.filter((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now()) === 0);
  const over = pods.filter(({ status }) => status?.phase === 'Failed' || status?.phase === 'Succeeded');
  for (const pod of isWanted(set) ? over : pods) remove(simulation, set, pod);
  if (!isWanted(set) || over.length > 0) return;
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const old = pods.filter((pod) => !isUpdated(pod, hash));
  if (controlledBy(client, 'Pod', set).length === 0) {
    create(simulation, set, hash);
  } else if (type !== 'OnDelete' && old.length > 0) {
    const surge = scaled(rollingUpdate?.maxSurge ?? 0, 1, Math.ceil);
    if (surge === 0) old.forEach((pod) => remove(simulation, set, pod));
    else if (serving.some((pod) => isUpdated(pod, hash))) old.forEach((pod) => remove(simulation, set, pod));
    else if (old.length === pods.length) create(simulation, set, hash);
  }
}

/** A daemon stays on a node in trouble (pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations). */
const TOLERATED = [
  ...['not-ready', 'unreachable'].map((trouble) => [trouble, 'NoExecute']),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((trouble) => [trouble, 'NoSchedule']),
].map(([trouble = '', effect]) => ({ key: `node.kubernetes.io/${trouble}`, operator: 'Exists', effect }));

function create(simulation: Simulation, set: DaemonSetObject, hash: string): void {
  const { metadata, spec } = set.spec.template;
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [NODE_NAME] }] }];
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  };
  const pod = simulation.client.create('Pod', {
    metadata: {
      ...metadata,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace ?? '',
      labels: { ...metadata?.labels, [HASH]: hash, 'pod-template-generation': String(set.metadata.generation ?? 1) },
      ownerReferences: [controllerReference(set)],
    },
    spec: { affinity, ...spec, tolerations: [...((spec.tolerations ?? []) as readonly object[]), ...TOLERATED] },
  });
  happened(simulation, set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
}

function remove(simulation: Simulation, set: DaemonSetObject, pod: PodObject): void {
  simulation.client.remove('Pod', pod);
  happened(simulation, set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}

function happened(simulation: Simulation, set: DaemonSetObject, reason: string, message: string): void {
  recordEvent(simulation, 'daemonset-controller', set, { type: 'Normal', reason, message });
}

/** Returns when the next pod becomes available. */
function writeStatus({ client, now }: Simulation, seen: DaemonSetObject, hash: string): number | undefined {
  const set = client.get(DAEMON_SET, seen.metadata.namespace ?? '', seen.metadata.name);
  if (set === undefined) return undefined;
  const pods = controlledBy(client, 'Pod', set).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const desired = isWanted(set) ? 1 : 0;
  const some = (holds: (pod: PodObject) => boolean) => (desired === 1 && pods.some(holds) ? 1 : 0);
  const wait = (pod: PodObject) => availableIn(pod, set.spec.minReadySeconds ?? 0, now());
  const available = some((pod) => wait(pod) === 0);
  const updated = some((pod) => isUpdated(pod, hash));
  client.updateStatus(DAEMON_SET, {
    ...set,
    status: {
      currentNumberScheduled: some(() => true),
      numberMisscheduled: desired === 0 && pods.length > 0 ? 1 : 0,
      desiredNumberScheduled: desired,
      numberReady: some(isReady),
      observedGeneration: set.metadata.generation ?? 0,
      ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
      ...(available > 0 ? { numberAvailable: available } : {}),
      ...(desired > available ? { numberUnavailable: desired - available } : {}),
    },
  });
  const next = pods.flatMap((pod) => wait(pod) ?? []).filter((milliseconds) => milliseconds > 0);
  return next.length === 0 ? undefined : Math.min(...next);
}
