/** One run of the engine from a command: its reporter, its signals, its questions, its exit code. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileProblem } from '../files/fileProblem.js';
import type { Emit, Phase, Target } from '../engine/run/events.js';
import type { Answer, Confirmation } from '../engine/run/options.js';
import type { Report } from '../engine/run/report.js';
import type { ExitCode } from '../errors.js';
import { appendTo } from '../files/writeOn.js';
import { hideSecrets } from '../objects/masks.js';
import { makeGithubReporter } from '../ui/ci/githubReporter.js';
import { MOST_SUMMARY_BYTES } from '../ui/ci/githubSummary.js';
import { makeJsonReporter } from '../ui/reporters/jsonReporter.js';
import { makeNdjsonReporter } from '../ui/reporters/ndjsonReporter.js';
import { makeTextWriter } from '../ui/writer.js';
import type { Reporter } from '../ui/reporters/reporter.js';
import { makeStyle } from '../ui/style.js';
import { decideTerminal } from '../ui/terminal.js';
import { annotatesOnGithub, pathInRepository, type Annotate } from './ciSystem.js';
import type { CommandIo, OutputStream } from './io.js';
import { openFlagFile } from './openFlagFile.js';
import { reasonsAsCalled } from './programName.js';
import { reportError } from './reportError.js';
import { documentWriter, isDocument, type DocumentOutput } from './documents/documentText.js';
import { failedReport } from './failedReport.js';
import { listenForStop } from './stopSignals.js';
import { textReporters } from './textReporters.js';

export interface SessionOptions {
  readonly io: CommandIo;
  readonly output: Output;
  readonly color: 'auto' | 'always' | 'never';
  readonly yes: boolean;
  /** `--events-file`. */
  readonly eventsFile: string | undefined;
  readonly annotate: Annotate;
  /** Lines of a log begin with the time of day. */
  readonly timestamps: boolean;
  /** What the run is called in its last line: `deploy`. */
  readonly verb: string;
  /** The phases that the run will go through. */
  readonly phases: readonly Phase[];
  readonly version: string;
}

type Output = 'text' | DocumentOutput | 'ndjson';

/** What the work of a session is handed. */
export interface Session {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly confirm: (confirmation: Confirmation) => Promise<Answer>;
}

/**
 * Runs the work and shows it. An error that it throws ends the run: in text it is said on stderr, for machines it is the
 * `error` of the summary.
 */
export async function runSession(
  options: SessionOptions,
  work: (session: Session) => Promise<Report>,
): Promise<ExitCode> {
  const { io, output, color, verb, phases, version, timestamps } = options;
  const talk = output === 'text' ? io.stdout : io.stderr;
  const terminal = decideTerminal({ stream: talk, env: io.env, color });
  const machines = [...machineReporters(options), ...githubReporters(options, talk)];
  const texts = await textReporters({ output, terminal, verb, phases, timestamps }, io);
  const [text] = texts;
  const stop = listenForStop(io);
  const warnings: string[] = [];
  const startedAt = io.now();
  let target: Target | undefined;
  // Every event and the report pass here: nothing that a reporter gets holds what was learned to be secret.
  const emit: Emit = (told) => {
    const event = hideSecrets(reasonsAsCalled(told, io), io.masks);
    if (event.type === 'warning') warnings.push(event.message);
    if (event.type === 'target') target = event.target;
    for (const reporter of [...texts, ...machines]) reporter.emit(event);
  };
  const confirm = async (confirmation: Confirmation): Promise<Answer> => {
    if (options.yes && confirmation.typed === undefined) return 'agreed';
    await text.pause();
    const { confirmOnTerminal } = await import('./confirmOnTerminal.js');
    return confirmOnTerminal(confirmation, {
      io,
      yes: options.yes,
      target,
      style: makeStyle(terminal.color),
      say: makeTextWriter(talk, io.env),
      input: io.stdin,
      output: talk,
      signal: stop.signal,
      onInterrupt: stop.interrupt,
    });
  };

  try {
    const done = await work({ emit, signal: stop.signal, confirm });
    const report = hideSecrets(reasonsAsCalled(done, io), io.masks);
    const whole = { ...report, warnings: [...new Set([...warnings, ...report.warnings])] };
    for (const reporter of texts) await reporter.finish(whole);
    // What was said on stderr before the run began.
    for (const reporter of machines) await reporter.finish({ ...whole, warnings: [...io.warned, ...whole.warnings] });
    return report.summary.exitCode;
  } catch (error) {
    const report = hideSecrets(
      failedReport(error, { ms: io.now() - startedAt, warnings: [...io.warned, ...warnings] }),
      io.masks,
    );
    const { exitCode, error: failure } = report.summary;
    if (failure !== undefined) emit({ type: 'stopped', failure, exitCode, at: io.now() });
    await text.pause();
    reportError(error, io, version);
    for (const reporter of machines) await reporter.finish(report);
    return exitCode;
  } finally {
    stop.release();
  }
}

/** @throws KapplyError (exit 2) where the events file cannot be written */
function machineReporters({ io, output, eventsFile, version }: SessionOptions): Reporter[] {
  const toStdout = (text: string): void => void io.stdout.write(text);
  const reporters: Reporter[] = [];
  if (isDocument(output))
    reporters.push(makeJsonReporter(toStdout, async (report) => (await documentWriter(output))(report)));
  if (output === 'ndjson') reporters.push(makeNdjsonReporter({ write: toStdout, version, now: io.now }));
  if (eventsFile !== undefined) {
    const write = openFlagFile('--events-file', resolve(io.cwd, eventsFile), io);
    reporters.push(makeNdjsonReporter({ write, version, now: io.now }));
  }
  return reporters;
}

function githubReporters({ io, annotate, verb }: SessionOptions, talk: OutputStream): Reporter[] {
  if (!annotatesOnGithub(annotate, io)) return [];
  const file = io.env.GITHUB_STEP_SUMMARY ?? '';
  const appendSummary = file === '' ? undefined : (markdown: string): void => appendSummaryTo(file, markdown, io);
  const summaryRoom = (): number => MOST_SUMMARY_BYTES - (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const pathOf = (named: string): string | undefined => pathInRepository(named, io);
  return [makeGithubReporter({ write: (text) => void talk.write(text), appendSummary, summaryRoom, verb, pathOf })];
}

/** What was deployed is deployed, whether or not the runner can be told. */
function appendSummaryTo(file: string, markdown: string, { stderr, env }: CommandIo): void {
  try {
    appendTo(file, markdown);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    makeTextWriter(stderr, env)(`warning: GITHUB_STEP_SUMMARY=${file} cannot be written (${fileProblem(code)})\n`);
  }
}
