/** The rules of kstatus for what runs once: Pods and Jobs. */
import {
  conditionOf,
  current,
  failed,
  inProgress,
  isRecent,
  numberAt,
  wordsOf,
  type Observed,
  type Readiness,
  type ReadinessContext,
} from './terms.js';

/** A Pod is Current when it is Ready, or has succeeded. */
export function podReadiness({ status }: Observed): Readiness {
  if (status?.phase === 'Succeeded') return current('Succeeded');
  if (status?.phase === 'Failed') return failed(typeof status.reason === 'string' ? status.reason : 'Failed');
  const ready = conditionOf(status, 'Ready');
  if (status?.phase === 'Running' && ready?.status === 'True') return current('Running and Ready');
  const scheduled = conditionOf(status, 'PodScheduled');
  if (scheduled?.status === 'False') return inProgress(wordsOf(scheduled, 'not scheduled yet'));
  return inProgress(ready === undefined ? 'not started yet' : wordsOf(ready, 'not Ready yet'));
}

/**
 * A Job counts when it has completed. cli-utils is content when it has started; a release script that runs a
 * migration is not. It has failed when its controller says so: until then it tries again.
 */
export function jobReadiness({ metadata, spec, status }: Observed, { since }: ReadinessContext): Readiness {
  const failure = conditionOf(status, 'Failed');
  if (failure?.status === 'True') {
    const words = wordsOf(failure, 'Failed');
    if (isRecent(failure.lastTransitionTime, since)) return failed(words);
    const remedy = ['delete', 'job', metadata.name];
    return { ...failed(`failed in an earlier run, and is not run again by itself: ${words}`), remedy };
  }
  if (conditionOf(status, 'Complete')?.status === 'True') return current('Complete');
  if (spec?.suspend === true) return current('suspended', undefined, 'is suspended: it has not run');
  const failing = conditionOf(status, 'FailureTarget');
  if (failing?.status === 'True') return inProgress(`failing: ${wordsOf(failing, 'FailureTarget')}`);
  const [active, succeeded, retried, wanted] = [
    numberAt(status, 'active') ?? 0,
    numberAt(status, 'succeeded') ?? 0,
    numberAt(status, 'failed') ?? 0,
    numberAt(spec, 'completions'),
  ];
  const progress = wanted === undefined ? `${succeeded} succeeded` : `${succeeded} of ${wanted} succeeded`;
  // Where each index has its retries, the Job's own limit is the largest number that there is.
  const isLimited = spec?.backoffLimitPerIndex === undefined;
  const retries = isLimited ? `${retried} of ${numberAt(spec, 'backoffLimit') ?? 6} retries` : `${retried} failed`;
  return inProgress(`${progress}, ${active} running${retried === 0 ? '' : `, ${retries}`}`);
}
