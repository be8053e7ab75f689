import { KapplyError } from '../../errors.js';
import { timestamp } from '../store.js';
import { type CronSchedule, nextTime, parseSchedule } from './cronSchedule.js';
import { JOB, isFinished } from './jobs.js';
import { condition } from './conditions.js';
import { controlledBy, controllerReference, ownOrControlled } from './owners.js';
import { recordEvent } from './recordEvent.js';
import type { Controller, Simulation } from './simulation.js';
import { splitKey } from './simulation.js';
import type { CronJobObject, JobObject } from './workloadTypes.js';

const CRON_JOB = 'batch/CronJob';

/** Starts Jobs when their time has come, in UTC (kubernetes/kubernetes pkg/controller/cronjob). */
export const cronJobs: Controller = {
  name: 'cronjob-controller',
  kinds: [CRON_JOB, JOB],
  keysFor: ownOrControlled(CRON_JOB, 'CronJob'),
  sync: (key, simulation) => {
    const { namespace, name } = splitKey(key);
    const cronJob = simulation.client.get(CRON_JOB, namespace, name);
    if (cronJob === undefined || cronJob.metadata.deletionTimestamp !== undefined) return undefined;
    forgetOld(simulation, cronJob);
    const schedule = scheduleOf(cronJob);
    if (schedule === undefined || cronJob.spec.suspend === true) {
      writeStatus(simulation, cronJob, cronJob.status?.lastScheduleTime);
      return undefined;
    }
    const due = lastDue(cronJob, schedule, simulation.now());
    const started = due === undefined ? undefined : start(simulation, cronJob, due);
    writeStatus(simulation, cronJob, started ?? cronJob.status?.lastScheduleTime);
    const next = nextTime(schedule, simulation.now());
    return next === undefined ? undefined : next - simulation.now();
  },
};

/** A schedule that cannot be read starts nothing; the real controller says so in an event at most. */
function scheduleOf({ spec }: CronJobObject): CronSchedule | undefined {
  try {
    return parseSchedule(spec.schedule);
  } catch (error) {
    if (error instanceof KapplyError) return undefined;
    throw error;
  }
}

/** The last time that has come since the CronJob was made or last started something. */
function lastDue(cronJob: CronJobObject, schedule: CronSchedule, now: number): number | undefined {
  const { lastScheduleTime } = cronJob.status ?? {};
  let due: number | undefined;
  let time = nextTime(schedule, Date.parse(lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? ''));
  while (time !== undefined && time <= now) {
    due = time;
    time = nextTime(schedule, time);
  }
  const deadline = cronJob.spec.startingDeadlineSeconds;
  return due !== undefined && deadline !== undefined && now - due > deadline * 1000 ? undefined : due;
}

/** Starts the Job of a time, unless one runs that forbids it. Returns the time as it goes into the status. */
function start(simulation: Simulation, cronJob: CronJobObject, due: number): string | undefined {
  const { client } = simulation;
  const active = controlledBy(client, JOB, cronJob).filter((job) => !isFinished(job));
  const { concurrencyPolicy = 'Allow', jobTemplate } = cronJob.spec;
  if (active.length > 0 && concurrencyPolicy === 'Forbid') return undefined;
  if (concurrencyPolicy === 'Replace') for (const job of active) client.remove(JOB, job);
  const { namespace = '' } = cronJob.metadata;
  const name = `${cronJob.metadata.name}-${Math.floor(due / 60_000)}`;
  if (client.get(JOB, namespace, name) === undefined) {
    const { metadata, spec } = jobTemplate;
    const annotations = { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due) };
    client.create(JOB, {
      metadata: { ...metadata, annotations, name, namespace, ownerReferences: [controllerReference(cronJob)] },
      spec,
    });
    const message = `Created job ${name}`;
    recordEvent(simulation, 'cronjob-controller', cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message });
  }
  return timestamp(due);
}

/** Deletes finished Jobs, the oldest first, as far as there are more than the history keeps. */
function forgetOld({ client }: Simulation, cronJob: CronJobObject): void {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec;
  const limits: readonly [string, number][] = [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ];
  for (const [type, limit] of limits) {
    const finished = controlledBy(client, JOB, cronJob)
      .filter((job) => condition(job.status?.conditions, type)?.status === 'True')
      .sort((a, b) => startOf(a) - startOf(b));
    for (const job of finished.slice(0, Math.max(0, finished.length - limit))) client.remove(JOB, job);
  }
}

function startOf(job: JobObject): number {
  return Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? '');
}

function writeStatus({ client }: Simulation, seen: CronJobObject, lastScheduleTime: string | undefined): void {
  const cronJob = client.get(CRON_JOB, seen.metadata.namespace ?? '', seen.metadata.name);
  if (cronJob === undefined) return;
  const jobs = controlledBy(client, JOB, cronJob);
  const active = jobs
    .filter((job) => !isFinished(job))
    .map(({ metadata: { name, namespace = '', uid = '', resourceVersion = '' } }) => {
      const known = cronJob.status?.active?.find((reference) => reference.uid === uid);
      return known ?? { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
    });
  const ends = jobs.flatMap(({ status }) => status?.completionTime ?? []).sort();
  const lastSuccessfulTime = ends.at(-1) ?? cronJob.status?.lastSuccessfulTime;
  client.updateStatus(CRON_JOB, {
    ...cronJob,
    status: {
      ...(active.length > 0 ? { active } : {}),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
    },
  });
}
