/** A pod's status (core/v1 PodStatus) from how its containers are. Pure. */
import type { JsonObject } from '../../objects/object.js';
import { condition as conditionIn } from '../controllers/conditions.js';
import type { Condition } from '../controllers/workloadTypes.js';
import { timestamp } from '../store.js';
import { behaviourOf } from './behaviour.js';
import type { ContainerRun, Terminated } from './containerRun.js';
import type { PodRun } from './podRun.js';
import { isSidecar, type Container, type Pod } from './podSpec.js';

function terminated(end: Terminated, id: string): JsonObject {
  return {
    exitCode: end.exitCode,
    reason: end.exitCode === 0 ? 'Completed' : 'Error',
    startedAt: timestamp(end.startedAt),
    finishedAt: timestamp(end.finishedAt),
    containerID: id,
  };
}

/** One container, as its status tells. */
interface Told {
  readonly container: Container;
  readonly run: ContainerRun;
  readonly ready: boolean;
}

function told(pod: Pod, { init, main }: PodRun, now: number): { readonly init: Told[]; readonly main: Told[] } {
  const all = (containers: readonly Container[], runs: readonly ContainerRun[], isInit: boolean): Told[] =>
    containers.flatMap((container, index) => {
      const run = runs[index];
      return run === undefined ? [] : [{ container, run, ready: isReady(pod, container, run, isInit, now) }];
    });
  return { init: all(pod.spec.initContainers ?? [], init, true), main: all(pod.spec.containers, main, false) };
}

/** An init container is ready when it ended well, everything else when its probe says so (kubelet, prober_manager.go). */
function isReady(pod: Pod, container: Container, { state }: ContainerRun, isInit: boolean, now: number): boolean {
  if (isInit && !isSidecar(container)) return state.type === 'terminated' && state.exitCode === 0;
  if (state.type !== 'running') return false;
  const { readyAfterMs } = behaviourOf(pod, container, isInit);
  return readyAfterMs !== undefined && now >= state.startedAt + readyAfterMs;
}

function containerStatus(pod: Pod, { container, run, ready }: Told): JsonObject {
  const { state, last } = run;
  const id = `standin://${pod.metadata.uid ?? ''}/${container.name}/${run.restarts}`;
  const current: JsonObject =
    state.type === 'waiting'
      ? { waiting: { reason: state.reason, ...(state.message === '' ? {} : { message: state.message }) } }
      : state.type === 'running'
        ? { running: { startedAt: timestamp(state.startedAt) } }
        : { terminated: terminated(state, id) };
  return {
    name: container.name,
    image: container.image,
    imageID: '',
    ready,
    started: state.type === 'running',
    restartCount: run.restarts,
    state: current,
    lastState: last === undefined ? {} : { terminated: terminated(last, id) },
  };
}

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

function phaseOf(run: PodRun): Phase {
  if (run.init.some(({ state }) => state.type === 'terminated' && state.exitCode !== 0)) return 'Failed';
  const ends = run.main.flatMap(({ state }) => (state.type === 'terminated' ? [state] : []));
  if (ends.length === run.main.length) return ends.every((end) => end.exitCode === 0) ? 'Succeeded' : 'Failed';
  const started = run.main.some(({ state, last }) => state.type !== 'waiting' || last !== undefined);
  return started ? 'Running' : 'Pending';
}

/** The status at a moment (`now`, ms since the epoch). Its conditions are the node's own: others stay beside them. */
export function statusOf(pod: Pod, run: PodRun, now: number): { readonly status: JsonObject; readonly phase: Phase } {
  const phase = phaseOf(run);
  const { init, main } = told(pod, run, now);
  const ready = readiness(phase, [...init.filter(({ container }) => isSidecar(container)), ...main]);
  return {
    phase,
    status: {
      phase,
      ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
      hostIP: '127.0.0.1',
      conditions: [
        condition('PodReadyToStartContainers', run.volumesReady && !isOver(phase)),
        initialization(phase, init, main),
        { type: 'ContainersReady', ...ready },
        { type: 'Ready', ...ready },
      ],
      ...(init.length === 0 ? {} : { initContainerStatuses: init.map((one) => containerStatus(pod, one)) }),
      containerStatuses: main.map((one) => containerStatus(pod, one)),
    },
  };
}

function isOver(phase: Phase): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function condition(type: string, holds: boolean): JsonObject {
  return { type, status: holds ? 'True' : 'False' };
}

function names(containers: readonly Told[]): string {
  return `[${containers.map(({ container }) => container.name).join(' ')}]`;
}

/** Ready and ContainersReady, which say the same where a pod has no gates (kubelet, status/generate.go). */
function readiness(phase: Phase, containers: readonly Told[]): JsonObject {
  if (isOver(phase)) return { status: 'False', reason: phase === 'Failed' ? 'PodFailed' : 'PodCompleted' };
  const unready = containers.filter(({ ready }) => !ready);
  if (unready.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${names(unready)}`,
  };
}

/** Initialized: a pod whose containers have started once stays so (kubelet, status/generate.go). */
function initialization(phase: Phase, init: readonly Told[], main: readonly Told[]): JsonObject {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  const incomplete = init.filter(({ container, run, ready }) =>
    isSidecar(container) ? run.state.type !== 'running' : !ready,
  );
  const hasStarted = main.some(({ run }) => run.environment !== undefined);
  if (hasStarted || incomplete.length === 0) return { type, status: 'True' };
  const message = `containers with incomplete status: ${names(incomplete)}`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

/**
 * Conditions with the time since when they hold, which moves only with the status: controllers count minReadySeconds from
 * it, and without it no pod ever becomes available (seen).
 */
export function withTransitions(known: readonly Condition[], own: readonly Condition[], now: number): Condition[] {
  return own.map((entry) => {
    const before = conditionIn(known, entry.type);
    const since = before?.status === entry.status ? before.lastTransitionTime : undefined;
    return { lastProbeTime: null, ...entry, lastTransitionTime: since ?? timestamp(now) };
  });
}
