/** For machines: the whole report as one document (docs/output.md), at the end, and nothing else. */
import type { Reporter } from './reporter.js';

/** Prints the report as one document, at the end. */
export function makeJsonReporter(write: (text: string) => void): Reporter {
  return {
    emit: () => undefined,
    pause: () => Promise.resolve(),
    finish: (report) => {
      write(`${JSON.stringify(report, undefined, 2)}\n`);
      return Promise.resolve();
    },
  };
}
