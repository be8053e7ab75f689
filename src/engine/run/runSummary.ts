import type { ErrorInfo, ExitCode } from '../../errors.js';

/** How a run ended, in numbers. */
export interface RunSummary {
  readonly result: string;
  readonly exitCode: ExitCode;
  readonly counts: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly requests: number;
  /** The error that ended the run, where one did. */
  readonly error?: ErrorInfo;
}
