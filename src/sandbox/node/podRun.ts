/** How a pod's containers go on from one moment to the next, as a kubelet would have them. Pure. */
import { behaviourOf } from './behaviour.js';
import { volumeProblem } from './configuration.js';
import { advanceContainer, retryMs, waiting, type ContainerRun, type Moment } from './containerRun.js';
import { isSidecar, type Container, type Pod } from './podSpec.js';

export interface PodRun {
  readonly volumesReady: boolean;
  readonly init: readonly ContainerRun[];
  readonly main: readonly ContainerRun[];
}

/** A pod that was just bound to the node. */
export function newPodRun(pod: Pod, now: number): PodRun {
  const inits = pod.spec.initContainers ?? [];
  const fresh = ({ image }: Container): ContainerRun => ({
    image,
    state: waiting(inits.length > 0 ? 'PodInitializing' : 'ContainerCreating', '', now),
    last: undefined,
    restarts: 0,
    pullFailed: false,
    log: [],
    previousLog: undefined,
    environment: undefined,
  });
  return { volumesReady: false, init: inits.map(fresh), main: pod.spec.containers.map(fresh) };
}

/** Whether the next container of a pod may start: an init container must have ended well, a sidecar have started. */
function isPast(run: ContainerRun, container: Container): boolean {
  if (isSidecar(container)) return run.state.type === 'running';
  return run.state.type === 'terminated' && run.state.exitCode === 0;
}

/** The milliseconds until time alone changes something; undefined where it never does. */
export function nextIn(run: PodRun, pod: Pod, now: number): number | undefined {
  const times = (runs: readonly ContainerRun[], containers: readonly Container[], isInit: boolean): number[] =>
    runs.flatMap(({ state }, index) => {
      const container = containers[index];
      if (container === undefined || state.type === 'terminated') return [];
      if (state.type === 'waiting') return [state.nextTry];
      const { runsForMs, readyAfterMs } = behaviourOf(pod, container, isInit);
      return [runsForMs, readyAfterMs].flatMap((ms) => (ms === undefined ? [] : [state.startedAt + ms]));
    });
  const all = [...times(run.init, pod.spec.initContainers ?? [], true), ...times(run.main, pod.spec.containers, false)];
  const later = all.filter((time) => time > now);
  return later.length === 0 ? undefined : Math.min(...later) - now;
}

/** Whether a container is about to start, so that configs must be read first. */
export function startsSomething(run: PodRun, now: number): boolean {
  return [...run.init, ...run.main].some(({ state }) => state.type === 'waiting' && state.nextTry <= now);
}

/** The pod a moment later. The same run comes back where nothing changed. */
export function advance(run: PodRun, moment: Moment): PodRun {
  const { pod, now, read, happened } = moment;
  if (!run.volumesReady) {
    const problem = volumeProblem(pod, read);
    if (problem !== undefined) {
      happened({ type: 'Warning', reason: 'FailedMount', message: problem });
      const later = (container: ContainerRun): ContainerRun =>
        container.state.type === 'waiting'
          ? { ...container, state: { ...container.state, nextTry: now + retryMs.configuration } }
          : container;
      return { ...run, init: run.init.map(later), main: run.main.map(later) };
    }
  }
  const init: ContainerRun[] = [];
  let open = true;
  for (const [index, container] of (pod.spec.initContainers ?? []).entries()) {
    const before = run.init[index];
    if (before === undefined) break;
    const after = open ? advanceContainer(before, container, true, moment) : before;
    init.push(after);
    open &&= isPast(after, container);
  }
  const main = run.main.map((before, index) => {
    const container = pod.spec.containers[index];
    return open && container !== undefined ? advanceContainer(before, container, false, moment) : before;
  });
  const same =
    run.volumesReady &&
    init.every((container, index) => container === run.init[index]) &&
    main.every((container, index) => container === run.main[index]);
  return same ? run : { volumesReady: true, init, main };
}
