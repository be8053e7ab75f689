import type { ContainerRun, ContainerState } from './containerRun.js';
import { type PodRun, newPodRun } from './podRun.js';
import type { Container, Pod } from './podSpec.js';

interface Ended {
  readonly exitCode?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly restartCount?: number;
  readonly state?: {
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: Ended;
  };
  readonly lastState?: { readonly terminated?: Ended };
}

interface Status {
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** How a pod's containers are, read from its status: what a node that was restarted finds still running. */
export function resumePodRun(pod: Pod, now: number): PodRun {
  const fresh = newPodRun(pod, now);
  const { initContainerStatuses = [], containerStatuses = [] } = (pod.status ?? {}) as Status;
  const resume = (runs: readonly ContainerRun[], containers: readonly Container[], known: readonly ContainerStatus[]) =>
    runs.map((run, index) => {
      const status = known.find(({ name }) => name === containers[index]?.name);
      return status === undefined ? run : resumed(pod, run, status);
    });
  const main = resume(fresh.main, pod.spec.containers, containerStatuses);
  const init = resume(fresh.init, pod.spec.initContainers ?? [], initContainerStatuses);
  const volumesReady = [...init, ...main].some(({ state }) => state.type !== 'waiting');
  return { volumesReady, init, main };
}

function resumed(
  pod: Pod,
  fresh: ContainerRun,
  { name, image = fresh.image, restartCount = 0, state, lastState }: ContainerStatus,
): ContainerRun {
  const noted = (what: string) => pod.metadata.annotations?.[`sandbox.kapply.dev/${what}.${name}`];
  const [environment, log, previousLog] = [noted('env'), noted('logs'), noted('previous-logs')];
  return {
    ...fresh,
    image,
    state: stateOf(state) ?? fresh.state,
    last: ended(lastState?.terminated),
    restarts: restartCount,
    log: linesOf(log) ?? [],
    previousLog: linesOf(previousLog),
    environment: environment === undefined ? undefined : (JSON.parse(environment) as Record<string, string>),
  };
}

function stateOf(state: ContainerStatus['state']): ContainerState | undefined {
  if (state?.running !== undefined) return { type: 'running', startedAt: Date.parse(state.running.startedAt ?? '') };
  const end = ended(state?.terminated);
  return end === undefined ? undefined : { type: 'terminated', ...end };
}

function ended(end: Ended | undefined): ContainerRun['last'] {
  if (end === undefined) return undefined;
  const { exitCode = 0, startedAt = '', finishedAt = '' } = end;
  return { exitCode, startedAt: Date.parse(startedAt), finishedAt: Date.parse(finishedAt) };
}

function linesOf(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : text.split('\n').slice(0, -1);
}
