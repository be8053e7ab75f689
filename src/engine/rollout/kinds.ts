/** Kinds whose rollout has pods, and what tells of them. */
import type { ObjectId } from '../../objects/object.js';
import { podSpecPath } from '../uses/references.js';

/** Custom resources that run pods by ReplicaSets of their own. */
const PODS_BY_REPLICA_SET = ['apps/Deployment', 'argoproj.io/Rollout'];

/** A kind with a pod template: what it runs is a revision of it. */
export function hasRevisions({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return `${group}/${kind}` !== '/Pod' && hasPods({ group, kind });
}

/** True for kinds whose state is that of their pods. */
export function hasPods({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return podSpecPath(group, kind) !== undefined || hasReplicaSets({ group, kind });
}

/** True for kinds that have their pods by way of ReplicaSets. */
export function hasReplicaSets({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return PODS_BY_REPLICA_SET.includes(`${group}/${kind}`);
}
