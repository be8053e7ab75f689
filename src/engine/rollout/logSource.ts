/** Whose log tells why a workload is not ready: which pod, which container, and which of its runs. Pure. */
import type { KubeObject } from '../../objects/object.js';
import type { PodProblem } from '../run/events.js';

export interface LogSource {
  readonly pod: string;
  readonly container: string;
  /** `previous`: the run before the one that waits to be started again; `none`: it never ran. */
  readonly run: 'current' | 'previous' | 'none';
}

interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: { readonly running?: object; readonly terminated?: { readonly exitCode?: number } };
}

/**
 * Of the containers that are not well, one that has run: it may have said why. Those of the pods that have a problem come
 * first, newest pods before older ones: a Job's last try is the one that counts.
 */
export function logSourceOf(problems: readonly PodProblem[], pods: readonly KubeObject[]): LogSource | undefined {
  const troubled = new Set(problems.map(({ pod }) => pod));
  const named = new Set(problems.map(({ pod, container }) => `${pod}/${container ?? ''}`));
  const sources = [...pods]
    .sort((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''))
    .flatMap(({ metadata: { name: pod }, status }) => unwell(status).map((container) => sourceOf(pod, container)));
  const weight = ({ pod, container, run }: LogSource): number =>
    (run === 'none' ? 0 : 4) + (named.has(`${pod}/${container}`) ? 2 : 0) + (troubled.has(pod) ? 1 : 0);
  return sources.reduce<LogSource | undefined>(
    (best, source) => (best === undefined || weight(source) > weight(best) ? source : best),
    undefined,
  );
}

function sourceOf(pod: string, { name = '', restartCount = 0, state = {} }: ContainerStatus): LogSource {
  // What runs again has not said yet why it will end.
  if (state.terminated === undefined && restartCount > 0) return { pod, container: name, run: 'previous' };
  const hasRun = state.running !== undefined || state.terminated !== undefined;
  return { pod, container: name, run: hasRun ? 'current' : 'none' };
}

/** Containers that neither are ready nor have done what they were to do. */
function unwell(status: unknown): readonly ContainerStatus[] {
  const { containerStatuses = [], initContainerStatuses = [] } = (status ?? {}) as {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
  return [...initContainerStatuses, ...containerStatuses].filter(
    ({ ready = false, state }) => !ready && state?.terminated?.exitCode !== 0,
  );
}
