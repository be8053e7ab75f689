/** The pods that tell whether a rollout goes well: those of the newest revision, and those that block it. Pure. */
import { REVISION_ANNOTATION } from '../../objects/annotations.js';
import { controllerOf, groupOf, type KubeObject } from '../../objects/object.js';

/** Set by the DaemonSet controller on the DaemonSet, and as a label on its pods. */
const DAEMONSET_GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

/** The pods of the revision that a workload wants; those of older ones are not among them. */
export function podsOf(
  workload: KubeObject,
  pods: readonly KubeObject[],
  replicaSets: readonly KubeObject[],
): KubeObject[] {
  const owned = (uid: string | undefined): KubeObject[] =>
    pods.filter((pod) => uid !== undefined && controllerOf(pod)?.uid === uid);
  const { uid, annotations = {} } = workload.metadata;
  switch (`${groupOf(workload.apiVersion)}/${workload.kind}`) {
    case '/Pod':
      return pods.filter((pod) => pod.metadata.uid === uid);
    case 'apps/Deployment': {
      const newest = replicaSets.find(
        (set) =>
          controllerOf(set)?.uid === uid &&
          set.metadata.annotations?.[REVISION_ANNOTATION] === annotations[REVISION_ANNOTATION],
      );
      return owned(newest?.metadata.uid);
    }
    // argo-rollouts names the newest revision in the status, and marks its ReplicaSets with it.
    case 'argoproj.io/Rollout': {
      const { currentPodHash } = (workload.status ?? {}) as { currentPodHash?: string };
      const newest = replicaSets.find(
        (set) =>
          controllerOf(set)?.uid === uid && set.metadata.labels?.['rollouts-pod-template-hash'] === currentPodHash,
      );
      return owned(newest?.metadata.uid);
    }
    case 'apps/StatefulSet': {
      const { updateRevision } = (workload.status ?? {}) as { updateRevision?: string };
      return owned(uid).filter(
        (pod) => updateRevision === undefined || pod.metadata.labels?.['controller-revision-hash'] === updateRevision,
      );
    }
    case 'apps/DaemonSet': {
      const generation = annotations[DAEMONSET_GENERATION_ANNOTATION];
      return owned(uid).filter(
        (pod) => generation === undefined || pod.metadata.labels?.['pod-template-generation'] === generation,
      );
    }
    default:
      return owned(uid);
  }
}

/**
 * The pods of an earlier revision for which a StatefulSet waits before it makes a newer one: it goes on only when every
 * pod is ready, and never replaces one that will not be (kubernetes/kubernetes#67250, "forced rollback").
 */
export function blockingPods(workload: KubeObject, pods: readonly KubeObject[]): KubeObject[] {
  if (`${groupOf(workload.apiVersion)}/${workload.kind}` !== 'apps/StatefulSet') return [];
  const spec = (workload.spec ?? {}) as { podManagementPolicy?: string; updateStrategy?: { type?: string } };
  const { updateRevision } = (workload.status ?? {}) as { updateRevision?: string };
  if (updateRevision === undefined || spec.podManagementPolicy === 'Parallel') return [];
  if (spec.updateStrategy?.type === 'OnDelete') return [];
  return pods.filter(
    (pod) =>
      controllerOf(pod)?.uid === workload.metadata.uid &&
      pod.metadata.deletionTimestamp === undefined &&
      pod.metadata.labels?.['controller-revision-hash'] !== updateRevision &&
      !isReady(pod),
  );
}

/** The pods of a workload that are ready: of the newest revision, and of earlier ones, which serve meanwhile. */
export interface Serving {
  readonly new: number;
  readonly old: number;
}

/** How many pods of a workload serve; undefined where not one of its pods was seen: they may not be listable. */
export function servingPods(
  workload: KubeObject,
  newest: readonly KubeObject[],
  pods: readonly KubeObject[],
  replicaSets: readonly KubeObject[],
): Serving | undefined {
  const { uid } = workload.metadata;
  const owners = new Set([
    uid,
    ...replicaSets.filter((set) => controllerOf(set)?.uid === uid).map((set) => set.metadata.uid),
  ]);
  const owned = pods.filter((pod) => pod.metadata.uid === uid || owners.has(controllerOf(pod)?.uid));
  if (owned.length === 0) return undefined;
  const ready = owned.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined);
  const ofNewest = ready.filter((pod) => newest.includes(pod)).length;
  return { new: ofNewest, old: ready.length - ofNewest };
}

function isReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type?: string; status?: string }[] };
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}
