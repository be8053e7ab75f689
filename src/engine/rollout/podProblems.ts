/** Why a pod is not ready, in Kubernetes' own words. Pure over one pod (core/v1 PodStatus). */
import type { KubeObject } from '../../objects/object.js';
import type { PodProblem } from '../run/events.js';
import { isDoomed } from './doom.js';

/** What is known of a pod besides itself. */
export interface PodCircumstances {
  readonly retries: boolean;
  readonly isEstablished: boolean;
  /** By `containerKey`: what a pull was answered with. */
  readonly pullErrors: ReadonlyMap<string, string>;
  /** By `containerKey`: whether all the configuration that the container names is there. */
  readonly configured: ReadonlyMap<string, boolean>;
}

/** What a container is looked up by: a name alone is not unique within a rollout. */
export function containerKey(pod: KubeObject, container: string | undefined): string {
  return `${pod.metadata.uid ?? pod.metadata.name}/${container ?? ''}`;
}

interface ContainerStatus {
  readonly name?: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: object;
  readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode?: number };
}

interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly {
    readonly type?: string;
    readonly status?: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

interface PodSpec {
  readonly containers?: readonly object[];
  readonly initContainers?: readonly { readonly restartPolicy?: string }[];
}

/** What keeps the pod from being ready, worst first; nothing for a pod that is ready, finished or going. */
export function problemsOf(pod: KubeObject, given: PodCircumstances): PodProblem[] {
  const status = (pod.status ?? {}) as PodStatus;
  if (pod.metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded') return [];
  const base = { pod: pod.metadata.name, container: undefined, restarts: 0, doomed: false };
  if (status.phase === 'Failed') {
    return [
      { ...base, reason: status.reason ?? 'Failed', message: status.message ?? '' },
      ...containerProblems(pod, status, given),
    ];
  }
  const conditions = status.conditions ?? [];
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    // Autoscalers take minutes: an unschedulable pod is never given up.
    return [{ ...base, reason: scheduled.reason ?? 'Unschedulable', message: scheduled.message ?? '' }];
  }
  const problems = containerProblems(pod, status, given);
  if (problems.length > 0) return problems;
  const ready = conditions.find(({ type }) => type === 'Ready');
  // A pod that its node has not spoken of yet is on its way: nothing is wrong with it.
  if (ready === undefined || ready.status === 'True') return [];
  const message = namesItsContainers(pod, ready) ? '' : (ready.message ?? '');
  return [{ ...base, reason: ready.reason ?? 'NotReady', message }];
}

/** kubelet writes a sentence that only names the containers: of a pod that has one, it says nothing more. */
function namesItsContainers({ spec }: KubeObject, { reason }: { readonly reason?: string }): boolean {
  const { containers = [], initContainers = [] } = (spec ?? {}) as PodSpec;
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return reason === 'ContainersNotReady' && containers.length + sidecars.length === 1;
}

function containerProblems(pod: KubeObject, status: PodStatus, given: PodCircumstances): PodProblem[] {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const problems = containers.flatMap((container) => containerProblem(pod, container, given));
  return problems.sort((a, b) => Number(b.doomed) - Number(a.doomed));
}

function containerProblem(pod: KubeObject, container: ContainerStatus, given: PodCircumstances): PodProblem[] {
  const { name, image, ready = false, restartCount: restarts = 0, state = {}, lastState = {} } = container;
  const base = { pod: pod.metadata.name, container: name, restarts };
  const { waiting, terminated } = state;
  if (waiting !== undefined) {
    const reason = waiting.reason ?? 'Waiting';
    const isSettingUp = reason === 'ContainerCreating' || reason === 'PodInitializing';
    if (isSettingUp && restarts === 0) return [];
    const message = reason === 'CrashLoopBackOff' ? lastWords(lastState, waiting.message) : (waiting.message ?? '');
    const key = containerKey(pod, name);
    const pullError = given.pullErrors.get(key);
    const circumstances = { ...given, image, restarts, pullError, isConfigured: given.configured.get(key) };
    return [{ ...base, reason, message, doomed: isDoomed(reason, message, circumstances) }];
  }
  if (terminated !== undefined && terminated.exitCode !== 0) {
    return [{ ...base, reason: terminated.reason ?? 'Error', message: lastWords(state, undefined), doomed: false }];
  }
  // It runs again: whatever it failed of may have come meanwhile.
  return ready || restarts === 0 || lastState.terminated === undefined || lastState.terminated.exitCode === 0
    ? []
    : [{ ...base, reason: 'Restarted', message: lastWords(lastState, undefined), doomed: false }];
}

/** `exit code 1: panic: no database`, as far as known. */
function lastWords({ terminated }: ContainerState, fallback: string | undefined): string {
  if (terminated === undefined) return fallback ?? '';
  const code = terminated.exitCode === undefined ? [] : [`exit code ${terminated.exitCode}`];
  return [...code, ...(terminated.message === undefined ? [] : [terminated.message.trim()])].join(': ');
}
