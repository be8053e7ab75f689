/** The rules of kstatus for the kinds that run pods for good: docs/readiness.md. */
import { countOf } from '../../objects/countOf.js';
import {
  conditionOf,
  current,
  failed,
  inProgress,
  isRecent,
  numberAt,
  wordsOf,
  type Observed,
  type Readiness,
  type ReadinessContext,
} from './terms.js';

/** Current when the new ReplicaSet has all pods available and no old pod is left. */
export function deploymentReadiness(object: Observed, { since }: ReadinessContext): Readiness {
  const { spec, status } = object;
  const want = numberAt(spec, 'replicas') ?? 1;
  const count = (field: string): number => numberAt(status, field) ?? 0;
  const [replicas, updated, available, ready] = [
    count('replicas'),
    count('updatedReplicas'),
    count('availableReplicas'),
    count('readyReplicas'),
  ];
  if (spec?.paused === true)
    return current(
      'paused',
      { have: Math.min(ready, want), want },
      'is paused: its pods keep their old revision until kubectl rollout resume',
    );
  // Old pods that still serve say nothing of the new revision.
  const old = Math.max(replicas - updated, 0);
  const pods = { have: Math.min(Math.max(ready - old, 0), want), want };
  if (numberAt(status, 'observedGeneration') === undefined)
    return inProgress('waiting for the controller to see it', pods);

  const progressing = conditionOf(status, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded' && isRecent(progressing.lastUpdateTime, since)) {
    return failed(wordsOf(progressing, 'made no progress in time'), pods);
  }
  if (want > replicas) return inProgress(`${replicas} of ${want} pods created`, pods);
  if (want > updated) return inProgress(`${updated} of ${want} pods updated`, pods);
  if (replicas > want) return inProgress(`${countOf(replicas - want, 'old pod')} still to go`, pods);
  if (updated > available) return inProgress(`${available} of ${updated} new pods available`, pods);
  if (want > ready) return inProgress(`${ready} of ${want} pods ready`, pods);
  // Without a deadline (spec.progressDeadlineSeconds at its maximum) the controller reports no progress at all.
  const finished =
    progressing === undefined || (progressing.status === 'True' && progressing.reason === 'NewReplicaSetAvailable');
  if (!finished) return inProgress('new ReplicaSet not available yet', pods);
  const isAvailable = conditionOf(status, 'Available');
  if (isAvailable?.status !== 'True')
    return inProgress(
      isAvailable === undefined ? 'not available yet' : wordsOf(isAvailable, 'not available yet'),
      pods,
    );
  return current(`${ready} of ${want} pods ready`, pods);
}

/** Current when all pods, from the partition on, are of the update revision and ready. */
export function statefulSetReadiness({ spec, status }: Observed): Readiness {
  const want = numberAt(spec, 'replicas') ?? 1;
  const count = (field: string): number => numberAt(status, field) ?? 0;
  const [replicas, ready, updated] = [count('replicas'), count('readyReplicas'), count('updatedReplicas')];
  const pods = { have: Math.min(ready, want), want };
  const strategy = spec?.updateStrategy as { type?: string; rollingUpdate?: { partition?: number } } | undefined;
  if (strategy?.type === 'OnDelete' && updated < replicas) return updatedWhenDeleted(updated, replicas, pods);
  if (replicas !== want)
    return inProgress(
      replicas < want ? `${replicas} of ${want} pods created` : `${countOf(replicas - want, 'pod')} still to go`,
      pods,
    );
  if (ready !== want) return inProgress(`${ready} of ${want} pods ready`, pods);
  // With minReadySeconds its controller goes on only when a pod has been ready for so long.
  const available = numberAt(status, 'availableReplicas') ?? want;
  if ((numberAt(spec, 'minReadySeconds') ?? 0) > 0 && available < want)
    return inProgress(`${available} of ${want} pods available`, pods);
  const partition = strategy?.rollingUpdate?.partition ?? 0;
  if (partition > 0 && updated < want) {
    const updatable = Math.max(want - partition, 0);
    if (updated < updatable) return inProgress(`${updated} of ${updatable} pods updated, partition ${partition}`, pods);
    return current(
      `${updated} of ${want} pods updated, the others are below partition ${partition}`,
      pods,
      `updates only pods from partition ${partition} on: the others keep their old revision`,
    );
  }
  // With OnDelete all were counted above, and before 1.37 the controller never says that it is done.
  const isRolling = strategy?.type !== 'OnDelete' && status?.currentRevision !== status?.updateRevision;
  if (isRolling) return inProgress(`${updated} of ${want} pods updated`, pods);
  return current(`${ready} of ${want} pods ready`, pods);
}

/**
 * With OnDelete nothing moves while there are pods of an earlier revision: they serve until somebody deletes them, and whether they are
 * ready says nothing of what was applied. Where all are new, as at the first deploy, they are awaited as with any other strategy.
 */
function updatedWhenDeleted(updated: number, pods: number, ready: Readiness['ready']): Readiness {
  return current(
    `${updated} of ${pods} pods updated, the others when they are deleted`,
    ready,
    'has the strategy OnDelete: its pods keep their old revision until they are deleted',
  );
}

/** Current when every node that should have a pod has a new one that is ready. */
export function daemonSetReadiness({ spec, status }: Observed): Readiness {
  const want = numberAt(status, 'desiredNumberScheduled') ?? 0;
  const count = (field: string): number => numberAt(status, field) ?? 0;
  const ready = count('numberReady');
  const pods = { have: Math.min(ready, want), want };
  if (numberAt(status, 'observedGeneration') === undefined) return inProgress('waiting for the controller to see it');
  const strategy = spec?.updateStrategy as { type?: string } | undefined;
  const [scheduled, updated] = [count('currentNumberScheduled'), count('updatedNumberScheduled')];
  if (strategy?.type === 'OnDelete' && updated < scheduled) return updatedWhenDeleted(updated, scheduled, pods);
  const steps: readonly (readonly [string, string])[] = [
    ['currentNumberScheduled', 'scheduled'],
    ['updatedNumberScheduled', 'updated'],
    ['numberAvailable', 'available'],
    ['numberReady', 'ready'],
  ];
  for (const [field, word] of steps) {
    if (count(field) < want) return inProgress(`${count(field)} of ${want} pods ${word}`, pods);
  }
  return current(`${ready} of ${want} pods ready`, pods);
}

/** ReplicaSets, and ReplicationControllers, which have the same fields. */
export function replicaSetReadiness({ spec, status }: Observed): Readiness {
  const want = numberAt(spec, 'replicas') ?? 1;
  const count = (field: string): number => numberAt(status, field) ?? 0;
  const pods = { have: Math.min(count('readyReplicas'), want), want };
  const failure = conditionOf(status, 'ReplicaFailure');
  // Why it cannot is told with the pods' problems.
  if (failure?.status === 'True') return inProgress(`${count('replicas')} of ${want} pods created`, pods);
  for (const [field, word] of [
    ['fullyLabeledReplicas', 'created'],
    ['availableReplicas', 'available'],
    ['readyReplicas', 'ready'],
  ] as const) {
    if (count(field) < want) return inProgress(`${count(field)} of ${want} pods ${word}`, pods);
  }
  const going = count('replicas') - want;
  if (going > 0) return inProgress(`${countOf(going, 'pod')} still to go`, pods);
  return current(`${want} of ${want} pods ready`, pods);
}
