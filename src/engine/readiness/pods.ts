/** The rules of kstatus for what runs once: Pods and Jobs. */
import { conditionOf, current, failed, inProgress, numberAt, wordsOf, type Observed, type Readiness } from './terms.js';

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
 * migration is not.
 */
export function jobReadiness({ spec, status }: Observed): Readiness {
  const failure = conditionOf(status, 'Failed');
  if (failure?.status === 'True') return failed(wordsOf(failure, 'Failed'));
  if (conditionOf(status, 'Complete')?.status === 'True') return current('Complete');
  if (spec?.suspend === true) return current('suspended', undefined, 'is suspended: it has not run');
  const [active, succeeded, wanted] = [
    numberAt(status, 'active') ?? 0,
    numberAt(status, 'succeeded') ?? 0,
    numberAt(spec, 'completions'),
  ];
  const progress = wanted === undefined ? `${succeeded} succeeded` : `${succeeded} of ${wanted} succeeded`;
  return inProgress(`${progress}, ${active} running`);
}
