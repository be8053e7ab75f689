/** `--logs`: what the Jobs of a run write, told line by line while they are waited for. */
import { setMaxListeners } from 'node:events';
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import { findPreferred, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { controllerOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import type { Emit } from '../run/events.js';
import { kubectlCommand } from './kubectlCommand.js';

export interface JobLogsOptions {
  readonly cluster: Cluster;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** How long the end of a log is waited for when the rollout is over, ms. */
  readonly drainMs?: number;
}

/** One for a whole run: stages are waited for one after the other, and nothing is told twice. */
export interface JobLogs {
  /** A pod as it is now: the containers that have begun are followed where its controller is this Job. */
  readonly see: (pod: KubeObject, job: { readonly id: ObjectId; readonly uid: string }, discovery: Discovery) => void;
  /** Nothing more comes from a pod that is not there any more. */
  readonly gone: (pod: KubeObject) => void;
  /** The Jobs that are over have written all that they will: resolves when it is told, or after a few seconds. */
  readonly drain: (isOver: (job: ObjectId) => boolean) => Promise<void>;
  /** Ends whatever is followed. */
  readonly close: () => Promise<void>;
}

/** Containers that are followed at once: a Job may have a thousand pods. */
const MOST_FOLLOWED = 10;
/** Lines of one container: a log is no place for a gigabyte. */
const MOST_LINES = 10_000;
const DRAIN_MS = 5000;

interface ContainerStatus {
  readonly name?: string;
  readonly restartCount?: number;
  readonly state?: { readonly running?: object; readonly terminated?: { readonly exitCode?: number } };
}

/** What is known of one container that has begun. */
interface Followed {
  readonly pod: KubeObject;
  readonly container: string;
  readonly job: ObjectId;
  hasEnded: boolean;
  isTold: boolean;
}

/** Follows what containers of Jobs write. Where logs may not be read it is said once, and the rollout goes on. */
export function makeJobLogs({ cluster, emit, signal, now, drainMs = DRAIN_MS }: JobLogsOptions): JobLogs {
  const followed = new Map<string, Followed>();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  // Each container that is followed listens to it.
  setMaxListeners(0, either);
  const waiting: { readonly one: Followed; readonly discovery: Discovery }[] = [];
  const running = new Set<Promise<void>>();
  let broke: unknown;
  let told = (): void => undefined;
  const warned = new Set<string>();
  const warn = (message: string): void => {
    if (!warned.has(message)) emit({ type: 'warning', message });
    warned.add(message);
  };

  const next = (): void => {
    while (running.size < MOST_FOLLOWED) {
      const begun = waiting.shift();
      if (begun === undefined) return;
      const work = tellLog(begun.one, begun.discovery, { cluster, emit, warn, now, signal: either })
        .catch((error: unknown) => (broke ??= error))
        .then(() => {
          begun.one.isTold = true;
          running.delete(work);
          told();
          next();
        });
      running.add(work);
    }
  };

  return {
    see: (pod, job, discovery) => {
      if (controllerOf(pod)?.uid !== job.uid) return;
      for (const [container, hasEnded] of begun(pod)) {
        const key = `${pod.metadata.uid ?? pod.metadata.name}/${container}`;
        const known = followed.get(key);
        if (known !== undefined) {
          known.hasEnded = hasEnded;
          continue;
        }
        const one: Followed = { pod, container, job: job.id, hasEnded, isTold: false };
        followed.set(key, one);
        waiting.push({ one, discovery });
      }
      next();
    },
    gone: ({ metadata: { uid } }) => {
      for (const one of followed.values()) if (one.pod.metadata.uid === uid) one.hasEnded = true;
    },
    drain: async (isOver) => {
      const ending = [...followed.values()].filter(({ job }) => isOver(job));
      for (const one of ending) one.hasEnded = true;
      // Not a time-out in an AbortSignal.any: Node 20 and 22 hold it so weakly that it is collected, and never comes.
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), drainMs);
      const until = AbortSignal.any([either, late.signal]);
      const over = new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
      try {
        while (!until.aborted && ending.some(({ isTold }) => !isTold)) {
          await Promise.race([over, new Promise<void>((resolve) => (told = resolve))]);
        }
      } finally {
        clearTimeout(timer);
      }
      if (broke !== undefined) throw broke as Error;
    },
    close: async () => {
      waiting.length = 0;
      stop.abort();
      await Promise.all(running);
    },
  };
}

type Telling = JobLogsOptions & { readonly warn: (message: string) => void };

/** Whatever happens to a log, the rollout is what counts: only a bug rejects. */
async function tellLog(
  one: Followed,
  discovery: Discovery,
  { cluster, emit, warn, now, signal }: Telling,
): Promise<void> {
  const { pod, container, job } = one;
  const { name, namespace = '' } = pod.metadata;
  const resource = findPreferred(discovery, '', 'Pod');
  if (resource === undefined || signal.aborted) return;
  const address = { resource, namespace, name };
  const isAborted = (): boolean => signal.aborted;
  let lines = 0;
  try {
    for await (const line of cluster.followLog({ pod: address, container, hasEnded: () => one.hasEnded, signal })) {
      lines += 1;
      if (lines > MOST_LINES) {
        const command = kubectlCommand(cluster, namespace, ['logs', name, '-c', container]) ?? 'its log';
        warn(`${name}/${container} wrote more than ${MOST_LINES} lines: ${command} has the rest`);
        return;
      }
      emit({ type: 'log', id: job, pod: name, container, line, at: now() });
    }
  } catch (error) {
    if (isAborted()) return;
    if (error instanceof ApiError && error.httpStatus === 403)
      warn(`logs cannot be read in ${namespace}: ${refusedWords(error)}`);
    else if (error instanceof KapplyError && error.exitCode !== EXIT.bug)
      warn(`the log of ${name}/${container} cannot be read: ${error.message}`);
    else throw error;
  }
}

/** The containers that have written something, init containers first; true where nothing more will come of them. */
function begun({ spec, status }: KubeObject): (readonly [container: string, hasEnded: boolean])[] {
  const {
    phase,
    containerStatuses = [],
    initContainerStatuses = [],
  } = (status ?? {}) as {
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
  const { restartPolicy } = (spec ?? {}) as { readonly restartPolicy?: string };
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  return [...initContainerStatuses, ...containerStatuses].flatMap(({ name, restartCount = 0, state = {} }) => {
    const { running, terminated } = state;
    if (name === undefined || (running === undefined && terminated === undefined && restartCount === 0)) return [];
    const isDone = terminated !== undefined && (restartPolicy === 'Never' || terminated.exitCode === 0);
    return [[name, isOver || isDone] as const];
  });
}
