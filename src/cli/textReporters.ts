/** Who shows a run to people: on the terminal as much as was asked for, and in the log file all of it. */
import { Writable } from 'node:stream';
import { makeTextReporter, type MakeReporterOptions } from '../ui/reporters/makeTextReporter.js';
import type { Reporter } from '../ui/reporters/reporter.js';
import type { Terminal } from '../ui/terminal.js';
import { warnOnStderr } from './reportError.js';
import type { CommandIo } from './io.js';

type Shown = Pick<MakeReporterOptions, 'output' | 'terminal' | 'verb' | 'phases' | 'timestamps'>;

/** What a reporter has of its command. One by one: to spread all would ask for stdin as well, which opens it. */
function streamsOf({ stdout, stderr, env, now, origins, job }: CommandIo) {
  return { stdout, stderr, env, now, origins, job };
}

/** The first one is that of the terminal. */
export async function textReporters(shown: Shown, io: CommandIo): Promise<[Reporter, ...Reporter[]]> {
  const { verbose, quiet, log } = io.talk;
  // Lines in between would tear a table that is redrawn.
  const terminal: Terminal = verbose > 0 ? { ...shown.terminal, reporter: 'lines' } : shown.terminal;
  const first = quiet
    ? await quietReporter(shown, io)
    : await makeTextReporter({ ...streamsOf(io), ...shown, terminal });
  if (log === undefined) return [first];
  return [first, await linesTo(log, { ...shown, terminal: { ...terminal, color: false } }, io)];
}

function linesTo(write: (text: string) => void, shown: Shown, io: CommandIo): Promise<Reporter> {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      write(chunk);
      done();
    },
  });
  const terminal: Terminal = { ...shown.terminal, reporter: 'lines' };
  return makeTextReporter({ ...streamsOf(io), ...shown, terminal, stdout: stream, stderr: stream });
}

/** Warnings as they come; all the rest only where the run did not end well: then nothing of it is too much. */
async function quietReporter(shown: Shown, io: CommandIo): Promise<Reporter> {
  let held = '';
  const lines = await linesTo((text) => (held += text), shown, io);
  const say = (): void => {
    (shown.output === 'text' ? io.stdout : io.stderr).write(held);
    held = '';
  };
  return {
    emit: (event) => {
      if (event.type === 'warning') warnOnStderr(event.message, io);
      else lines.emit(event);
    },
    pause: async () => {
      await lines.pause();
      say();
    },
    finish: async (report) => {
      await lines.finish(report);
      if (report.summary.exitCode !== 0) say();
    },
  };
}
