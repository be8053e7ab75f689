import type { Writable } from 'node:stream';
import type { Phase } from '../engine/events.js';
import { combineReporters, makeJsonReporter } from './jsonReporter.js';
import { makeLinesReporter } from './linesReporter.js';
import type { Reporter } from './reporter.js';
import { makeStyle } from './style.js';
import type { Terminal, TextStream } from './terminal.js';

export interface MakeReporterOptions {
  readonly output: 'text' | 'json';
  readonly terminal: Terminal;
  readonly stdout: Writable & TextStream;
  readonly stderr: Writable & TextStream;
  /** What the run is called in its last line: `deploy`. */
  readonly verb: string;
  /** The phases that the run will go through. */
  readonly phases: readonly Phase[];
  readonly now: () => number;
}

/** The reporter for this output: text on stdout, or the document there and the text on stderr. */
export async function makeReporter(options: MakeReporterOptions): Promise<Reporter> {
  const { output, stdout } = options;
  const text = await makeTextReporter(options);
  return output === 'json' ? combineReporters([text, makeJsonReporter((data) => void stdout.write(data))]) : text;
}

async function makeTextReporter({
  output,
  terminal,
  stdout,
  stderr,
  verb,
  phases,
  now,
}: MakeReporterOptions): Promise<Reporter> {
  const stream = output === 'json' ? stderr : stdout;
  const common = {
    write: (text: string): void => void stream.write(text),
    style: makeStyle(terminal.color),
    verb,
    now,
  };
  if (terminal.reporter === 'lines') {
    return makeLinesReporter({
      ...common,
      schedule: (ms, callback) => {
        const timer = setTimeout(callback, ms).unref();
        return () => clearTimeout(timer);
      },
    });
  }
  // listr2 is read only where it is used.
  const { makeLiveReporter } = await import('./liveReporter.js');
  return makeLiveReporter({
    ...common,
    phases,
    stdout: stream,
    stderr,
    size: () => ({ columns: stream.columns ?? 80, rows: stream.rows ?? 24 }),
  });
}
