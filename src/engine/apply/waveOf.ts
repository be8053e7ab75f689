/** The waves of kinds, in which a set is deleted, the last first: docs/order.md. What waits for what in an apply, steps.ts says. */

/** Kinds by wave; a kind of a built-in group that is not named goes with the workloads' wave before last. */
const WAVES: readonly (readonly string[])[] = [
  [
    '/Namespace',
    'apiextensions.k8s.io/CustomResourceDefinition',
    'storage.k8s.io/StorageClass',
    'networking.k8s.io/IngressClass',
    'scheduling.k8s.io/PriorityClass',
    'node.k8s.io/RuntimeClass',
    'gateway.networking.k8s.io/GatewayClass',
    'storage.k8s.io/VolumeAttributesClass',
    'resource.k8s.io/DeviceClass',
  ],
  [
    '/ResourceQuota',
    '/LimitRange',
    'networking.k8s.io/NetworkPolicy',
    '/ServiceAccount',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/RoleBinding',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
  ],
  ['/ConfigMap', '/Secret', '/PersistentVolume', '/PersistentVolumeClaim'],
  // 4: Service, PodDisruptionBudget, custom resources, and whatever no other wave names.
  [],
  [
    'apps/Deployment',
    'apps/StatefulSet',
    'apps/DaemonSet',
    'apps/ReplicaSet',
    '/ReplicationController',
    '/Pod',
    'batch/Job',
    'batch/CronJob',
  ],
  ['autoscaling/HorizontalPodAutoscaler', 'autoscaling.k8s.io/VerticalPodAutoscaler'],
  [
    'networking.k8s.io/Ingress',
    'gateway.networking.k8s.io/HTTPRoute',
    'gateway.networking.k8s.io/GRPCRoute',
    'gateway.networking.k8s.io/TLSRoute',
    'gateway.networking.k8s.io/TCPRoute',
    'gateway.networking.k8s.io/UDPRoute',
    'route.openshift.io/Route',
    'apiregistration.k8s.io/APIService',
  ],
  [
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  ],
];
const DEFAULT_WAVE = 4;
const WAVE_BY_KIND: ReadonlyMap<string, number> = new Map(
  WAVES.flatMap((kinds, index) => kinds.map((kind) => [kind, index + 1] as const)),
);

/** The wave of a kind, 1 to 8: lower waves are applied, and where it matters established, first. */
export function waveOf(group: string, kind: string): number {
  return WAVE_BY_KIND.get(`${group}/${kind}`) ?? DEFAULT_WAVE;
}
