/** Whether what uses something can still start anything that reads it. Pure. */
import { controllerOf, groupOf, type KubeObject } from '../../objects/object.js';
import { isBuiltInGroup } from './builtInGroups.js';

interface Condition {
  readonly type?: string;
  readonly status?: string;
}

interface Lifecycle {
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly updateStrategy?: { readonly type?: string };
  };
  readonly status?: {
    readonly phase?: string;
    readonly replicas?: number;
    readonly conditions?: readonly Condition[];
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly stableRS?: string;
    readonly currentPodHash?: string;
    readonly blueGreen?: { readonly activeSelector?: string; readonly previewSelector?: string };
    readonly completionTime?: string;
    readonly finishedAt?: string;
  };
}

/**
 * False for what can start nothing any more: a Pod that is finished or going, a Job or a custom resource's run that is
 * finished, a ReplicaSet (or OpenShift's ReplicationController) at 0 that its Deployment could go back to, a
 * ControllerRevision. Every other object is a user.
 */
export function canStillStart(object: KubeObject): boolean {
  const { spec, status } = object as unknown as Lifecycle;
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case '/Pod':
      return (
        object.metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
      );
    case 'batch/Job':
      return !hasEnded(status?.conditions, ['Complete', 'Failed'], ['True']);
    case 'apps/ReplicaSet':
    case '/ReplicationController':
      // At 0 it is what its Deployment could go back to; without an owner it is scaled down, as a Deployment can be.
      return (spec?.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0 || controllerOf(object) === undefined;
    case 'apps/ControllerRevision':
      return false;
    default:
      return !isFinishedRun(object);
  }
}

/**
 * True for a custom resource that stands for a run that is over, as Tekton's TaskRun, Argo's Workflow and Spark's
 * applications say it: an end in time, and a condition or a phase of an end.
 */
export function isFinishedRun(object: KubeObject): boolean {
  if (isBuiltInGroup(groupOf(object.apiVersion))) return false;
  const { status } = object as unknown as Lifecycle;
  const endedAt = status?.completionTime ?? status?.finishedAt;
  if (typeof endedAt !== 'string' || endedAt === '') return false;
  const phases = ['Succeeded', 'Failed', 'Error', 'Completed'];
  return (
    phases.includes(status?.phase ?? '') ||
    hasEnded(status?.conditions, ['Complete', 'Completed', 'Failed'], ['True']) ||
    // Tekton's is False where the run failed.
    hasEnded(status?.conditions, ['Succeeded'], ['True', 'False'])
  );
}

function hasEnded(conditions: unknown, types: readonly string[], statuses: readonly string[]): boolean {
  return (
    Array.isArray(conditions) &&
    (conditions as readonly Condition[]).some(
      ({ type = '', status = '' }) => types.includes(type) && statuses.includes(status),
    )
  );
}

/**
 * The past revisions that a workload starts pods of without an undo: while a rolling update goes on, the name of the
 * ControllerRevision that a StatefulSet, or what is made after it (OpenKruise's CloneSet), starts lost pods with; the
 * hashes of the ReplicaSets that Argo's Rollout serves with or goes back to by itself, which it scales to 0 as well. With
 * OnDelete a lost pod starts with the newest one, as every lost pod of a DaemonSet does.
 */
export function revisionsStartedAgain(object: KubeObject): readonly string[] {
  const { spec, status } = object as unknown as Lifecycle;
  if (object.kind === 'Rollout' && groupOf(object.apiVersion) === 'argoproj.io') {
    const { stableRS, currentPodHash, blueGreen } = status ?? {};
    return [stableRS, currentPodHash, blueGreen?.activeSelector, blueGreen?.previewSelector].flatMap(
      (hash) => hash ?? [],
    );
  }
  const { currentRevision, updateRevision } = status ?? {};
  const isUpdating = typeof updateRevision === 'string' && updateRevision !== currentRevision;
  if (!isUpdating || typeof currentRevision !== 'string' || spec?.updateStrategy?.type === 'OnDelete') return [];
  return [currentRevision];
}

/** What `revisionsStartedAgain` knows a past revision by. */
export function revisionKey(object: KubeObject): string {
  return object.kind === 'ReplicaSet'
    ? (object.metadata.labels?.['rollouts-pod-template-hash'] ?? '')
    : object.metadata.name;
}

/** True for a Deployment that makes no new ReplicaSet: scaled up, it starts the newest one that it has. */
export function isPaused(object: KubeObject): boolean {
  return object.kind === 'Deployment' && (object as unknown as Lifecycle).spec?.paused === true;
}
