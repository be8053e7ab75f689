/** What a failing workload says for itself: its events and its pod's last log lines, read once, when it is given up. */
import { ApiError } from '../../cluster/apiError.js';
import { findPreferred, type Cluster, type Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import type { FailureDetails, ObjectStatus } from '../run/events.js';
import { eventsIn } from './eventsOf.js';
import { kubectlCommand } from './kubectlCommand.js';
import { hasPods, hasRevisions } from './kinds.js';
import { logSourceOf, type LogSource } from './logSource.js';
import { podsOf } from './podsOf.js';
import { undoWords } from './undo.js';

const LOG_LINES = 10;
const MAX_EVENTS = 5;

export interface DetailsOptions {
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  readonly now: number;
  /** The workload as it was last seen; undefined where it is gone. */
  readonly workload: KubeObject | undefined;
  readonly pods: readonly KubeObject[];
  readonly replicaSets: readonly KubeObject[];
}

/** Never rejects for want of a permission: what cannot be read is left out and said. */
export async function failureDetails(
  cluster: Cluster,
  status: ObjectStatus,
  options: DetailsOptions,
): Promise<FailureDetails> {
  const { id, problems } = status;
  const { workload } = options;
  const pods = await podsOfFailed(cluster, status, options);
  const [worst] = problems;
  const source = logSourceOf(problems, pods);
  const pod = worst?.pod === undefined || worst.pod === '' ? source?.pod : worst.pod;
  const involved = pod === undefined ? { kind: id.kind, name: id.name } : { kind: 'Pod', name: pod };
  const [events, logs, undo] = await Promise.all([
    warningEvents(cluster, id.namespace, involved, options),
    lastLines(cluster, id.namespace, source, options),
    workload === undefined ? undefined : undoWords(workload, { ...options, cluster }),
  ]);
  const tryWords = status.remedy ?? ['describe', involved.kind.toLowerCase(), involved.name];
  const undoCommand = undo === undefined ? undefined : kubectlCommand(cluster, id.namespace, undo);
  return {
    problems,
    ...(hasRevisions(id) && id.kind !== 'Job' && pods.length > 0 && { newPods: pods.length }),
    events,
    ...logs,
    tryCommand: kubectlCommand(cluster, id.namespace, tryWords),
    ...(undoCommand !== undefined && { undoCommand }),
  };
}

/**
 * The pods of the revision that failed. A Job's controller can be quicker than the watch of its pods: where none was seen,
 * they are asked for.
 */
async function podsOfFailed(
  cluster: Cluster,
  { id }: ObjectStatus,
  { discovery, signal, workload, pods, replicaSets }: DetailsOptions,
): Promise<readonly KubeObject[]> {
  if (workload === undefined || !hasPods(id)) return [];
  const seen = podsOf(workload, pods, replicaSets);
  const resource = findPreferred(discovery, '', 'Pod');
  if (id.kind !== 'Job' || resource === undefined) return seen;
  try {
    const { items } = await cluster.list(resource, { namespace: id.namespace, signal });
    return podsOf(workload, items, replicaSets);
  } catch (error) {
    if (error instanceof ApiError) return seen;
    throw error;
  }
}

async function warningEvents(
  cluster: Cluster,
  namespace: string,
  involved: { kind: string; name: string },
  { discovery, signal, now }: DetailsOptions,
): Promise<FailureDetails['events']> {
  const fields = { 'involvedObject.name': involved.name, 'involvedObject.kind': involved.kind, type: 'Warning' };
  const events = await eventsIn(namespace, fields, { cluster, discovery, signal });
  return events
    .slice(0, MAX_EVENTS)
    .map(({ count, reason, message, at = now }) => ({ count, reason, message, ageMs: Math.max(now - at, 0) }));
}

async function lastLines(
  cluster: Cluster,
  namespace: string,
  source: LogSource | undefined,
  { signal }: DetailsOptions,
): Promise<Pick<FailureDetails, 'logs' | 'logsNote'>> {
  if (source === undefined) return { logs: [], logsNote: undefined };
  const { pod, container, run } = source;
  if (run === 'none') return { logs: [], logsNote: 'none, the container never started' };
  try {
    const text = await cluster.logs(namespace, pod, {
      container,
      tailLines: LOG_LINES,
      previous: run === 'previous',
      signal,
    });
    const lines = text.split('\n').filter((line) => line !== '');
    return { logs: lines, logsNote: lines.length === 0 ? 'none, the container wrote nothing' : undefined };
  } catch (error) {
    if (error instanceof ApiError) return { logs: [], logsNote: `not readable: ${error.message}` };
    throw error;
  }
}
