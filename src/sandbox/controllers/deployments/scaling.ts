import { recordEvent } from '../recordEvent.js';
import type { Simulation } from '../simulation.js';
import { REPLICA_SET, type DeploymentObject, type ReplicaSetObject } from '../workloadTypes.js';
import { scaled } from '../intOrPercent.js';

export interface ReplicaSets {
  readonly current: ReplicaSetObject | undefined;
  readonly old: readonly ReplicaSetObject[];
}

/** The pods that a Deployment asks for. */
export function desired({ spec }: DeploymentObject): number {
  return spec.replicas ?? 1;
}

/** The pods that these ReplicaSets ask for. */
export function totalReplicas(sets: readonly ReplicaSetObject[]): number {
  return sets.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
}

/** How many pods a rollout may have besides, and how many it may lack (deployment/util, ResolveFenceposts). */
export function fenceposts(deployment: DeploymentObject): { readonly surge: number; readonly unavailable: number } {
  if (deployment.spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, desired(deployment), Math.ceil);
  const unavailable = scaled(maxUnavailable, desired(deployment), Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, desired(deployment)) };
}

/** How many replicas the new ReplicaSet gets, given what the old ones still have. */
export function replicasOfNew(
  deployment: DeploymentObject,
  current: ReplicaSetObject | undefined,
  old: readonly ReplicaSetObject[],
): number {
  if (deployment.spec.strategy?.type === 'Recreate') return desired(deployment);
  const has = current?.spec.replicas ?? 0;
  const room = desired(deployment) + fenceposts(deployment).surge - has - totalReplicas(old);
  return room <= 0 ? has : has + Math.min(room, desired(deployment) - has);
}

/** What a ReplicaSet remembers of the Deployment that it was scaled for. */
export function scaleAnnotations(deployment: DeploymentObject): Record<string, string> {
  return {
    'deployment.kubernetes.io/desired-replicas': String(desired(deployment)),
    'deployment.kubernetes.io/max-replicas': String(desired(deployment) + fenceposts(deployment).surge),
  };
}

/** Sets the replicas of a ReplicaSet; false where nothing changes. */
export function scaleSet(
  simulation: Simulation,
  deployment: DeploymentObject,
  set: ReplicaSetObject,
  replicas: number,
): boolean {
  const annotations = { ...set.metadata.annotations, ...scaleAnnotations(deployment) };
  const before = set.spec.replicas ?? 0;
  simulation.client.update(REPLICA_SET, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, replicas },
  });
  if (before === replicas) return false;
  const verb = before < replicas ? 'up' : 'down';
  recordEvent(simulation, 'deployment-controller', deployment, {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${verb} replica set ${set.metadata.name} from ${before} to ${replicas}`,
  });
  return true;
}

/** Scales the new ReplicaSet towards what is wanted; says whether it changed anything. */
export function scaleNew(
  simulation: Simulation,
  deployment: DeploymentObject,
  current: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): boolean {
  const has = current.spec.replicas ?? 0;
  if (has === desired(deployment)) return false;
  const wanted = has > desired(deployment) ? desired(deployment) : replicasOfNew(deployment, current, old);
  return wanted !== has && scaleSet(simulation, deployment, current, wanted);
}

/** Takes pods from the old ReplicaSets as far as enough are available: those that do not serve first. */
export function scaleDownOld(simulation: Simulation, deployment: DeploymentObject, sets: ReplicaSets): boolean {
  const { current, old } = sets;
  if (totalReplicas(old) === 0) return false;
  const all = [...old, ...(current === undefined ? [] : [current])];
  const minimum = desired(deployment) - fenceposts(deployment).unavailable;
  const newUnavailable = (current?.spec.replicas ?? 0) - (current?.status?.availableReplicas ?? 0);
  let surplus = totalReplicas(all) - minimum - newUnavailable;
  if (surplus <= 0) return false;
  const left = new Map(old.map((set) => [set, set.spec.replicas ?? 0]));
  for (const [set, replicas] of left) {
    const broken = Math.min(surplus, replicas - Math.min(replicas, set.status?.availableReplicas ?? 0));
    left.set(set, replicas - broken);
    surplus -= broken;
  }
  let spare = all.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0) - minimum;
  for (const [set, replicas] of left) {
    const taken = Math.max(0, Math.min(spare, replicas));
    left.set(set, replicas - taken);
    spare -= taken;
  }
  return [...left]
    .map(([set, replicas]) => replicas !== set.spec.replicas && scaleSet(simulation, deployment, set, replicas))
    .some(Boolean);
}

/** Follows a change of spec.replicas: the one active ReplicaSet takes it, or several do by their share. */
export function scaleWhole(simulation: Simulation, deployment: DeploymentObject, { current, old }: ReplicaSets): void {
  const all = [...old, ...(current === undefined ? [] : [current])];
  const active = all.filter(({ spec }) => (spec.replicas ?? 0) > 0);
  const only = active.length <= 1 ? (active[0] ?? current ?? old.at(-1)) : undefined;
  if (only !== undefined) {
    scaleSet(simulation, deployment, only, desired(deployment));
    return;
  }
  const serves = current?.status?.availableReplicas ?? 0;
  if (current !== undefined && current.spec.replicas === desired(deployment) && serves === desired(deployment)) {
    for (const set of old) if ((set.spec.replicas ?? 0) > 0) scaleSet(simulation, deployment, set, 0);
    return;
  }
  // In the middle of a rollout each keeps its share of the new total, the largest takes what rounding leaves.
  const total = totalReplicas(active);
  const wanted = desired(deployment) + (desired(deployment) > 0 ? fenceposts(deployment).surge : 0);
  const shares = active.map((set) => ({ set, replicas: Math.floor(((set.spec.replicas ?? 0) * wanted) / total) }));
  const rest = wanted - shares.reduce((sum, { replicas }) => sum + replicas, 0);
  const largest = [...shares].sort((a, b) => b.replicas - a.replicas)[0];
  for (const { set, replicas } of shares) {
    scaleSet(simulation, deployment, set, replicas + (set === largest?.set ? rest : 0));
  }
}
