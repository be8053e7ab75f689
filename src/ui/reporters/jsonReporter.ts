/** For machines: the whole report as one document (docs/output.md), at the end, and nothing else. */
import type { Report } from '../../engine/run/report.js';
import type { Reporter } from './reporter.js';

/** Prints the report as one document, at the end. `toText` says in which form. */
export function makeJsonReporter(write: (text: string) => void, toText: (report: Report) => Promise<string>): Reporter {
  return {
    emit: () => undefined,
    pause: () => Promise.resolve(),
    finish: async (report) => write(await toText(report)),
  };
}
