import { condition, withCondition } from '../conditions.js';
import { controlledBy, ownOrControlled } from '../owners.js';
import { isActive } from '../podState.js';
import type { Controller, Simulation } from '../simulation.js';
import { splitKey } from '../simulation.js';
import { sameTemplate } from '../templateHash.js';
import { DEPLOYMENT, REPLICA_SET, type DeploymentObject, type ReplicaSetObject } from '../workloadTypes.js';
import { cleanUp, findOrCreateNew } from './revisions.js';
import { type ReplicaSets, desired, scaleDownOld, scaleNew, scaleSet, scaleWhole, totalReplicas } from './scaling.js';
import { isComplete, updateStatus } from './deploymentStatus.js';

/** Rolls Deployments out (kubernetes/kubernetes pkg/controller/deployment). */
export const deployments: Controller = {
  name: 'deployment-controller',
  kinds: [DEPLOYMENT, REPLICA_SET],
  // Of the last pod that Recreate waits for a ReplicaSet tells: it counts those that are going.
  keysFor: ownOrControlled(DEPLOYMENT, 'Deployment'),
  sync: (key, simulation) => {
    const { namespace, name } = splitKey(key);
    const deployment = simulation.client.get(DEPLOYMENT, namespace, name);
    if (deployment === undefined) return undefined;
    if (deployment.metadata.deletionTimestamp !== undefined) {
      return updateStatus(simulation, deployment, setsOf(simulation, deployment));
    }
    const current = notePause(simulation, deployment);
    if (current.spec.paused === true) return syncPaused(simulation, current);
    if (isScaling(simulation, current)) return syncPaused(simulation, current);
    return current.spec.strategy?.type === 'Recreate' ? recreate(simulation, current) : roll(simulation, current);
  },
};

/** The ReplicaSet of the present template, which may not be there yet, and those of earlier ones, oldest first. */
function setsOf({ client }: Simulation, deployment: DeploymentObject): ReplicaSets {
  const sets = controlledBy(client, REPLICA_SET, deployment).sort(byAge);
  const current = sets.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  return { current, old: sets.filter((set) => set !== current) };
}

function byAge(left: ReplicaSetObject, right: ReplicaSetObject): number {
  const [a, b] = [left, right].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''));
  return (a ?? 0) - (b ?? 0) || (left.metadata.name < right.metadata.name ? -1 : 1);
}

/** Says in the conditions that the rollout was paused or resumed, so that the deadline counts from then. */
function notePause({ client, now }: Simulation, deployment: DeploymentObject): DeploymentObject {
  const { conditions } = deployment.status ?? {};
  const reason = condition(conditions, 'Progressing')?.reason;
  if (deployment.spec.progressDeadlineSeconds === undefined || reason === 'ProgressDeadlineExceeded') return deployment;
  const paused = deployment.spec.paused === true;
  if (paused === (reason === 'DeploymentPaused') || (!paused && reason !== 'DeploymentPaused')) return deployment;
  const set = paused
    ? { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : { type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  const status = { ...deployment.status, conditions: withCondition(conditions, set, now(), true) };
  return client.updateStatus(DEPLOYMENT, { ...deployment, status });
}

/** Whether somebody changed the number of replicas since the ReplicaSets were last scaled. */
function isScaling(simulation: Simulation, deployment: DeploymentObject): boolean {
  const { current, old } = setsOf(simulation, deployment);
  return [...old, ...(current === undefined ? [] : [current])].some((set) => {
    const noted = set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'];
    return (set.spec.replicas ?? 0) > 0 && noted !== undefined && Number(noted) !== desired(deployment);
  });
}

/** Scales without rolling out. */
function syncPaused(simulation: Simulation, deployment: DeploymentObject): number | undefined {
  const sets = setsOf(simulation, deployment);
  scaleWhole(simulation, deployment, sets);
  return updateStatus(simulation, deployment, setsOf(simulation, deployment));
}

function roll(simulation: Simulation, deployment: DeploymentObject): number | undefined {
  const { deployment: noted } = findOrCreateNew(simulation, deployment, setsOf(simulation, deployment));
  const sets = setsOf(simulation, noted);
  const scaledUp = sets.current !== undefined && scaleNew(simulation, noted, sets.current, sets.old);
  if (!scaledUp && !scaleDownOld(simulation, noted, sets) && isComplete(noted, noted.status)) {
    cleanUp(simulation, noted, sets.old);
  }
  return updateStatus(simulation, noted, setsOf(simulation, noted));
}

function recreate(simulation: Simulation, deployment: DeploymentObject): number | undefined {
  const { client } = simulation;
  const before = setsOf(simulation, deployment);
  for (const set of before.old) if ((set.spec.replicas ?? 0) > 0) scaleSet(simulation, deployment, set, 0);
  const running = before.old.some((set) =>
    controlledBy(client, 'Pod', set).some((pod) => isActive(pod) || pod.metadata.deletionTimestamp !== undefined),
  );
  if (running || totalReplicas(setsOf(simulation, deployment).old) > 0) {
    return updateStatus(simulation, deployment, setsOf(simulation, deployment));
  }
  const { deployment: noted, current } = findOrCreateNew(simulation, deployment, before);
  scaleNew(simulation, noted, current, []);
  const sets = setsOf(simulation, noted);
  if (isComplete(noted, noted.status)) cleanUp(simulation, noted, sets.old);
  return updateStatus(simulation, noted, setsOf(simulation, noted));
}
