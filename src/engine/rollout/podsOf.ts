/** The pods of a workload's newest revision: only they tell whether the rollout goes well. Pure. */
import { REVISION_ANNOTATION } from '../../objects/annotations.js';
import { groupOf, type KubeObject } from '../../objects/object.js';
import { controllerOf } from '../sets/ownership.js';

/** Set by the DaemonSet controller on the DaemonSet, and as a label on its pods. */
const DAEMONSET_GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

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
