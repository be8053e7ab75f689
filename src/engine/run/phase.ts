import { KapplyError } from '../../errors.js';
import type { Phase } from './events.js';
import type { RunContext } from './options.js';

type PhaseContext = Pick<RunContext, 'emit' | 'now'>;

/** Runs one phase between its two events. `timeoutMs`: after which its wait is given up, where it has one. */
export async function runPhase<T>(
  phase: Phase,
  total: number | undefined,
  { emit, now }: PhaseContext,
  work: () => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  emit({ type: 'phaseStarted', phase, total, ...(timeoutMs !== undefined && { until: now() + timeoutMs }), at: now() });
  try {
    const result = await work();
    emit({ type: 'phaseFinished', phase, outcome: 'done', note: '', at: now() });
    return result;
  } catch (error) {
    const note = error instanceof KapplyError ? error.message : 'failed';
    emit({ type: 'phaseFinished', phase, outcome: 'failed', note, at: now() });
    throw error;
  }
}

/** Tells that a phase does not take place, and why. */
export function skipPhase(phase: Phase, note: string, { emit, now }: PhaseContext): void {
  emit({ type: 'phaseFinished', phase, outcome: 'skipped', note, at: now() });
}
