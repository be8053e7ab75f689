/** What is known of a run when it has ended: what its record is made of. Pure. */
import { EXIT, KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import type { Event } from '../run/events.js';
import type { RecordState, RecordSummary } from './recorded.js';

export interface EndedRun {
  /** What ended it before its time; undefined where nothing did. */
  readonly error: unknown;
  /** What was applied, where all of it ran. */
  readonly applied: readonly KubeObject[] | undefined;
  readonly counts: RecordSummary['counts'];
  /** Which holder of the lock it was; undefined where it held none. */
  readonly transitions: number | undefined;
}

type Counts = { -readonly [Field in keyof RecordSummary['counts']]: number };

/** Counts what a run has done to the cluster. Changed in place by `countEvent`. */
export function noCounts(): Counts {
  return { created: 0, configured: 0, unchanged: 0, deleted: 0 };
}

/** Takes one event in. */
export function countEvent(counts: Counts, event: Event): void {
  if (event.type === 'pruned' && event.outcome === 'deleted') counts.deleted += 1;
  if (event.type !== 'applied') return;
  if (event.outcome === 'created' || event.outcome === 'recreated') counts.created += 1;
  if (event.outcome === 'configured') counts.configured += 1;
  if (event.outcome === 'unchanged') counts.unchanged += 1;
}

/** How it ended; undefined for what leaves no record: a bug, a server that is away, a run that had not begun to write. */
export function stateOf({ error, applied, counts }: EndedRun): RecordState | undefined {
  if (applied !== undefined) return 'deployed';
  if (error === undefined) return 'applied';
  const isBegun = counts.created + counts.configured + counts.deleted > 0;
  if (!(error instanceof KapplyError) || error.exitCode === EXIT.unreachable || !isBegun) return undefined;
  switch (error.exitCode) {
    case EXIT.interrupted:
    case EXIT.terminated:
      return 'interrupted';
    case EXIT.superseded:
      return 'superseded';
    default:
      return 'failed';
  }
}

/** Only kapply's own words: what a server says of a refused object may quote it. */
export function recordedError({ error }: EndedRun): RecordSummary['error'] {
  if (!(error instanceof KapplyError)) return undefined;
  const isOurs = error.exitCode === EXIT.rolloutFailed || error.exitCode === EXIT.timedOut;
  return { code: error.code, message: isOurs ? error.message : '' };
}
