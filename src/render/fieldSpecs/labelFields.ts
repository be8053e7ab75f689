/** Where labels and annotations go (builtinpluginconsts: commonlabels, metadatalabels, commonannotations, volumeclaim…). */
import type { FieldSpec } from './fieldSpec.js';

function at(path: string, create: boolean, kind?: string, group?: string, version?: string): FieldSpec {
  return {
    path,
    create,
    ...(kind === undefined ? {} : { kind }),
    ...(group === undefined ? {} : { group }),
    ...(version === undefined ? {} : { version }),
  };
}

/** The objects' own labels and those of their pod templates: `labels` with includeTemplates. */
export const templateLabels: readonly FieldSpec[] = [
  at('metadata/labels', true),
  at('spec/template/metadata/labels', true, 'ReplicationController', undefined, 'v1'),
  at('spec/template/metadata/labels', true, 'Deployment'),
  at('spec/template/metadata/labels', true, 'ReplicaSet'),
  at('spec/template/metadata/labels', true, 'DaemonSet'),
  at('spec/template/metadata/labels', true, 'StatefulSet', 'apps'),
  at('spec/template/metadata/labels', true, 'Job', 'batch'),
  at('spec/jobTemplate/metadata/labels', true, 'CronJob', 'batch'),
  at('spec/jobTemplate/spec/template/metadata/labels', true, 'CronJob', 'batch'),
];

export const volumeClaimTemplateLabels: readonly FieldSpec[] = [
  at('spec/volumeClaimTemplates[]/metadata/labels', true, 'StatefulSet', 'apps'),
];

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels';

/** The selectors within a pod template that select pods of the same workload. */
function podSelectors(kind: string): FieldSpec[] {
  return [
    `affinity/podAffinity/${PREFERRED}`,
    `affinity/podAffinity/${REQUIRED}`,
    `affinity/podAntiAffinity/${PREFERRED}`,
    `affinity/podAntiAffinity/${REQUIRED}`,
    'topologySpreadConstraints/labelSelector/matchLabels',
  ].map((path) => at(`spec/template/spec/${path}`, false, kind, 'apps'));
}

/** Labels with selectors: `commonLabels`, and `labels` with includeSelectors. */
export const commonLabels: readonly FieldSpec[] = [
  at('spec/selector', true, 'Service', undefined, 'v1'),
  at('spec/selector', true, 'ReplicationController', undefined, 'v1'),
  at('spec/selector/matchLabels', true, 'Deployment'),
  ...podSelectors('Deployment'),
  at('spec/selector/matchLabels', true, 'ReplicaSet'),
  at('spec/selector/matchLabels', true, 'DaemonSet'),
  at('spec/selector/matchLabels', true, 'StatefulSet', 'apps'),
  ...podSelectors('StatefulSet'),
  at('spec/selector/matchLabels', false, 'Job', 'batch'),
  at('spec/jobTemplate/spec/selector/matchLabels', false, 'CronJob', 'batch'),
  at('spec/selector/matchLabels', false, 'PodDisruptionBudget', 'policy'),
  at('spec/podSelector/matchLabels', false, 'NetworkPolicy', 'networking.k8s.io'),
  at('spec/ingress/from/podSelector/matchLabels', false, 'NetworkPolicy', 'networking.k8s.io'),
  at('spec/egress/to/podSelector/matchLabels', false, 'NetworkPolicy', 'networking.k8s.io'),
  ...templateLabels,
  ...volumeClaimTemplateLabels,
];

export const commonAnnotations: readonly FieldSpec[] = [
  at('metadata/annotations', true),
  at('spec/template/metadata/annotations', true, 'ReplicationController', undefined, 'v1'),
  at('spec/template/metadata/annotations', true, 'Deployment'),
  at('spec/template/metadata/annotations', true, 'ReplicaSet'),
  at('spec/template/metadata/annotations', true, 'DaemonSet'),
  at('spec/template/metadata/annotations', true, 'StatefulSet'),
  at('spec/template/metadata/annotations', true, 'Job', 'batch'),
  at('spec/jobTemplate/metadata/annotations', true, 'CronJob', 'batch'),
  at('spec/jobTemplate/spec/template/metadata/annotations', true, 'CronJob', 'batch'),
];
