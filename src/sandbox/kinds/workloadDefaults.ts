import { at, child, children, ensure, fill } from '../draft.js';
import type { Draft } from '../draft.js';
import { defaultPodTemplate } from './podDefaults.js';

/** The defaults of what makes pods: kubernetes pkg/apis/{apps,batch,autoscaling}/…/defaults.go. */

export function defaultDeployment(deployment: Draft): void {
  const spec = ensure(deployment, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = ensure(spec, 'strategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate') {
    fill(ensure(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  }
  defaultPodTemplate(child(spec, 'template'));
}

/** Fills in what a ReplicaSet leaves out, its pod template included. */
export function defaultReplicaSet(replicaSet: Draft): void {
  const spec = ensure(replicaSet, 'spec');
  fill(spec, { replicas: 1 });
  defaultPodTemplate(child(spec, 'template'));
}

/** Labels and selector come from the template where the controller has none of its own. */
export function defaultReplicationController(controller: Draft): void {
  const spec = ensure(controller, 'spec');
  const labels = at(spec, 'template', 'metadata', 'labels');
  if (labels !== undefined) {
    fill(spec, { selector: { ...labels } });
    fill(ensure(controller, 'metadata'), { labels: { ...labels } });
  }
  fill(spec, { replicas: 1 });
  defaultPodTemplate(child(spec, 'template'));
}

export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Fills in what a DaemonSet leaves out, its pod template included. */
export function defaultDaemonSet(daemonSet: Draft): void {
  fill(ensure(ensure(daemonSet, 'metadata'), 'annotations'), { [TEMPLATE_GENERATION]: '1' });
  const spec = ensure(daemonSet, 'spec');
  fill(spec, { revisionHistoryLimit: 10 });
  const strategy = ensure(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate') {
    fill(ensure(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  }
  defaultPodTemplate(child(spec, 'template'));
}

/** Fills in what a StatefulSet leaves out, its pod template and volume claims included. */
export function defaultStatefulSet(statefulSet: Draft): void {
  const spec = ensure(statefulSet, 'spec');
  fill(spec, { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 });
  const strategy = ensure(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate')
    fill(ensure(strategy, 'rollingUpdate'), { partition: 0, maxUnavailable: 1 });
  fill(ensure(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  for (const claim of children(spec, 'volumeClaimTemplates')) {
    fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    defaultClaim(claim);
  }
  defaultPodTemplate(child(spec, 'template'));
}

/** Fills in what a PersistentVolumeClaim leaves out, and starts its status. */
export function defaultClaim(claim: Draft): void {
  fill(ensure(claim, 'spec'), { volumeMode: 'Filesystem' });
  fill(ensure(claim, 'status'), { phase: 'Pending' });
}

/** Fills in what a Job leaves out, its pod template included; without labels it takes those of its pods. */
export function defaultJob(job: Draft): void {
  const spec = ensure(job, 'spec');
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  const podFailurePolicy = spec['podFailurePolicy'] !== undefined;
  const labels = at(spec, 'template', 'metadata', 'labels');
  if (labels !== undefined) fill(ensure(job, 'metadata'), { labels: { ...labels } });
  fill(spec, {
    manualSelector: false,
    parallelism: 1,
    completionMode: 'NonIndexed',
    suspend: false,
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2147483647,
    podReplacementPolicy: podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
  });
  defaultPodTemplate(child(spec, 'template'));
}

/** Fills in what a CronJob leaves out, its pod template included. */
export function defaultCronJob(cronJob: Draft): void {
  const spec = ensure(cronJob, 'spec');
  fill(spec, {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  defaultPodTemplate(at(spec, 'jobTemplate', 'spec', 'template'));
}

/** Fills in what a HorizontalPodAutoscaler leaves out. */
export function defaultAutoscaler(autoscaler: Draft): void {
  const spec = ensure(autoscaler, 'spec');
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
  fill(spec, { minReplicas: 1, metrics: [cpu] });
  const behavior = child(spec, 'behavior');
  if (behavior === undefined) return;
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
  fill(ensure(behavior, 'scaleUp'), {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { ...percent }],
  });
  fill(ensure(behavior, 'scaleDown'), { selectPolicy: 'Max', policies: [percent] });
}
