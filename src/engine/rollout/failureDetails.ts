/** What a failing pod says for itself: its events and its last log lines, read once, when the rollout is given up. */
import { ApiError } from '../../cluster/apiError.js';
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { shellCommand } from '../../objects/shellCommand.js';
import type { FailureDetails, ObjectStatus, PodProblem } from '../run/events.js';
import { eventsIn } from './eventsOf.js';

const LOG_LINES = 10;
const MAX_EVENTS = 5;

export interface DetailsOptions {
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  readonly now: number;
}

/** Never rejects for want of a permission: what cannot be read is left out and said. */
export async function failureDetails(
  cluster: Cluster,
  status: ObjectStatus,
  options: DetailsOptions,
): Promise<FailureDetails> {
  const { namespace } = status.id;
  const [worst] = status.problems;
  const involved =
    worst === undefined || worst.pod === ''
      ? { kind: status.id.kind, name: status.id.name }
      : { kind: 'Pod', name: worst.pod };
  const [events, logs] = await Promise.all([
    warningEvents(cluster, namespace, involved, options),
    lastLines(cluster, namespace, worst, options),
  ]);
  return {
    problems: status.problems,
    events,
    ...logs,
    tryCommand: kubectlCommand(
      cluster,
      namespace,
      status.remedy ?? ['describe', involved.kind.toLowerCase(), involved.name],
    ),
  };
}

/** undefined where no kubectl would reach the cluster: the sandbox of a command ends with it. */
function kubectlCommand(
  { kubectl, context }: Cluster,
  namespace: string,
  words: readonly string[],
): string | undefined {
  const start = kubectl ?? ['kubectl', ...(context === undefined ? [] : ['--context', context])];
  if (start.length === 0) return undefined;
  return shellCommand([...start, ...(namespace === '' ? [] : ['-n', namespace]), ...words]);
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
  worst: PodProblem | undefined,
  { signal }: DetailsOptions,
): Promise<Pick<FailureDetails, 'logs' | 'logsNote'>> {
  if (worst?.container === undefined) return { logs: [], logsNote: undefined };
  const hasRun = worst.restarts > 0 || worst.reason === 'Error';
  if (!hasRun) return { logs: [], logsNote: 'none, the container never started' };
  try {
    const text = await cluster.logs(namespace, worst.pod, {
      container: worst.container,
      tailLines: LOG_LINES,
      previous: worst.restarts > 0,
      signal,
    });
    const lines = text.split('\n').filter((line) => line !== '');
    return { logs: lines, logsNote: lines.length === 0 ? 'none, the container wrote nothing' : undefined };
  } catch (error) {
    if (error instanceof ApiError) return { logs: [], logsNote: `not readable: ${error.message}` };
    throw error;
  }
}
