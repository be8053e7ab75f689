/** What no watch of a rollout tells, and is read now and then: missing configuration, Warning events, how a Job ended. */
import { controllerOf, type KubeObject } from '../../objects/object.js';
import type { PodProblem } from '../run/events.js';
import { isConfigured } from './configured.js';
import { eventsIn, type EventsOptions } from './eventsOf.js';
import type { Stores } from './follows.js';
import { containerKey } from './podProblems.js';

/** Reasons of Warning events of a Job that are not its end. */
const NOT_THE_END = ['FailedCreate'];

interface WaitingStatus {
  readonly containerStatuses?: readonly Waiting[];
  readonly initContainerStatuses?: readonly Waiting[];
}
interface Waiting {
  readonly name?: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

function waitingOf({ status }: KubeObject): readonly Waiting[] {
  const { containerStatuses = [], initContainerStatuses = [] } = (status ?? {}) as WaitingStatus;
  return [...initContainerStatuses, ...containerStatuses];
}

/** Keeps what a pull was answered with: once kubelet backs off, older versions say only that they do. */
export function notePullErrors(pod: KubeObject, errors: Map<string, string>): void {
  for (const { name, state } of waitingOf(pod)) {
    const { reason, message } = state?.waiting ?? {};
    if (reason === 'ErrImagePull' && message !== undefined) errors.set(containerKey(pod, name), message);
  }
}

/** Looks whether what the waiting containers name is there, by `containerKey`. */
export async function readConfigured(
  pods: Iterable<KubeObject>,
  options: EventsOptions,
): Promise<Map<string, boolean>> {
  const found = new Map<string, boolean>();
  for (const pod of pods) {
    for (const { name, state } of waitingOf(pod)) {
      if (state?.waiting?.reason !== 'CreateContainerConfigError') continue;
      const configured = await isConfigured(pod, name, options);
      if (configured !== undefined) found.set(containerKey(pod, name), configured);
    }
  }
  return found;
}

/** Warning events since then about a workload, its ReplicaSets and its pods, one of each reason, the newest first. */
export async function readWarnings(
  workload: KubeObject,
  { pods, replicaSets }: Stores,
  since: number,
  options: EventsOptions,
): Promise<PodProblem[]> {
  const { uid = '', namespace = '' } = workload.metadata;
  const uids = new Set([uid]);
  for (const owned of [...replicaSets.values(), ...pods.values()]) {
    if (uids.has(controllerOf(owned)?.uid ?? '-')) uids.add(owned.metadata.uid ?? '');
  }
  const events = await eventsIn(namespace, { type: 'Warning' }, options);
  const mine = events.filter(({ about, at = 0 }) => uids.has(about.uid) && at >= since);
  const byReason = new Map<string, PodProblem>();
  for (const { reason, message, about } of mine) {
    if (byReason.has(reason)) continue;
    const pod = about.kind === 'Pod' ? about.name : '';
    byReason.set(reason, { pod, container: undefined, reason, message, restarts: 0, doomed: false });
  }
  return [...byReason.values()];
}

/**
 * How a Job ended that is gone: as it was last seen, with the Failed condition that its events tell of where nobody saw
 * its end.
 */
export async function readEnd(job: KubeObject, options: EventsOptions): Promise<KubeObject> {
  const { name, namespace = '', uid = '' } = job.metadata;
  const fields = { 'involvedObject.kind': 'Job', 'involvedObject.name': name };
  const events = (await eventsIn(namespace, fields, options)).filter(({ about }) => about.uid === uid);
  const failure = events.find(({ type, reason }) => type === 'Warning' && !NOT_THE_END.includes(reason));
  if (failure === undefined || events.some(({ reason }) => reason === 'Completed')) return job;
  const condition = { type: 'Failed', status: 'True', reason: failure.reason, message: failure.message };
  return { ...job, status: { conditions: [condition] } };
}
