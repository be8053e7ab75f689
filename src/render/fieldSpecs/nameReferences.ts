/**
 * Which fields name which other objects: when an object is renamed, these follow.
 * The table of kustomize v5.8 (api/internal/konfig/builtinpluginconsts/namereference.go).
 */
import type { FieldSpec, NameReference } from './fieldSpec.js';
import { type PodKind, podFieldSpecs } from './podFields.js';

/** `Kind path` or `group/Kind path`. */
function refer(...specs: readonly string[]): FieldSpec[] {
  return specs.map((spec) => {
    const [type = '', path = ''] = spec.split(' ');
    const slash = type.lastIndexOf('/');
    const group = slash < 0 ? {} : { group: type.slice(0, slash) };
    return { ...group, kind: type.slice(slash + 1), path, create: false };
  });
}

const CONFIG_USERS: readonly PodKind[] = [
  'Pod',
  'PodTemplate',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'CronJob',
];
const POD_RUNNERS: readonly PodKind[] = [
  'Pod',
  'StatefulSet',
  'Deployment',
  'ReplicationController',
  'CronJob',
  'Job',
  'DaemonSet',
];
const SCALED = refer('HorizontalPodAutoscaler spec/scaleTargetRef/name');
const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

export const nameReferences: readonly NameReference[] = [
  { kind: 'Deployment', referrers: SCALED },
  { kind: 'ReplicationController', referrers: SCALED },
  { kind: 'ReplicaSet', referrers: SCALED },
  { kind: 'StatefulSet', referrers: SCALED },
  {
    kind: 'ConfigMap',
    version: 'v1',
    referrers: [
      ...podFieldSpecs(
        CONFIG_USERS,
        [
          'volumes/configMap/name',
          'containers/env/valueFrom/configMapKeyRef/name',
          'initContainers/env/valueFrom/configMapKeyRef/name',
          'containers/envFrom/configMapRef/name',
          'initContainers/envFrom/configMapRef/name',
          'volumes/projected/sources/configMap/name',
        ],
        'v1',
      ),
      ...refer(
        'Node spec/configSource/configMap',
        'Role rules/resourceNames',
        'ClusterRole rules/resourceNames',
        'Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap',
      ),
    ],
  },
  {
    kind: 'Secret',
    version: 'v1',
    referrers: [
      ...podFieldSpecs(
        CONFIG_USERS,
        [
          'volumes/secret/secretName',
          'containers/env/valueFrom/secretKeyRef/name',
          'initContainers/env/valueFrom/secretKeyRef/name',
          'containers/envFrom/secretRef/name',
          'initContainers/envFrom/secretRef/name',
          'imagePullSecrets/name',
          'volumes/projected/sources/secret/name',
        ],
        'v1',
      ),
      ...refer(
        'Ingress spec/tls/secretName',
        'Ingress metadata/annotations/ingress.kubernetes.io\\/auth-secret',
        'Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
        'Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
        'ServiceAccount imagePullSecrets/name',
        'StorageClass parameters/secretName',
        'StorageClass parameters/adminSecretName',
        'StorageClass parameters/userSecretName',
        'StorageClass parameters/secretRef',
        'Role rules/resourceNames',
        'ClusterRole rules/resourceNames',
      ),
      {
        group: 'serving.knative.dev',
        version: 'v1',
        kind: 'Service',
        path: 'spec/template/spec/containers/env/valueFrom/secretKeyRef/name',
        create: false,
      },
      ...refer('PersistentVolume spec/azureFile/secretName'),
    ],
  },
  {
    kind: 'Service',
    version: 'v1',
    referrers: refer(
      'apps/StatefulSet spec/serviceName',
      'Ingress spec/rules/http/paths/backend/serviceName',
      'Ingress spec/backend/serviceName',
      'Ingress spec/rules/http/paths/backend/service/name',
      'Ingress spec/defaultBackend/service/name',
      'apiregistration.k8s.io/APIService spec/service/name',
      `${ADMISSION}/ValidatingWebhookConfiguration webhooks/clientConfig/service`,
      `${ADMISSION}/MutatingWebhookConfiguration webhooks/clientConfig/service`,
    ),
  },
  { group: RBAC, kind: 'Role', referrers: refer(`${RBAC}/RoleBinding roleRef/name`) },
  {
    group: RBAC,
    kind: 'ClusterRole',
    referrers: refer(`${RBAC}/RoleBinding roleRef/name`, `${RBAC}/ClusterRoleBinding roleRef/name`),
  },
  {
    kind: 'ServiceAccount',
    version: 'v1',
    referrers: [
      ...refer(`${RBAC}/RoleBinding subjects`, `${RBAC}/ClusterRoleBinding subjects`),
      ...podFieldSpecs(POD_RUNNERS, ['serviceAccountName']),
    ],
  },
  {
    kind: 'PersistentVolumeClaim',
    version: 'v1',
    referrers: podFieldSpecs(POD_RUNNERS, ['volumes/persistentVolumeClaim/claimName']),
  },
  {
    kind: 'PersistentVolume',
    version: 'v1',
    referrers: refer('PersistentVolumeClaim spec/volumeName', 'ClusterRole rules/resourceNames'),
  },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'StorageClass',
    referrers: refer(
      'PersistentVolume spec/storageClassName',
      'PersistentVolumeClaim spec/storageClassName',
      'StatefulSet spec/volumeClaimTemplates/spec/storageClassName',
    ),
  },
  {
    group: 'scheduling.k8s.io',
    version: 'v1',
    kind: 'PriorityClass',
    referrers: podFieldSpecs(POD_RUNNERS, ['priorityClassName']),
  },
  {
    // The group holds a version as well, so that it matches no object: kept, because the outputs must be alike.
    group: 'networking.k8s.io/v1',
    version: 'v1',
    kind: 'IngressClass',
    referrers: refer('Ingress spec/ingressClassName'),
  },
  {
    group: ADMISSION,
    kind: 'ValidatingAdmissionPolicy',
    referrers: refer(`${ADMISSION}/ValidatingAdmissionPolicyBinding spec/policyName`),
  },
];
