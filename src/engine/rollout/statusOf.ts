/** The status of one object of a rollout, with what its pods say. Pure over what was last seen. */
import { conditionOf, type Observed, type ReadinessContext } from '../readiness/terms.js';
import { formatId, type KubeObject, type ObjectId } from '../../objects/object.js';
import type { ObjectStatus, PodProblem } from '../run/events.js';
import { readinessOf } from '../readiness/readiness.js';
import { problemsOf } from './podProblems.js';
import { podsOf } from './podsOf.js';

/** What is to become Current. */
export interface Target {
  readonly id: ObjectId;
  /** The object as our apply returned it. */
  readonly applied: KubeObject;
}

export interface Seen {
  /** The newest version seen; undefined once it was deleted. */
  readonly object: KubeObject | undefined;
  readonly pods: readonly KubeObject[];
  readonly replicaSets: readonly KubeObject[];
}

export type StatusOptions = ReadinessContext;

/** The status, and a warning for what counts as Current without proof. */
export function statusOf(
  target: Target,
  seen: Seen,
  options: StatusOptions,
): ObjectStatus & { readonly warning?: string } {
  const { id, applied } = target;
  const { object } = seen;
  if (object === undefined) return { id, status: 'Failed', message: 'was deleted by someone else', problems: [] };
  if (applied.metadata.uid !== undefined && object.metadata.uid !== applied.metadata.uid) {
    return { id, status: 'Failed', message: 'was replaced by another object of the same name', problems: [] };
  }
  if ((object.metadata.generation ?? 0) < (applied.metadata.generation ?? 0)) {
    return { id, status: 'InProgress', message: 'waiting for the change to be seen', problems: [] };
  }
  const readiness = readinessOf(object, options);
  const problems = readiness.status === 'Current' ? [] : [...replicaFailure(object), ...podProblems(object, seen)];
  const why = problems[0] === undefined ? readiness.message : `${readiness.message}: ${describe(problems[0])}`;
  return {
    id,
    status: readiness.status,
    message: readiness.status === 'Current' ? readiness.message : why,
    progress: readiness.message,
    problems,
    ...(readiness.ready && { ready: readiness.ready }),
    ...(readiness.warning !== undefined && { warning: `${formatId(id)} ${readiness.warning}` }),
  };
}

function podProblems(object: KubeObject, { pods, replicaSets }: Seen): PodProblem[] {
  return podsOf(object, pods, replicaSets)
    .flatMap(problemsOf)
    .sort((a, b) => Number(b.doomed) - Number(a.doomed));
}

/** The controller cannot create pods at all: a quota, PodSecurity, a webhook. */
function replicaFailure(object: KubeObject): PodProblem[] {
  const condition = conditionOf((object as unknown as Observed).status, 'ReplicaFailure');
  if (condition?.status !== 'True') return [];
  return [
    {
      pod: '',
      container: undefined,
      reason: condition.reason ?? 'ReplicaFailure',
      message: condition.message ?? '',
      restarts: 0,
      doomed: true,
    },
  ];
}

function describe({ container, reason, message }: PodProblem): string {
  const where = container === undefined ? '' : `container ${container}: `;
  const what = message === '' ? reason : `${reason}: ${message}`;
  return `${where}${what.length <= 160 ? what : `${what.slice(0, 157)}...`}`;
}
