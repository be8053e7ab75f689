/** For machines: the whole report as one document (docs/output.md), at the end, and nothing else. */
import type { Reporter } from './reporter.js';

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

/** Several reporters that see the same run: text for people on stderr beside a document for machines on stdout. */
export function combineReporters(reporters: readonly Reporter[]): Reporter {
  const all = async (call: (reporter: Reporter) => Promise<void>): Promise<void> => {
    for (const reporter of reporters) await call(reporter);
  };
  return {
    emit: (event) => {
      for (const reporter of reporters) reporter.emit(event);
    },
    pause: () => all((reporter) => reporter.pause()),
    finish: (report) => all((reporter) => reporter.finish(report)),
  };
}
