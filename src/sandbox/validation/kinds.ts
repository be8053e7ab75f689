import { keyOfResource } from '../catalog.js';
import type { Draft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import type { FieldError } from '../fieldErrors.js';
import type { KindKey } from '../store.js';
import { configMapErrors, configChangeErrors, secretChangeErrors, secretErrors } from './config.js';
import { podChangeErrors, podErrors } from './pod.js';
import * as policy from './policy.js';
import * as service from './network.js';
import type { NameForm } from './names.js';
import * as workload from './workloads.js';

/** The rules of one kind: those of every object, and those of a change. */
export interface KindChecks {
  readonly object?: (draft: Draft) => FieldError[];
  readonly change?: (draft: Draft, old: Draft) => FieldError[];
}

/**
 * The rules that people meet when they deploy (kubernetes pkg/apis/GROUP/validation). A rule that is not here is one that
 * the sandbox does not have.
 */
export const CHECKS: Readonly<Record<KindKey, KindChecks>> = {
  ConfigMap: { object: configMapErrors, change: configChangeErrors },
  Secret: { object: secretErrors, change: secretChangeErrors },
  Pod: { object: podErrors, change: podChangeErrors },
  Service: { object: service.serviceErrors, change: service.serviceChangeErrors },
  PersistentVolumeClaim: { object: policy.claimErrors, change: policy.claimChangeErrors },
  'apps/DaemonSet': { object: workload.workloadErrors, change: workload.selectorChangeErrors },
  'apps/Deployment': { object: workload.workloadErrors, change: workload.selectorChangeErrors },
  'apps/ReplicaSet': { object: workload.workloadErrors, change: workload.selectorChangeErrors },
  'apps/StatefulSet': { object: workload.workloadErrors, change: workload.statefulSetChangeErrors },
  'autoscaling/HorizontalPodAutoscaler': { object: policy.autoscalerErrors },
  'batch/CronJob': { object: workload.cronJobErrors },
  'batch/Job': { object: workload.jobErrors, change: workload.jobChangeErrors },
  'networking.k8s.io/Ingress': { object: service.ingressErrors },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { object: policy.bindingErrors, change: policy.bindingChangeErrors },
  'rbac.authorization.k8s.io/RoleBinding': { object: policy.bindingErrors, change: policy.bindingChangeErrors },
  'rbac.authorization.k8s.io/ClusterRole': { object: policy.clusterRoleErrors },
  'rbac.authorization.k8s.io/Role': { object: policy.roleErrors },
  'apiextensions.k8s.io/CustomResourceDefinition': { object: policy.definitionErrors },
  'storage.k8s.io/StorageClass': { object: policy.storageClassErrors, change: policy.storageClassChangeErrors },
  'scheduling.k8s.io/PriorityClass': { change: policy.priorityClassChangeErrors },
};

/** How names of a kind may look. */
export function nameFormOf(resource: Resource): NameForm {
  switch (keyOfResource(resource)) {
    case 'Namespace':
      return 'label';
    case 'Service':
      return 'service';
    case 'rbac.authorization.k8s.io/Role':
    case 'rbac.authorization.k8s.io/ClusterRole':
    case 'rbac.authorization.k8s.io/RoleBinding':
    case 'rbac.authorization.k8s.io/ClusterRoleBinding':
      return 'path';
    default:
      return 'subdomain';
  }
}
