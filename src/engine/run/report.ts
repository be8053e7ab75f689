/** The machine-readable outcome of a run: docs/output.md. */
import type { ErrorInfo } from '../../errors.js';
import type { RunSummary } from './runSummary.js';
import type { ApplyOutcome, PruneOutcome, StatusWord, Target } from './events.js';

interface ReportedObject {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What became of the rollback that followed a failed deploy (--rollback-on-failure). */
export interface ReportedRollback {
  readonly result: 'rolledBack' | 'failed' | 'notRolledBack';
  /** Why not, in words. */
  readonly reason: string;
  /** The number of its record. */
  readonly record?: number;
}

/** Another run of a set that this one waited for. */
export interface ReportedLockWait {
  readonly set: string;
  readonly holder: string;
  /** Since when it held the lock, by its clock (RFC 3339). */
  readonly heldSince?: string;
  /** What it did last. */
  readonly doing?: string;
  /** How long it was waited for. */
  readonly ms: number;
}

export interface Report {
  readonly schemaVersion: 1;
  readonly target: Target;
  readonly changes: readonly (ReportedObject & {
    readonly action: ApplyOutcome;
    readonly replaces?: string;
    readonly error?: ErrorInfo;
  })[];
  readonly rollouts: readonly (ReportedObject & {
    readonly status: StatusWord;
    readonly message: string;
    readonly pods?: readonly {
      readonly name: string;
      readonly container?: string;
      readonly reason: string;
      readonly message: string;
    }[];
  })[];
  readonly prune: readonly (ReportedObject & { readonly outcome: PruneOutcome; readonly reason: string })[];
  readonly warnings: readonly string[];
  /** Where the run had to wait for its turn: whom it waited for, one after the other. */
  readonly lockWaits?: readonly ReportedLockWait[];
  /** The number of the record that the run left, where it left one (docs/rollback.md). */
  readonly record?: number;
  readonly rollback?: ReportedRollback;
  readonly summary: RunSummary;
}
