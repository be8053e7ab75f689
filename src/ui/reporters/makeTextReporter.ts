import type { Writable } from 'node:stream';
import type { Phase } from '../../engine/run/events.js';
import { makeLinesReporter } from './linesReporter.js';
import type { Reporter } from './reporter.js';
import { makeStyle } from '../style.js';
import type { ShellJob, Terminal, TextStream } from '../terminal.js';
import { spellingFor, makeTextWriter } from '../writer.js';

export interface MakeReporterOptions {
  readonly output: 'text' | 'json' | 'yaml' | 'name' | 'ndjson';
  readonly terminal: Terminal;
  readonly stdout: Writable & TextStream;
  readonly stderr: Writable & TextStream;
  /** What the run is called in its last line: `deploy`. */
  readonly verb: string;
  /** The phases that the run will go through. */
  readonly phases: readonly Phase[];
  /** Lines of a log begin with the time of day. */
  readonly timestamps: boolean;
  readonly now: () => number;
  readonly origins: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly job?: ShellJob | undefined;
}

/** The reporter for people: on stdout, or on stderr where stdout is for a machine. */
export async function makeTextReporter({
  output,
  terminal,
  stdout,
  stderr,
  verb,
  phases,
  timestamps,
  now,
  origins,
  env,
  job,
}: MakeReporterOptions): Promise<Reporter> {
  const stream = output === 'text' ? stdout : stderr;
  const common = {
    write: makeTextWriter(stream, env),
    style: makeStyle(terminal.color),
    verb,
    now,
    origins,
  };
  if (terminal.reporter === 'lines') {
    return makeLinesReporter({
      ...common,
      timestamps,
      schedule: (ms, callback) => {
        const timer = setTimeout(callback, ms).unref();
        return () => clearTimeout(timer);
      },
    });
  }
  // listr2 is read only where it is used.
  const { makeLiveReporter } = await import('../live/liveReporter.js');
  return makeLiveReporter({
    ...common,
    phases,
    stream,
    spelled: spellingFor(env),
    job,
  });
}
