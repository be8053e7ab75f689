/**
 * What happens during a run, as data. The engine emits these and never prints; reporters (ui/) and the report
 * (run/foldReport) are folds over them. An event is never changed after it was emitted.
 */
import type { ErrorInfo, ExitCode } from '../../errors.js';
import type { ObjectId } from '../../objects/object.js';
import type { Plan } from '../plan/plan.js';
import type { RunSummary } from './runSummary.js';

export type Phase = 'render' | 'plan' | 'apply' | 'rollout' | 'prune';

/** kstatus' words (docs/readiness.md). */
export type StatusWord = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** What a failing or waiting pod says for itself. Log lines are untrusted text from the container. */
export interface PodProblem {
  readonly pod: string;
  readonly container: string | undefined;
  /** The reason in Kubernetes' words: `ImagePullBackOff`, `CreateContainerConfigError`, `Unschedulable`. */
  readonly reason: string;
  readonly message: string;
  readonly restarts: number;
  /** True where waiting does not help: fail fast may end the rollout. */
  readonly doomed: boolean;
}

/** What is known of a failed rollout, for its failure block. */
export interface FailureDetails {
  /** How many pods the newest revision has, where the kind has revisions: `1 of 3 new pods`. */
  readonly newPods?: number;
  readonly problems: readonly PodProblem[];
  /** Warning events of the pods, newest first: `4x Failed, 3s ago: Failed to pull image "shop/web:9"`. */
  readonly events: readonly {
    readonly count: number;
    readonly reason: string;
    readonly message: string;
    readonly ageMs: number;
  }[];
  /** The last log lines of the failing container; empty with `logsNote` saying why. */
  readonly logs: readonly string[];
  readonly logsNote: string | undefined;
  /** A command to look further. */
  readonly tryCommand: string | undefined;
  /** A command that goes back to the revision of before, where the configs that it needs are still there. */
  readonly undoCommand?: string;
}

/** The state of one object during the rollout. */
export interface ObjectStatus {
  readonly id: ObjectId;
  readonly status: StatusWord;
  /** One line: `2 of 3 pods updated: container app: ImagePullBackOff`. */
  readonly message: string;
  /** The same without the why, for whoever shows `problems` as well: `2 of 3 pods updated`. */
  readonly progress?: string;
  /** Pods ready and wanted, where the kind has pods. */
  readonly ready?: { readonly have: number; readonly want: number };
  /** Pods that are ready, where any were seen: of the newest revision, and of earlier ones, which serve meanwhile. */
  readonly serving?: { readonly new: number; readonly old: number };
  readonly problems: readonly PodProblem[];
  /** When its rollout is given up unless its pods get well, ms since the epoch; absent where nothing but the time-out ends it. */
  readonly failsAt?: number;
  /** The kubectl command, without `kubectl`, that lets it go on: `delete`, `pod`, `db-1`. */
  readonly remedy?: readonly string[];
}

/** Who holds a set's lock, as far as its Lease says. */
export interface LockHolder {
  readonly holder: string;
  /** Since when, ms since the epoch by the holder's clock. */
  readonly heldSince: number | undefined;
  /** `it applies its objects` */
  readonly doing: string | undefined;
}

export type ApplyOutcome = 'created' | 'configured' | 'recreated' | 'unchanged' | 'failed' | 'skipped';
export type PruneOutcome = 'deleted' | 'kept' | 'failed' | 'gone' | 'terminating' | 'restored';

/** Where a run goes: the cluster, the namespace of what names none, and what is its own there. */
export interface Target {
  readonly context: string | null;
  readonly server: string;
  readonly namespace: string;
  /** Where the objects of a set go, as its manifests say. */
  readonly namespaces?: readonly string[];
  readonly set: string;
  readonly pruneLabel: string | null;
  readonly dryRun: 'client' | 'server' | null;
  /** The user's own configuration protects it. */
  readonly protected?: true;
}

export type Event =
  /** Where the run goes: known once its input is read, before anything is asked of the server. */
  | { readonly type: 'target'; readonly target: Target }
  | {
      readonly type: 'phaseStarted';
      readonly phase: Phase;
      readonly total: number | undefined;
      /** When its wait is given up, ms since the epoch, where it has one. */ readonly until?: number;
      readonly at: number;
    }
  /**
   * Another run of the set holds its lock: told when the wait begins, and again when what is known of the holder changes. The
   * wait is over when the plan is made.
   */
  | ({ readonly type: 'lockAwaited'; readonly set: string; readonly until: number; readonly at: number } & LockHolder)
  | {
      readonly type: 'phaseFinished';
      readonly phase: Phase;
      readonly outcome: 'done' | 'failed' | 'skipped';
      /** Why skipped, or what failed; '' when done. */ readonly note: string;
      readonly at: number;
    }
  | { readonly type: 'rendered'; readonly objects: number; readonly generated: number }
  | { readonly type: 'planned'; readonly plan: Plan }
  | {
      readonly type: 'applied';
      readonly id: ObjectId;
      readonly version: string;
      readonly outcome: ApplyOutcome;
      readonly replaces: string | undefined;
      readonly changed: readonly string[];
      readonly failure: ErrorInfo | undefined;
      readonly at: number;
    }
  | { readonly type: 'status'; readonly status: ObjectStatus; readonly at: number }
  /** The object is settled: Current, or failed for good, with what is known of the cause. `ms` since its rollout began. */
  | {
      readonly type: 'settled';
      readonly status: ObjectStatus;
      readonly ms: number;
      readonly details: FailureDetails | undefined;
      readonly at: number;
    }
  /** Its deletion was asked for, and it is still there. */
  | {
      readonly type: 'deleting';
      readonly id: ObjectId;
      readonly version: string;
      /** What it waits for: `waiting for example.com/cleanup`; '' where nothing says. */ readonly message: string;
      /** When it is not waited for any longer, ms since the epoch. */ readonly until: number;
      readonly at: number;
    }
  | {
      readonly type: 'pruned';
      readonly id: ObjectId;
      readonly version: string;
      readonly outcome: PruneOutcome;
      readonly reason: string;
      readonly at: number;
    }
  /** A line of what a container of a Job wrote: untrusted text. */
  | {
      readonly type: 'log';
      readonly id: ObjectId;
      readonly pod: string;
      readonly container: string;
      readonly line: string;
      readonly at: number;
    }
  | { readonly type: 'warning'; readonly message: string }
  /** The run has left a record of itself: the number of the deploy. */
  | { readonly type: 'recorded'; readonly number: number; readonly at: number }
  /** The deploy has failed, as its summary says; what follows are the events of its rollback. */
  | { readonly type: 'rollingBack'; readonly summary: RunSummary; readonly at: number }
  /** The run stopped before its end: an error that is not one object's. */
  | { readonly type: 'stopped'; readonly failure: ErrorInfo; readonly exitCode: ExitCode; readonly at: number };

export type Emit = (event: Event) => void;
