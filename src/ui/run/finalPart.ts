/** What the text at the end of a run is made of. */
import type { Target } from '../../engine/run/events.js';
import type { Report } from '../../engine/run/report.js';
import type { RunSummary } from '../../engine/run/runSummary.js';
import type { RunView } from './runView.js';

/** What is said of a run that failed before its rollback is: its warnings stand above already. */
export function failedPart({ target }: RunView, summary: RunSummary): FinalPart {
  const dryRun = target?.dryRun ?? null;
  return { target: { dryRun }, warnings: [], summary };
}

/** The parts of a report that stand at the end of a run. */
export interface FinalPart extends Pick<Report, 'rollback'> {
  readonly target: Pick<Target, 'dryRun'>;
  readonly warnings: readonly string[];
  readonly summary: RunSummary;
}
