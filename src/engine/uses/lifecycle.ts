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
    hasEnded(status?.conditions, ['Succeeded', 'Complete', 'Completed', 'Failed'])
  );
}

function hasEnded(
  conditions: unknown,
  types: readonly string[],
  statuses: readonly string[] = ['True', 'False'],
): boolean {
  return (
    Array.isArray(conditions) &&
    (conditions as readonly Condition[]).some(
      ({ type = '', status = '' }) => types.includes(type) && statuses.includes(status),
    )
  );
}

/**
 * The name of the ControllerRevision that a StatefulSet starts lost pods with while a rolling update goes on; undefined
 * where there is none. With OnDelete a lost pod starts with the newest one, as every lost pod of a DaemonSet does.
 */
export function revisionStartedAgain(object: KubeObject): string | undefined {
  const { spec, status } = object as unknown as Lifecycle;
  if (object.kind !== 'StatefulSet' || spec?.updateStrategy?.type === 'OnDelete') return undefined;
  return status?.currentRevision === status?.updateRevision ? undefined : status?.currentRevision;
}

/** True for a Deployment that makes no new ReplicaSet: scaled up, it starts the newest one that it has. */
export function isPaused(object: KubeObject): boolean {
  return object.kind === 'Deployment' && (object as unknown as Lifecycle).spec?.paused === true;
}
