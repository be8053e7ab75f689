/** Why a pod is not ready, in Kubernetes' own words. Pure over one pod (core/v1 PodStatus). */
import type { KubeObject } from '../../objects/object.js';
import type { PodProblem } from '../run/events.js';

/** Reasons for which waiting does not help: something must be changed. */
const DOOMED_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);
/** A container that starts anew for the first times may only wait for another one. */
const RESTARTS_OF_A_CRASH_LOOP = 3;

interface ContainerStatus {
  readonly name?: string;
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

/** What keeps the pod from being ready, worst first; nothing for a pod that is ready, finished or going. */
export function problemsOf(pod: KubeObject): PodProblem[] {
  const status = (pod.status ?? {}) as PodStatus;
  if (pod.metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded') return [];
  const base = { pod: pod.metadata.name, container: undefined, restarts: 0, doomed: false };
  if (status.phase === 'Failed') {
    return [
      { ...base, reason: status.reason ?? 'Failed', message: status.message ?? '' },
      ...containerProblems(pod, status),
    ];
  }
  const conditions = status.conditions ?? [];
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    // Autoscalers take minutes: an unschedulable pod is never given up.
    return [{ ...base, reason: scheduled.reason ?? 'Unschedulable', message: scheduled.message ?? '' }];
  }
  const problems = containerProblems(pod, status);
  if (problems.length > 0) return problems;
  const ready = conditions.find(({ type }) => type === 'Ready');
  // A pod that its node has not spoken of yet is on its way: nothing is wrong with it.
  if (ready === undefined || ready.status === 'True') return [];
  return [{ ...base, reason: ready.reason ?? 'NotReady', message: ready.message ?? '' }];
}

function containerProblems(pod: KubeObject, status: PodStatus): PodProblem[] {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const problems = containers.flatMap((container) => containerProblem(pod, container));
  return problems.sort((a, b) => Number(b.doomed) - Number(a.doomed));
}

function containerProblem(pod: KubeObject, container: ContainerStatus): PodProblem[] {
  const { name, ready = false, restartCount: restarts = 0, state = {}, lastState = {} } = container;
  const isCrashLoop = !ready && restarts >= RESTARTS_OF_A_CRASH_LOOP;
  const base = { pod: pod.metadata.name, container: name, restarts };
  const { waiting, terminated } = state;
  if (waiting !== undefined) {
    const reason = waiting.reason ?? 'Waiting';
    const isSettingUp = reason === 'ContainerCreating' || reason === 'PodInitializing';
    if (isSettingUp && !isCrashLoop) return [];
    const message = reason === 'CrashLoopBackOff' ? lastWords(lastState, waiting.message) : (waiting.message ?? '');
    return [{ ...base, reason, message, doomed: DOOMED_REASONS.has(reason) || isCrashLoop }];
  }
  if (terminated !== undefined && terminated.exitCode !== 0) {
    return [
      { ...base, reason: terminated.reason ?? 'Error', message: lastWords(state, undefined), doomed: isCrashLoop },
    ];
  }
  return isCrashLoop
    ? [{ ...base, reason: 'CrashLoopBackOff', message: lastWords(lastState, undefined), doomed: true }]
    : [];
}

/** `exit code 1: panic: no database`, as far as known. */
function lastWords({ terminated }: ContainerState, fallback: string | undefined): string {
  if (terminated === undefined) return fallback ?? '';
  const code = terminated.exitCode === undefined ? [] : [`exit code ${terminated.exitCode}`];
  return [...code, ...(terminated.message === undefined ? [] : [terminated.message.trim()])].join(': ');
}
