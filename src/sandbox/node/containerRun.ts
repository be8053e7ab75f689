/** How one container goes on from one moment to the next, as a kubelet would have it. Pure. */
import { PROVOKE, behaviourOf } from './behaviour.js';
import { environmentOf, environmentProblem, type ReadConfig } from './configuration.js';
import type { Container, Pod } from './podSpec.js';

/** How soon what failed is tried again, in ms. A real kubelet takes 10 s and more. */
export const retryMs = { configuration: 300, image: 1000, crash: 250 } as const;

export interface Terminated {
  readonly exitCode: number;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export type ContainerState =
  | { readonly type: 'waiting'; readonly reason: string; readonly message: string; readonly nextTry: number }
  | { readonly type: 'running'; readonly startedAt: number }
  | ({ readonly type: 'terminated' } & Terminated);

export interface ContainerRun {
  /** What it was started with, or is to be. */
  readonly image: string;
  readonly state: ContainerState;
  readonly last: Terminated | undefined;
  readonly restarts: number;
  /** True after the first failed pull: then it backs off. */
  readonly pullFailed: boolean;
  /** What it wrote, line by line, since its last start. */
  readonly log: readonly string[];
  /** What it wrote in the run before that. */
  readonly previousLog: readonly string[] | undefined;
  /** Its environment since its last start; undefined before the first. */
  readonly environment: Readonly<Record<string, string>> | undefined;
}

/** What a kubelet would write an Event of. */
export interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** One moment: the pod, the configs as they are, the time in ms, and what happened is called out. */
export interface Moment {
  readonly pod: Pod;
  readonly now: number;
  readonly read: ReadConfig;
  readonly happened: (happening: Happening) => void;
}

/** A container that waits, and when it is tried again. */
export const waiting = (reason: string, message: string, nextTry: number): ContainerState => ({
  type: 'waiting',
  reason,
  message,
  nextTry,
});

/** What the container writes: what the pod's annotation says, else `printenv` and `echo TEXT` in its command do what they say. */
function outputOf(pod: Pod, container: Container, environment: Readonly<Record<string, string>>): string[] {
  const written = pod.metadata.annotations?.[PROVOKE.log];
  if (written !== undefined) return written.split('\n');
  const script = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  return [...script.matchAll(/\bprintenv\b|\becho ([^;&|]+)/g)].flatMap((match) =>
    match[1] === undefined
      ? Object.entries(environment).map(([name, value]) => `${name}=${value}`)
      : [match[1].trim().replaceAll(/^["']|["']$/g, '')],
  );
}

function tryStart(run: ContainerRun, container: Container, isInit: boolean, moment: Moment): ContainerRun {
  const { pod, now, read, happened } = moment;
  if (!behaviourOf(pod, container, isInit).imageExists) {
    const text = `Failed to pull image "${container.image}": ${container.image}: not found`;
    if (run.pullFailed) {
      const message = `Back-off pulling image "${container.image}": ErrImagePull: ${container.image}: not found`;
      happened({ type: 'Warning', reason: 'BackOff', message: `Back-off pulling image "${container.image}"` });
      return { ...run, state: waiting('ImagePullBackOff', message, now + retryMs.image) };
    }
    happened({ type: 'Warning', reason: 'Failed', message: text });
    return { ...run, pullFailed: true, state: waiting('ErrImagePull', text, now + retryMs.image) };
  }
  const problem = environmentProblem(pod, container, read);
  if (problem !== undefined) {
    happened({ type: 'Warning', reason: 'Failed', message: `Error: ${problem}` });
    return { ...run, state: waiting('CreateContainerConfigError', problem, now + retryMs.configuration) };
  }
  happened({ type: 'Normal', reason: 'Started', message: `Container started: ${container.name}` });
  const environment = environmentOf(pod, container, read);
  const started: ContainerRun = {
    ...run,
    state: { type: 'running', startedAt: now },
    restarts: run.last === undefined ? run.restarts : run.restarts + 1,
    log: outputOf(pod, container, environment),
    previousLog: run.environment === undefined ? undefined : run.log,
    environment,
  };
  // A kubelet looks once a second: what ends at once it never sees running.
  return endIfDue(started, container, isInit, moment);
}

/** Whether a container that ended is started again (PodSpec.restartPolicy; an init container ends for good with 0). */
function restarts(pod: Pod, container: Container, isInit: boolean, exitCode: number): boolean {
  if (container.restartPolicy === 'Always') return true;
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  return exitCode !== 0 || (policy === 'Always' && !isInit);
}

/** One container a moment later. The same run comes back where nothing changed. */
export function advanceContainer(
  before: ContainerRun,
  container: Container,
  isInit: boolean,
  moment: Moment,
): ContainerRun {
  const run = isInit ? before : withImage(before, container, moment);
  const { state } = run;
  if (state.type === 'waiting') return state.nextTry > moment.now ? run : tryStart(run, container, isInit, moment);
  return endIfDue(run, container, isInit, moment);
}

/** A changed image ends what runs, and starts anew where what ended is started again (kubelet, computePodActions). */
function withImage(run: ContainerRun, container: Container, { pod, now, happened }: Moment): ContainerRun {
  const { state } = run;
  if (run.image === container.image) return run;
  const renewed = { ...run, image: container.image, pullFailed: false };
  if (state.type === 'terminated') return renewed;
  if (state.type === 'waiting') return { ...renewed, state: { ...state, nextTry: now } };
  happened({
    type: 'Normal',
    reason: 'Killing',
    message: `Container ${container.name} definition changed, will be restarted`,
  });
  const ended: Terminated = { exitCode: 143, startedAt: state.startedAt, finishedAt: now };
  return restarts(pod, container, false, ended.exitCode)
    ? { ...renewed, last: ended, state: waiting('ContainerCreating', '', now) }
    : { ...renewed, state: { type: 'terminated', ...ended } };
}

function endIfDue(run: ContainerRun, container: Container, isInit: boolean, moment: Moment): ContainerRun {
  const { pod, now, happened } = moment;
  const { state } = run;
  if (state.type !== 'running') return run;
  const { runsForMs, exitCode } = behaviourOf(pod, container, isInit);
  if (runsForMs === undefined || now < state.startedAt + runsForMs) return run;
  const ended: Terminated = { exitCode, startedAt: state.startedAt, finishedAt: now };
  if (!restarts(pod, container, isInit, exitCode)) {
    return { ...run, last: undefined, state: { type: 'terminated', ...ended } };
  }
  const message = `back-off 10s restarting failed container=${container.name} pod=${pod.metadata.name}`;
  happened({ type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${container.name}` });
  return { ...run, last: ended, state: waiting('CrashLoopBackOff', message, now + retryMs.crash) };
}
