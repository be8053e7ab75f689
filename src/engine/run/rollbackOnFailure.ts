/** `--rollback-on-failure`: when what was deployed does not come up, what ran well before is deployed again. */
import { EXIT, KapplyError } from '../../errors.js';
import type { DeployOptions, RunContext } from './options.js';
import type { Report, ReportedRollback } from './report.js';
import { rollback } from './rollback.js';

/** What the rollback takes from the deploy that failed. */
export type RollbackOnFailureOptions = Pick<
  DeployOptions,
  'set' | 'timeoutMs' | 'failFast' | 'logs' | 'lock' | 'forceConflicts' | 'ignoreUnlisted' | 'record'
>;

/**
 * Goes back where the rollout failed or was not over in time: not when it was interrupted, superseded, or refused. It deletes
 * nothing, and does nothing where another run was there meanwhile.
 * @returns the report of the deploy, with what became of the rollback; its exit code stays
 */
export async function rollbackOnFailure(
  report: Report,
  options: RollbackOnFailureOptions,
  context: RunContext,
): Promise<Report> {
  const { code = '' } = report.summary.error ?? {};
  if ((code !== 'RolloutFailed' && code !== 'RolloutTimedOut') || context.signal.aborted) return report;
  const { set, record } = options;
  if (set === undefined || record === undefined || report.record === undefined) {
    const why = set === undefined ? 'the set has no name' : 'this deploy left no record, or changed nothing';
    return withRollback(report, { result: 'notRolledBack', reason: why }, context);
  }
  context.emit({ type: 'rollingBack', summary: report.summary, at: context.now() });
  try {
    const back = await rollback(
      {
        ...options,
        ...{ set, record, to: undefined, newest: report.record, allowPartial: false, dryRun: undefined },
        // Whoever waits for the lock is newer than this deploy: the set is theirs.
        ...{ lockTimeoutMs: 0, supersede: false },
      },
      quiet(context),
    );
    return settled(report, back, context);
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    return withRollback(report, { result: 'notRolledBack', reason: error.message }, context);
  }
}

/** The target was told, and the flag is the consent: for what is applied, and for no deletion. */
function quiet(context: RunContext): RunContext {
  return {
    ...context,
    emit: (event) => {
      if (event.type !== 'target') context.emit(event);
    },
    confirm: () => Promise.resolve('withoutPrune'),
  };
}

function settled(report: Report, back: Report, context: RunContext): Report {
  const { exitCode, error, requests, ms } = back.summary;
  const isOver = exitCode === EXIT.interrupted || exitCode === EXIT.terminated;
  const { summary } = report;
  const whole: Report = {
    ...report,
    warnings: [...report.warnings, ...back.warnings],
    summary: { ...summary, ms: summary.ms + ms, requests, ...(isOver && { exitCode, result: back.summary.result }) },
  };
  const record = back.record === undefined ? {} : { record: back.record };
  return exitCode === EXIT.done
    ? withRollback(whole, { result: 'rolledBack', reason: '', ...record }, context)
    : withRollback(whole, { result: 'failed', reason: error?.message ?? '', ...record }, context);
}

const WORDS: Readonly<Record<ReportedRollback['result'], string>> = {
  rolledBack: 'rolled back: what ran well before this deploy runs again; what only this deploy had was not deleted',
  failed: 'the rollback failed as well',
  notRolledBack: 'not rolled back',
};

function withRollback(report: Report, back: ReportedRollback, { emit }: RunContext): Report {
  const message = `${WORDS[back.result]}${back.reason === '' ? '' : `: ${back.reason}`}`;
  emit({ type: 'warning', message });
  return { ...report, rollback: back, warnings: [...report.warnings, message] };
}
