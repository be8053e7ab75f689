/** Runs work to its report: what it emitted, and whatever ended it. */
import { errorInfo, KapplyError, type ExitCode, type ErrorInfo } from '../../errors.js';
import type { Event, Target } from './events.js';
import { foldReport } from './foldReport.js';
import type { PlanOptions, RunContext } from './options.js';
import { PlanRefusedError } from '../plan/refusals/refusal.js';
import { PlanMovedError } from '../planFile/planMovedError.js';
import type { Report } from './report.js';

/** Only a bug rejects: every expected failure is the `stopped` event, and the report's error. */
export async function reported(
  target: Omit<Target, 'context' | 'server'>,
  context: RunContext,
  work: (context: RunContext) => Promise<void>,
  done: 'deployed' | 'deleted' | 'pruned' = 'deployed',
): Promise<Report> {
  const { cluster, now, signal } = context;
  const began = now();
  const events: Event[] = [];
  const say = (event: Event): void => {
    events.push(event);
    context.emit(event);
  };
  let told = 0;
  // What the server warned of is told with the phase in which it did.
  const tellWarnings = (): void => {
    for (const message of cluster.warnings.slice(told)) say({ type: 'warning', message });
    told = cluster.warnings.length;
  };
  const emit = (event: Event): void => {
    if (event.type === 'phaseFinished') tellWarnings();
    say(event);
  };
  const whole: Target = {
    context: cluster.context ?? null,
    server: cluster.server,
    ...target,
    ...(context.protection !== undefined && { protected: true }),
  };
  emit({ type: 'target', target: whole });
  try {
    await work({ ...context, emit });
  } catch (error) {
    const { failure, exitCode } = failureOf(error, signal);
    if (error instanceof PlanRefusedError || error instanceof PlanMovedError) {
      for (const refusal of error.refusals) {
        emit({ type: 'applied', ...refusal, outcome: 'failed', replaces: undefined, changed: [], at: now() });
      }
    }
    emit({ type: 'stopped', failure, exitCode, at: now() });
  }
  tellWarnings();
  return foldReport(events, {
    target: whole,
    done,
    ms: now() - began,
    requests: cluster.requests,
  });
}

function failureOf(error: unknown, signal: AbortSignal): { failure: ErrorInfo; exitCode: ExitCode } {
  // An aborted wait rejects with the signal's reason, whatever was being waited for.
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (!(cause instanceof KapplyError)) throw error;
  return { failure: errorInfo(cause), exitCode: cause.exitCode };
}

/** What a run over a whole set is aimed at. */
export function targetOf(
  { namespace, set, pruneLabel, dryRun }: Pick<PlanOptions, 'namespace' | 'set' | 'pruneLabel' | 'dryRun'>,
  { cluster }: RunContext,
): Omit<Target, 'context' | 'server'> {
  return {
    namespace: namespace ?? cluster.namespace,
    set: set ?? '',
    pruneLabel: pruneLabel ?? null,
    dryRun: dryRun ?? null,
  };
}
