/** Whether a Job has ended, and how (kubernetes/kubernetes pkg/controller/job). Pure. */
import type { JobObject, PodObject } from './workloadTypes.js';

/** The pods of a Job as they are. */
export interface Counts {
  readonly active: readonly PodObject[];
  readonly succeeded: number;
  readonly failed: number;
}

export interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** How a Job has ended; undefined while it has not. */
export function verdictOn(
  job: JobObject,
  counts: Counts,
  startTime: string | undefined,
  now: number,
): Verdict | undefined {
  const { completions, backoffLimit = 6 } = job.spec;
  const enough =
    completions === undefined ? counts.succeeded > 0 && counts.active.length === 0 : counts.succeeded >= completions;
  if (enough) {
    return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  }
  if (counts.failed > backoffLimit || isPastRestarts(job, counts.active, backoffLimit)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  if (deadlineIn(job, startTime, now) === 0) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

/** With restartPolicy OnFailure the restarts count, and the last that is allowed is one too many (pastBackoffLimitOnFailure). */
function isPastRestarts(job: JobObject, pods: readonly PodObject[], backoffLimit: number): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  return restarts >= Math.max(backoffLimit, 1);
}

/** The milliseconds until a Job has run for too long; undefined where it may run for as long as it takes. */
export function deadlineIn(job: JobObject, startTime: string | undefined, now: number): number | undefined {
  const { activeDeadlineSeconds: seconds } = job.spec;
  if (seconds === undefined || startTime === undefined) return undefined;
  return Math.max(0, Date.parse(startTime) + seconds * 1000 - now);
}
