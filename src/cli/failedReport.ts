import type { Report } from '../engine/run/report.js';
import { RESULTS } from '../engine/run/foldReport.js';
import { errorInfo, EXIT, type ErrorInfo, type ExitCode, KapplyError } from '../errors.js';

const BUG: ErrorInfo = { code: 'Bug', message: 'a bug in kapply; stderr says more', suggestions: [] };

/** The document of a run that ended before the engine began: the same fields, with nothing in them. */
export function failedReport(
  error: unknown,
  { ms, warnings }: { readonly ms: number; readonly warnings: readonly string[] },
): Report {
  const exitCode: ExitCode = error instanceof KapplyError ? error.exitCode : EXIT.bug;
  const info = error instanceof KapplyError ? errorInfo(error) : BUG;
  return {
    schemaVersion: 1,
    target: { context: null, server: '', namespace: '', set: '', pruneLabel: null, dryRun: null },
    changes: [],
    rollouts: [],
    prune: [],
    warnings,
    summary: { result: RESULTS[exitCode], exitCode, counts: {}, ms, requests: 0, error: info },
  };
}
