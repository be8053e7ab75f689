/** A pod's status (core/v1 PodStatus) from how its containers are. Pure. */
import type { JsonObject } from '../../objects/object.js';
import { condition as conditionIn } from '../controllers/conditions.js';
import type { Condition } from '../controllers/workloadTypes.js';
import { behaviourOf } from './behaviour.js';
import type { ContainerRun, PodRun, Terminated } from './podRun.js';
import type { Container, Pod } from './podSpec.js';

const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

function terminated(end: Terminated, id: string): JsonObject {
  return {
    exitCode: end.exitCode,
    reason: end.exitCode === 0 ? 'Completed' : 'Error',
    startedAt: time(end.startedAt),
    finishedAt: time(end.finishedAt),
    containerID: id,
  };
}

function isReady(pod: Pod, container: Container, run: ContainerRun, now: number): boolean {
  if (run.state.type !== 'running') return false;
  const { readyAfterMs } = behaviourOf(pod, container, false);
  return readyAfterMs !== undefined && now >= run.state.startedAt + readyAfterMs;
}

function containerStatus(pod: Pod, container: Container, run: ContainerRun, ready: boolean): JsonObject {
  const { state, last } = run;
  const id = `standin://${pod.metadata.uid ?? ''}/${container.name}/${run.restarts}`;
  const current: JsonObject =
    state.type === 'waiting'
      ? { waiting: { reason: state.reason, ...(state.message === '' ? {} : { message: state.message }) } }
      : state.type === 'running'
        ? { running: { startedAt: time(state.startedAt) } }
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

/**
 * The status at a moment (`now`, ms since the epoch). Conditions merge by type with what the scheduler wrote, so this is
 * for a strategic merge patch. `isFinal`: nothing but another moment's events can change it any more.
 */
export function statusOf(pod: Pod, run: PodRun, now: number): { readonly status: JsonObject; readonly phase: Phase } {
  const phase = phaseOf(run);
  const inits = pod.spec.initContainers ?? [];
  const ready = pod.spec.containers.map((container, index) => {
    const containerRun = run.main[index];
    return containerRun !== undefined && isReady(pod, container, containerRun, now);
  });
  const initialized = run.init.every(
    ({ state }, index) =>
      (state.type === 'terminated' && state.exitCode === 0) ||
      (inits[index]?.restartPolicy === 'Always' && state.type === 'running'),
  );
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const allReady = initialized && ready.every(Boolean);
  const condition = (type: string, holds: boolean): JsonObject => ({
    type,
    status: holds ? 'True' : 'False',
    ...(holds ? {} : { reason: finished ? 'PodCompleted' : 'ContainersNotReady' }),
  });
  const statuses = (containers: readonly Container[], runs: readonly ContainerRun[], isInit: boolean): JsonObject[] =>
    containers.flatMap((container, index) => {
      const containerRun = runs[index];
      if (containerRun === undefined) return [];
      const isUp = isInit ? containerRun.state.type === 'terminated' : (ready[index] ?? false);
      return [containerStatus(pod, container, containerRun, isUp)];
    });
  return {
    phase,
    status: {
      phase,
      ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
      hostIP: '127.0.0.1',
      conditions: [
        condition('PodReadyToStartContainers', run.volumesReady && !finished),
        condition('Initialized', initialized),
        condition('ContainersReady', allReady),
        condition('Ready', allReady),
      ],
      ...(inits.length === 0 ? {} : { initContainerStatuses: statuses(inits, run.init, true) }),
      containerStatuses: statuses(pod.spec.containers, run.main, false),
    },
  };
}

/**
 * Conditions with the time since when they hold, which moves only with the status: controllers count minReadySeconds from
 * it, and without it no pod ever becomes available (seen).
 */
export function withTransitions(known: readonly Condition[], own: readonly Condition[], now: number): Condition[] {
  return own.map((entry) => {
    const before = conditionIn(known, entry.type);
    const since = before?.status === entry.status ? before.lastTransitionTime : undefined;
    return { lastProbeTime: null, ...entry, lastTransitionTime: since ?? time(now) };
  });
}
