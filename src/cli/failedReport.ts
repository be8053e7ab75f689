import type { Report } from '../engine/run/report.js';
import { EXIT, KapplyError } from '../errors.js';

/** The document of a run that ended before the engine began: the same fields, with nothing in them. */
export function failedReport(
  error: unknown,
  { ms, warnings }: { readonly ms: number; readonly warnings: readonly string[] },
): Report {
  const { code, message, exitCode } =
    error instanceof KapplyError
      ? error
      : { code: 'Bug', message: 'a bug in kapply; stderr says more', exitCode: EXIT.bug };
  return {
    schemaVersion: 1,
    target: { context: null, server: '', namespace: '', set: '', pruneLabel: null, dryRun: null },
    changes: [],
    rollouts: [],
    prune: [],
    warnings,
    summary: { result: 'failed', exitCode, counts: {}, ms, requests: 0, error: { code, message } },
  };
}
