/** What a run looks like so far, from which every reporter draws: `foldEvent` makes it of the run's events, `askedOfView` answers what is asked of it. */
import type { ErrorInfo } from '../../errors.js';
import type {
  ApplyOutcome,
  FailureDetails,
  LockHolder,
  ObjectStatus,
  Phase,
  PruneOutcome,
  Target,
} from '../../engine/run/events.js';
import type { Plan } from '../../engine/plan/plan.js';
import type { ObjectId } from '../../objects/object.js';

export interface PhaseView {
  readonly state: 'running' | 'done' | 'failed' | 'skipped';
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly total: number | undefined;
  /** When its wait is given up, ms since the epoch, where it has one. */
  readonly until: number | undefined;
  readonly note: string;
}

/** Another run of the set, which is waited for. */
export interface LockView extends LockHolder {
  readonly set: string;
  readonly startedAt: number;
  readonly until: number;
}

/** What is being deleted. */
export interface DeletingView {
  readonly id: ObjectId;
  readonly message: string;
  readonly startedAt: number;
  readonly until: number;
}

export interface AppliedView {
  readonly id: ObjectId;
  readonly outcome: ApplyOutcome;
  readonly replaces: string | undefined;
  readonly changed: readonly string[];
  readonly failure: ErrorInfo | undefined;
}

export interface SettledView {
  readonly status: ObjectStatus;
  readonly ms: number;
  readonly details: FailureDetails | undefined;
}

export interface PrunedView {
  readonly id: ObjectId;
  readonly outcome: PruneOutcome;
  readonly reason: string;
}

/** Keys of the maps are `keyOf` ids; their order is the order of the events. */
export interface RunView {
  target: Target | undefined;
  startedAt: number | undefined;
  /** When the last event happened. */
  now: number;
  rendered: { readonly objects: number; readonly generated: number } | undefined;
  plan: Plan | undefined;
  stopped: { readonly failure: ErrorInfo; readonly exitCode: number } | undefined;
  /** Who holds the lock, while it is waited for. */
  lock: LockView | undefined;
  readonly phases: Map<Phase, PhaseView>;
  readonly applied: Map<string, AppliedView>;
  /** The last status of every object that the rollout looks at. */
  readonly statuses: Map<string, ObjectStatus>;
  /** Since when each of them has been looked at, ms since the epoch. */
  readonly since: Map<string, number>;
  /** What was settled and has not left that state again: Current, Failed, or not ready when the time was over. */
  readonly settled: Map<string, SettledView>;
  /** Objects that had to be waited for at some time. */
  readonly waited: Set<string>;
  /** Whose deletion was asked for, and which is still there. */
  readonly deleting: Map<string, DeletingView>;
  readonly pruned: Map<string, PrunedView>;
  readonly warnings: string[];
  /** Namespaces of the objects that take part. */
  readonly namespaces: Set<string>;
}

/** What is seen of a run before its first event. */
export function emptyRunView(): RunView {
  return {
    target: undefined,
    startedAt: undefined,
    now: 0,
    rendered: undefined,
    plan: undefined,
    stopped: undefined,
    lock: undefined,
    phases: new Map(),
    applied: new Map(),
    statuses: new Map(),
    since: new Map(),
    settled: new Map(),
    waited: new Set(),
    deleting: new Map(),
    pruned: new Map(),
    warnings: [],
    namespaces: new Set(),
  };
}
