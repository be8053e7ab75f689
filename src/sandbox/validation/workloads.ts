import { isDeepStrictEqual } from 'node:util';
import { KapplyError } from '../../errors.js';
import { parseSchedule } from '../controllers/cronSchedule.js';
import { selects } from '../controllers/labelSelector.js';
import type { LabelSelector } from '../controllers/workloadTypes.js';
import { at, child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../fieldErrors.js';
import { labelErrors } from './names.js';
import { podSpecErrors } from './pod.js';

/** What is wrong with a Deployment, ReplicaSet, StatefulSet or DaemonSet (kubernetes pkg/apis/apps/validation). */
export function workloadErrors(workload: Draft): FieldError[] {
  const spec = child(workload, 'spec') ?? {};
  return [
    ...negativeErrors(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
    ...selectorErrors(spec),
    ...templateErrors(spec, ['Always']),
    ...strategyErrors(spec),
  ];
}

/** A Deployment that is recreated rolls nothing. */
function strategyErrors(spec: Draft): FieldError[] {
  const strategy = child(spec, 'strategy');
  if (strategy === undefined) return [];
  const type = text(strategy, 'type');
  const types = ['Recreate', 'RollingUpdate'];
  if (!types.includes(type)) return [fieldNotSupported('spec.strategy.type', type, types)];
  if (type !== 'Recreate' || strategy['rollingUpdate'] === undefined) return [];
  const why = "may not be specified when strategy `type` is 'Recreate'";
  return [fieldForbidden('spec.strategy.rollingUpdate', why)];
}

function negativeErrors(spec: Draft, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => {
    const value = spec[field];
    return typeof value === 'number' && value < 0
      ? [fieldInvalid(`spec.${field}`, value, 'must be greater than or equal to 0')]
      : [];
  });
}

function selectorErrors(spec: Draft): FieldError[] {
  const selector = child(spec, 'selector');
  const labels = at(spec, 'template', 'metadata', 'labels');
  if (selector === undefined) return [fieldRequired('spec.selector'), ...mismatchErrors(labels)];
  if (Object.keys(selector).length === 0) {
    return [fieldInvalid('spec.selector', selector, 'empty selector is invalid for deployment')];
  }
  return selects(selectorOf(selector), (labels ?? {}) as Readonly<Record<string, string>>)
    ? []
    : mismatchErrors(labels);
}

function mismatchErrors(labels: Draft | undefined): FieldError[] {
  return [fieldInvalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}

/** As a controller reads it; what is of another form requires nothing. */
function selectorOf(selector: Draft): LabelSelector {
  return {
    matchLabels: (child(selector, 'matchLabels') ?? {}) as Readonly<Record<string, string>>,
    matchExpressions: children(selector, 'matchExpressions').map((expression) => ({
      key: text(expression, 'key'),
      operator: text(expression, 'operator'),
      values: Array.isArray(expression['values']) ? (expression['values'] as string[]) : [],
    })),
  };
}

function templateErrors(spec: Draft, policies: readonly string[]): FieldError[] {
  const template = child(spec, 'template') ?? {};
  const podSpec = child(template, 'spec') ?? {};
  const policy = text(podSpec, 'restartPolicy');
  return [
    ...labelErrors('spec.template.labels', at(template, 'metadata', 'labels')),
    ...podSpecErrors('spec.template.spec', podSpec),
    ...(policies.includes(policy) ? [] : [fieldNotSupported('spec.template.spec.restartPolicy', policy, policies)]),
  ];
}

/** What may not change: the selector of a workload. */
export function selectorChangeErrors(workload: Draft, old: Draft): FieldError[] {
  const selector = at(workload, 'spec', 'selector');
  return isDeepStrictEqual(selector, at(old, 'spec', 'selector'))
    ? []
    : [fieldInvalid('spec.selector', selector, 'field is immutable')];
}

/** What may not change in a StatefulSet: everything that its pods and claims are found by. */
export function statefulSetChangeErrors(statefulSet: Draft, old: Draft): FieldError[] {
  return immutableErrors(statefulSet, old, ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy']);
}

function immutableErrors(workload: Draft, old: Draft, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => {
    const value = child(workload, 'spec')?.[field];
    return isDeepStrictEqual(value, child(old, 'spec')?.[field])
      ? []
      : [fieldInvalid(`spec.${field}`, value, 'field is immutable')];
  });
}

/** What is wrong with a Job: its counts and its pod template. */
export function jobErrors(job: Draft): FieldError[] {
  const spec = child(job, 'spec') ?? {};
  const policy = text(at(spec, 'template', 'spec'), 'restartPolicy');
  const unfit = policy === 'Always' || policy === '';
  return [
    ...negativeErrors(spec, ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds']),
    ...templateErrors(spec, ['Always', 'OnFailure', 'Never']),
    ...(unfit ? [fieldNotSupported('spec.template.spec.restartPolicy', policy, ['OnFailure', 'Never'])] : []),
  ];
}

/** While it is suspended a Job may get other resources, labels and places to run; then only those. */
export function jobChangeErrors(job: Draft, old: Draft): FieldError[] {
  const fixed = immutableErrors(job, old, ['completions', 'selector', 'completionMode']);
  if (child(old, 'spec')?.['suspend'] !== true) return [...fixed, ...immutableErrors(job, old, ['template'])];
  const podSpec = at(job, 'spec', 'template', 'spec');
  return isDeepStrictEqual(unsuspended(podSpec), unsuspended(at(old, 'spec', 'template', 'spec')))
    ? fixed
    : [...fixed, fieldInvalid('spec.template.spec', podSpec, 'field is immutable')];
}

/** A pod's spec without what a suspended Job may change. */
function unsuspended(spec: Draft | undefined): Draft {
  const { nodeSelector: _selector, tolerations: _tolerations, schedulingGates: _gates, ...rest } = spec ?? {};
  return {
    ...rest,
    containers: children(spec, 'containers').map((container) => ({ ...container, resources: undefined })),
  };
}

/** What is wrong with a CronJob: its schedule and its pod template. */
export function cronJobErrors(cronJob: Draft): FieldError[] {
  const spec = child(cronJob, 'spec') ?? {};
  const template = at(spec, 'jobTemplate', 'spec', 'template', 'spec') ?? {};
  const policy = text(template, 'restartPolicy');
  const where = 'spec.jobTemplate.spec.template.spec';
  return [
    ...scheduleErrors(text(spec, 'schedule')),
    ...timeZoneErrors(spec['timeZone']),
    ...podSpecErrors(where, template),
    ...(policy === 'OnFailure' || policy === 'Never'
      ? []
      : [fieldNotSupported(`${where}.restartPolicy`, policy, ['OnFailure', 'Never'])]),
  ];
}

function scheduleErrors(schedule: string): FieldError[] {
  if (schedule === '') return [fieldRequired('spec.schedule')];
  try {
    parseSchedule(schedule);
    return [];
  } catch (error) {
    if (error instanceof KapplyError) return [fieldInvalid('spec.schedule', schedule, error.message)];
    throw error;
  }
}

function timeZoneErrors(timeZone: unknown): FieldError[] {
  if (typeof timeZone !== 'string') return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [fieldInvalid('spec.timeZone', timeZone, `unknown time zone ${timeZone}`)];
  }
}
