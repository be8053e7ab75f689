import { condition, withCondition, withoutCondition } from '../conditions.js';
import type { Simulation } from '../simulation.js';
import { timestamp } from '../../store.js';
import { DEPLOYMENT, type Condition, type DeploymentObject, type ReplicaSetObject } from '../workloadTypes.js';
import { type ReplicaSets, desired, fenceposts, totalReplicas } from './scaling.js';

type Status = NonNullable<DeploymentObject['status']>;

/** Whether every pod is new and serves (deployment/util, DeploymentComplete). */
export function isComplete(deployment: DeploymentObject, status: Status | undefined): boolean {
  const wanted = desired(deployment);
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Writes the status; returns the milliseconds until the progress deadline, where one runs. */
export function updateStatus(simulation: Simulation, seen: DeploymentObject, sets: ReplicaSets): number | undefined {
  const { client, now } = simulation;
  const deployment = client.get(DEPLOYMENT, seen.metadata.namespace ?? '', seen.metadata.name);
  if (deployment === undefined) return undefined;
  const all = [...sets.old, ...(sets.current === undefined ? [] : [sets.current])];
  const counts = countsOf(deployment, sets.current, all);
  const available = availability(deployment, counts);
  const moved = progress(deployment, sets.current, { ...counts, conditions: available(now()) }, now());
  const conditions = withFailure(moved, all, now());
  client.updateStatus(DEPLOYMENT, { ...deployment, status: { ...counts, conditions } });
  return deadlineIn(deployment, counts, condition(conditions, 'Progressing'), now());
}

function countsOf(
  deployment: DeploymentObject,
  current: ReplicaSetObject | undefined,
  all: readonly ReplicaSetObject[],
): Status {
  const sum = (of: (status: NonNullable<ReplicaSetObject['status']>) => number | undefined) =>
    all.reduce((total, { status = {} }) => total + (of(status) ?? 0), 0);
  const available = sum((status) => status.availableReplicas);
  const counts = {
    replicas: sum((status) => status.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum((status) => status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalReplicas(all) - available),
  };
  const { collisionCount } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: sum((status) => status.terminatingReplicas),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

function availability(deployment: DeploymentObject, counts: Status): (now: number) => readonly Condition[] {
  const enough = (counts.availableReplicas ?? 0) >= desired(deployment) - fenceposts(deployment).unavailable;
  const set = enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return (now) => withCondition(deployment.status?.conditions, set, now, true);
}

/** The condition Progressing: complete, moving on, or past its deadline (deployment/progress.go). */
function progress(
  deployment: DeploymentObject,
  current: ReplicaSetObject | undefined,
  status: Status,
  now: number,
): readonly Condition[] {
  const conditions = status.conditions ?? [];
  if (deployment.spec.progressDeadlineSeconds === undefined) return withoutCondition(conditions, 'Progressing');
  const known = condition(conditions, 'Progressing');
  const settled = status.replicas === status.updatedReplicas && known?.reason === 'NewReplicaSetAvailable';
  if (settled || deployment.spec.paused === true) return conditions;
  const what =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${what} has successfully progressed.`;
    const set = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
    return withCondition(conditions, set, now, true);
  }
  if (isProgressing(deployment.status ?? {}, status)) {
    const time = timestamp(now);
    const entry: Condition = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: `${what} is progressing.`,
      lastUpdateTime: time,
      lastTransitionTime: known?.status === 'True' ? (known.lastTransitionTime ?? time) : time,
    };
    return [...withoutCondition(conditions, 'Progressing'), entry];
  }
  const left = deadlineIn(deployment, status, known, now);
  if (left === undefined || left > 0) return conditions;
  const message = `${what} has timed out progressing.`;
  const set = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
  return withCondition(conditions, set, now, true);
}

/** Whether more pods are new, ready or available than before, or fewer are old. */
function isProgressing(before: Status, after: Status): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: Status) => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function deadlineIn(
  deployment: DeploymentObject,
  status: Status,
  known: Condition | undefined,
  now: number,
): number | undefined {
  const { progressDeadlineSeconds: seconds, paused } = deployment.spec;
  const done = known?.reason === 'NewReplicaSetAvailable' || known?.reason === 'ProgressDeadlineExceeded';
  if (seconds === undefined || paused === true || known === undefined || done) return undefined;
  if (isComplete(deployment, status)) return undefined;
  // Whole seconds are all that the condition's time has.
  return Math.max(0, Date.parse(known.lastUpdateTime ?? '') + seconds * 1000 - now);
}

/** Why pods cannot be created, from the ReplicaSets. */
function withFailure(
  conditions: readonly Condition[],
  sets: readonly ReplicaSetObject[],
  now: number,
): readonly Condition[] {
  const failure = [...sets].reverse().flatMap(({ status }) => condition(status?.conditions, 'ReplicaFailure') ?? [])[0];
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const { type, status, reason = '', message = '' } = failure;
  return withCondition(conditions, { type, status, reason, message }, now, true);
}
