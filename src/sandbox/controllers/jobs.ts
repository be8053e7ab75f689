import { timestamp } from '../store.js';
import { condition, withCondition } from './conditions.js';
import { controlledBy, controllerReference, ownOrControlled } from './owners.js';
import { deadlineIn, verdictOn, type Counts, type Verdict } from './jobVerdict.js';
import { isActive, isReady } from './podState.js';
import { recordEvent } from './recordEvent.js';
import type { Controller, Simulation } from './simulation.js';
import { splitKey } from './simulation.js';
import type { Condition, JobObject, PodObject } from './workloadTypes.js';

export const JOB = 'batch/Job';

/** How soon a failed pod is followed by another, in ms; a real one takes 10 s and more. */
const BACKOFF_MS = 300;

/** Runs pods until enough have succeeded, or too many failed (kubernetes/kubernetes pkg/controller/job). */
export const jobs: Controller = {
  name: 'job-controller',
  kinds: [JOB, 'Pod'],
  keysFor: ownOrControlled(JOB, 'Job'),
  sync: (key, simulation) => {
    const { namespace, name } = splitKey(key);
    const job = simulation.client.get(JOB, namespace, name);
    if (job === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
    return isFinished(job) ? expire(simulation, job) : advance(simulation, job);
  },
};

/** Whether a Job has ended, well or not. */
export function isFinished(job: JobObject): boolean {
  return ['Complete', 'Failed'].some((type) => condition(job.status?.conditions, type)?.status === 'True');
}

/** Deletes a finished Job when its time to live is over. */
function expire({ client, now }: Simulation, job: JobObject): number | undefined {
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl === undefined) return undefined;
  const ended = (job.status?.conditions ?? []).find(({ type }) => type === 'Complete' || type === 'Failed');
  const left = Date.parse(ended?.lastTransitionTime ?? '') + ttl * 1000 - now();
  if (left > 0) return left;
  client.remove(JOB, job);
  return undefined;
}

function advance(simulation: Simulation, job: JobObject): number | undefined {
  const { client, now } = simulation;
  const pods = controlledBy(client, 'Pod', job);
  const count = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  const counts = { active: pods.filter(isActive), succeeded: count('Succeeded'), failed: count('Failed') };
  const startTime = job.spec.suspend === true ? undefined : (job.status?.startTime ?? timestamp(now()));
  const verdict = verdictOn(job, counts, startTime, now());
  if (verdict !== undefined || job.spec.suspend === true) {
    for (const pod of counts.active) client.remove('Pod', pod);
    const ended = verdict === undefined ? counts : { ...counts, active: [] };
    finish(simulation, job, ended, startTime, verdict);
    return undefined;
  }
  const wait = backoff(pods, counts, now());
  if (wait === 0) startPods(simulation, job, counts);
  const active = controlledBy(client, 'Pod', job).filter(isActive);
  writeStatus(simulation, job, { ...counts, active }, startTime, resumed(simulation, job));
  return soonest(wait === 0 ? undefined : wait, deadlineIn(job, startTime, now()));
}

function startPods(simulation: Simulation, job: JobObject, { active, succeeded }: Counts): void {
  const { parallelism = 1, completions } = job.spec;
  const wanted =
    completions === undefined ? (succeeded > 0 ? 0 : parallelism) : Math.min(parallelism, completions - succeeded);
  for (let missing = wanted - active.length; missing > 0; missing -= 1) {
    const { metadata, spec } = job.spec.template;
    const pod = simulation.client.create('Pod', {
      metadata: {
        ...metadata,
        generateName: `${job.metadata.name}-`,
        namespace: job.metadata.namespace ?? '',
        ownerReferences: [controllerReference(job)],
      },
      spec,
    });
    happened(simulation, job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }
}

/** The milliseconds before the next pod after a failure. */
function backoff(pods: readonly PodObject[], { failed, active }: Counts, now: number): number {
  if (failed === 0 || active.length > 0) return 0;
  const ends = pods.map((pod) => Date.parse(condition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? ''));
  const last = Math.max(...ends.filter((end) => !Number.isNaN(end)));
  return Number.isFinite(last) ? Math.max(0, last + BACKOFF_MS - now) : 0;
}

function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function finish(
  simulation: Simulation,
  job: JobObject,
  counts: Counts,
  startTime: string | undefined,
  verdict: Verdict | undefined,
): void {
  const now = simulation.now();
  if (verdict === undefined) {
    const set = { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' };
    const before = condition(job.status?.conditions, 'Suspended')?.status;
    writeStatus(simulation, job, { ...counts, active: [] }, undefined, withCondition(job.status?.conditions, set, now));
    if (before !== 'True') happened(simulation, job, 'Normal', 'Suspended', 'Job suspended');
    return;
  }
  const { type, reason, message } = verdict;
  const target = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [target, type].reduce(
    (known: readonly Condition[], name) => withCondition(known, { type: name, status: 'True', reason, message }, now),
    job.status?.conditions ?? [],
  );
  writeStatus(simulation, job, counts, startTime, conditions, type === 'Complete');
  if (type === 'Complete') happened(simulation, job, 'Normal', 'Completed', 'Job completed');
  else happened(simulation, job, 'Warning', reason, message);
}

function resumed(simulation: Simulation, job: JobObject): readonly Condition[] {
  const { conditions = [] } = job.status ?? {};
  if (condition(conditions, 'Suspended')?.status !== 'True') return conditions;
  const set = { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' };
  happened(simulation, job, 'Normal', 'Resumed', 'Job resumed');
  return withCondition(conditions, set, simulation.now());
}

function writeStatus(
  { client, now }: Simulation,
  seen: JobObject,
  { active, succeeded, failed }: Counts,
  startTime: string | undefined,
  conditions: readonly Condition[],
  complete = false,
): void {
  const job = client.get(JOB, seen.metadata.namespace ?? '', seen.metadata.name);
  if (job === undefined) return;
  client.updateStatus(JOB, {
    ...job,
    status: {
      ...(active.length > 0 ? { active: active.length } : {}),
      ...(succeeded > 0 ? { succeeded } : {}),
      ...(failed > 0 ? { failed } : {}),
      ready: active.filter(isReady).length,
      terminating: 0,
      uncountedTerminatedPods: {},
      ...(startTime === undefined ? {} : { startTime }),
      ...(complete ? { completionTime: timestamp(now()) } : {}),
      ...(conditions.length > 0 ? { conditions } : {}),
    },
  });
}

function happened(
  simulation: Simulation,
  job: JobObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(simulation, 'job-controller', job, { type, reason, message });
}
