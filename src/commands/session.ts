/** One run of the engine from a command: its reporter, its signals, its questions, its exit code. */
import type { Emit, Phase } from '../engine/events.js';
import type { Answer, Confirmation } from '../engine/options.js';
import type { Report } from '../engine/report.js';
import type { ExitCode } from '../errors.js';
import { confirmationText } from '../ui/confirmationText.js';
import { makeReporter } from '../ui/makeReporter.js';
import { askYesNo } from '../ui/prompt.js';
import { makeStyle } from '../ui/style.js';
import { decideTerminal } from '../ui/terminal.js';
import type { Io } from './io.js';
import { reportError } from './reportError.js';
import { failedReport } from './failedReport.js';
import { listenForStop } from './stopSignals.js';

export interface SessionOptions {
  readonly io: Io;
  readonly output: 'text' | 'json';
  readonly color: 'auto' | 'always' | 'never';
  readonly yes: boolean;
  /** What the run is called in its last line: `deploy`. */
  readonly verb: string;
  /** The phases that the run will go through. */
  readonly phases: readonly Phase[];
  readonly version: string;
}

/** What the work of a session is handed. */
export interface Session {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly confirm: (confirmation: Confirmation) => Promise<Answer>;
}

/**
 * Runs the work and shows it. An error that it throws ends the run: in text it is said on stderr, as JSON it is the
 * document's `summary.error`.
 */
export async function runSession(
  options: SessionOptions,
  work: (session: Session) => Promise<Report>,
): Promise<ExitCode> {
  const { io, output, color, verb, phases, version } = options;
  const terminal = decideTerminal({ stream: output === 'json' ? io.stderr : io.stdout, env: io.env, color });
  const reporter = await makeReporter({ ...io, output, terminal, verb, phases });
  const stop = listenForStop(io);
  const warnings: string[] = [];
  const startedAt = io.now();
  const emit: Emit = (event) => {
    if (event.type === 'warning') warnings.push(event.message);
    reporter.emit(event);
  };
  const confirm = async (confirmation: Confirmation): Promise<Answer> => {
    if (options.yes) return 'agreed';
    if (io.stdin.isTTY !== true || io.stdout.isTTY !== true) return 'impossible';
    await reporter.pause();
    const talk = output === 'json' ? io.stderr : io.stdout;
    talk.write(confirmationText(confirmation, makeStyle(terminal.color)));
    const agreed = await askYesNo(confirmation.question, {
      input: io.stdin,
      output: talk,
      signal: stop.signal,
      onInterrupt: stop.interrupt,
    });
    return agreed ? 'agreed' : 'declined';
  };

  try {
    const report = await work({ emit, signal: stop.signal, confirm });
    await reporter.finish({ ...report, warnings: [...new Set([...warnings, ...report.warnings])] });
    return report.summary.exitCode;
  } catch (error) {
    await reporter.pause();
    const exitCode = reportError(error, io, version);
    if (output === 'json') {
      const report = failedReport(error, exitCode, { ms: io.now() - startedAt, warnings });
      io.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    }
    return exitCode;
  } finally {
    stop.release();
  }
}
