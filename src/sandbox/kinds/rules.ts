import { child } from '../draft.js';
import type { Draft } from '../draft.js';
import type { KindKey } from '../store.js';
import { defaultPod, defaultPodTemplate } from './podDefaults.js';
import * as other from './otherDefaults.js';
import * as workload from './workloadDefaults.js';

/** What distinguishes one built-in kind from another, as its strategy does in kubernetes pkg/registry. */
export interface KindRules {
  /** Fills in what a server fills in. */
  readonly defaults?: (draft: Draft) => void;
  /** metadata.generation counts the changes of what is neither metadata nor status. */
  readonly generation?: true;
  /** A change of annotations counts as well. */
  readonly annotationsCount?: true;
}

const NONE: KindRules = {};

const RULES: Readonly<Record<KindKey, KindRules>> = {
  Endpoints: { defaults: other.defaultEndpoints },
  Namespace: { defaults: other.defaultNamespace },
  LimitRange: { defaults: other.defaultLimitRange },
  PersistentVolume: { defaults: other.defaultPersistentVolume },
  PersistentVolumeClaim: { defaults: workload.defaultClaim },
  Pod: { defaults: defaultPod, generation: true },
  PodTemplate: { defaults: (draft) => defaultPodTemplate(child(draft, 'template')), generation: true },
  ReplicationController: { defaults: workload.defaultReplicationController, generation: true },
  Secret: { defaults: other.defaultSecret },
  Service: { defaults: other.defaultService },
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': { defaults: other.defaultAdmissionPolicy, generation: true },
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': {
    defaults: other.defaultAdmissionPolicyBinding,
    generation: true,
  },
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': { defaults: other.defaultWebhooks, generation: true },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': {
    defaults: other.defaultAdmissionPolicy,
    generation: true,
  },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': {
    defaults: other.defaultAdmissionPolicyBinding,
    generation: true,
  },
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': { defaults: other.defaultWebhooks, generation: true },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    defaults: other.defaultCustomResourceDefinition,
    generation: true,
  },
  'apiregistration.k8s.io/APIService': { defaults: other.defaultApiService },
  'apps/DaemonSet': { defaults: workload.defaultDaemonSet, generation: true },
  'apps/Deployment': { defaults: workload.defaultDeployment, generation: true, annotationsCount: true },
  'apps/ReplicaSet': { defaults: workload.defaultReplicaSet, generation: true },
  'apps/StatefulSet': { defaults: workload.defaultStatefulSet, generation: true },
  'autoscaling/HorizontalPodAutoscaler': { defaults: workload.defaultAutoscaler, generation: true },
  'batch/CronJob': { defaults: workload.defaultCronJob, generation: true },
  'batch/Job': { defaults: workload.defaultJob, generation: true },
  'discovery.k8s.io/EndpointSlice': { defaults: other.defaultEndpointSlice, generation: true },
  'networking.k8s.io/Ingress': { generation: true },
  'networking.k8s.io/IngressClass': { generation: true },
  'networking.k8s.io/NetworkPolicy': { defaults: other.defaultNetworkPolicy, generation: true },
  'policy/PodDisruptionBudget': { generation: true },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { defaults: other.defaultBinding },
  'rbac.authorization.k8s.io/RoleBinding': { defaults: other.defaultBinding },
  'scheduling.k8s.io/PriorityClass': { defaults: other.defaultPriorityClass, generation: true },
  'storage.k8s.io/CSIDriver': { defaults: other.defaultDriver },
  'storage.k8s.io/StorageClass': { defaults: other.defaultStorageClass },
};

/** What is particular about a kind; nothing for one that the table does not name. */
export function rulesOf(kind: KindKey): KindRules {
  return RULES[kind] ?? NONE;
}
