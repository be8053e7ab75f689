/** The rule for argoproj.io Rollout, after Argo CD's health check of it and argo-rollouts' own conditions. */
import { conditionOf, current, failed, inProgress, numberAt, wordsOf, type Observed, type Readiness } from './terms.js';

/** The generation of the Deployment that spec.workloadRef names, as its controller last read it. */
const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

/** By the fields of Argo Rollouts (docs/readiness.md). */
export function argoRolloutReadiness({ metadata, spec, status }: Observed): Readiness {
  const want = numberAt(spec, 'replicas') ?? 1;
  const pods = {
    have: Math.min(numberAt(status, 'updatedReplicas') ?? 0, numberAt(status, 'availableReplicas') ?? 0, want),
    want,
  };
  if (spec?.paused === true) {
    return current('paused', pods, 'is paused: its pods keep their old revision until it is resumed');
  }
  const text = typeof status?.message === 'string' && status.message !== '' ? status.message : undefined;
  const invalid = conditionOf(status, 'InvalidSpec');
  if (invalid?.status === 'True') return failed(text ?? wordsOf(invalid, 'InvalidSpec'), pods);
  const seen = typeof status?.workloadObservedGeneration === 'string' ? status.workloadObservedGeneration : undefined;
  if (seen !== undefined && seen !== (metadata.annotations?.[WORKLOAD_GENERATION] ?? seen))
    return inProgress('waiting for the controller to see the change of the workload that it names', pods);
  switch (status?.phase ?? phaseOf(status)) {
    case 'Healthy':
      return isStable(status)
        ? current('Healthy', pods)
        : inProgress('the new revision is not the stable one yet', pods);
    case 'Degraded':
      return failed(text ?? 'Degraded', pods);
    case 'Paused':
      return inProgress(
        `paused (${text ?? 'a pause step'}): promote it with kubectl argo rollouts promote ${metadata.name}`,
        pods,
      );
    case undefined:
      return inProgress('waiting for the controller to see it', pods);
    default:
      return inProgress(text ?? 'Progressing', pods);
  }
}

/** Before argo-rollouts 1.0 there was no phase: its conditions are those of a Deployment. */
function phaseOf(status: Observed['status']): string | undefined {
  const progressing = conditionOf(status, 'Progressing');
  const available = conditionOf(status, 'Available');
  if (progressing === undefined && available === undefined) return undefined;
  if (['ProgressDeadlineExceeded', 'RolloutAborted'].includes(progressing?.reason ?? '')) return 'Degraded';
  if (progressing?.reason === 'RolloutPaused') return 'Paused';
  const isDone =
    available?.status === 'True' && (progressing?.reason ?? 'NewReplicaSetAvailable') === 'NewReplicaSetAvailable';
  return isDone ? 'Healthy' : 'Progressing';
}

/** Both are hashes of pod templates; where the controller names none there is nothing to compare. */
function isStable(status: Observed['status']): boolean {
  const { currentPodHash, stableRS } = status ?? {};
  return currentPodHash === undefined || stableRS === undefined || stableRS === '' || currentPodHash === stableRS;
}
