/** For logs and pipes: one line for each transition, and never a line that is taken back. */
import type { ApplyOutcome, Event, ObjectStatus, PruneOutcome } from '../../engine/run/events.js';
import type { RunSummary } from '../../engine/run/runSummary.js';
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { formatDuration } from '../duration.js';
import { logLine } from './logLine.js';
import { finalText } from '../run/finalText.js';
import { makeLineJoiner } from './lineJoiner.js';
import { phaseLine } from '../run/phaseLine.js';
import { statusLine } from '../run/progressText.js';
import { failsIn, lockText, timeLeft } from '../run/waitText.js';
import { forPeople, targetFirst, type Reporter, type ReporterOptions } from './reporter.js';
import { beginAgain, foldEvent } from '../run/foldEvent.js';
import { emptyRunView, type RunView } from '../run/runView.js';
import { failedPart } from '../run/finalPart.js';
import { isAcrossNamespaces } from '../run/askedOfView.js';
import { cleanLine, cleanLines } from '../untrusted.js';
import { notReady } from '../run/waitingTable.js';

export interface LinesReporterOptions extends ReporterOptions {
  /** Milliseconds since the epoch: the clock of the events. */
  readonly now: () => number;
  /** Lines begin with the time of day in UTC, instead of the time since the run began. */
  readonly timestamps?: boolean;
  /** Calls back once after so many ms, unless cancelled. Must not keep the process alive. */
  readonly schedule: (ms: number, callback: () => void) => () => void;
}

/** A CI system takes a job that says nothing for dead. */
const HEARTBEAT_MS = 30_000;
/** Nobody watches a log: its first line can wait for a slow rendering. */
const HOLD_MS = 10_000;
/** So many are told of in a sign of life. */
const MOST_WAITING = 3;

/** Shows a run in a log: one line for each transition. */
export function makeLinesReporter(options: LinesReporterOptions): Reporter {
  const { write, style, verb, schedule } = options;
  const view = emptyRunView();
  /** The last that was heard of each object: what does not change is not said again. */
  const heard = new Map<string, string>();
  const warned = new Set<string>();
  const { line, quiet } = makeTimedLine(view, options, () => flush());
  const { join, flush } = makeLineJoiner({ line, schedule });

  const name = (id: ObjectId): string => formatId(id, isAcrossNamespaces(view));

  const sayStatus = (status: ObjectStatus, at: number, isSettled: boolean): void => {
    const key = keyOf(status.id);
    const text = statusText(view, status, isSettled);
    // An object that never had to be waited for was named when it was applied.
    const isNews = heard.has(key) ? heard.get(key) !== text : status.status !== 'Current' || status.ready !== undefined;
    if (isNews) join(at, { after: text }, key, name(status.id));
    heard.set(key, text);
  };

  const sayWarning = makeWarner(options, { warned, line, flush });

  const emit = (event: Event): void => {
    foldEvent(view, event);
    switch (event.type) {
      case 'phaseFinished':
        flush();
        line(event.at, phaseLine(view, event.phase, style));
        return;
      case 'applied':
        if (event.outcome === 'unchanged') return;
        join(event.at, { before: APPLY_WORDS[event.outcome] ?? event.outcome }, keyOf(event.id), name(event.id));
        return;
      case 'status':
      case 'settled':
        sayStatus(event.status, event.at, event.type === 'settled');
        return;
      case 'lockAwaited':
      case 'log':
        flush();
        line(event.at, event.type === 'log' ? logLine(event, style) : lockText(view, event.at));
        return;
      case 'deleting':
        join(event.at, { after: event.message }, keyOf(event.id), `deleting ${name(event.id)}`);
        return;
      case 'pruned':
        if (event.outcome === 'kept') return;
        join(event.at, { before: pruneWords(event.outcome, view) }, keyOf(event.id), name(event.id));
        return;
      case 'warning':
        sayWarning(event.message);
        return;
      case 'rollingBack':
        flush();
        heard.clear();
        writeFailure(view, event.summary, options);
        return;
      case 'target':
      case 'phaseStarted':
      case 'rendered':
      case 'planned':
      case 'recorded':
      case 'stopped':
        return;
    }
  };

  const pause = (): Promise<void> => {
    flush();
    quiet();
    return Promise.resolve();
  };
  const reporter: Reporter = {
    emit,
    pause,
    finish: async (report) => {
      await pause();
      const unsaid = report.warnings.filter((warning) => !warned.has(warning));
      const text = finalText(view, { ...report, warnings: unsaid }, verb, style);
      if (text !== '') write(`\n${text}`);
    },
  };
  const announce = (lines: readonly string[]): void => lines.forEach((text) => write(`${text}\n`));
  return forPeople(targetFirst(reporter, options, { announce, schedule, holdMs: HOLD_MS }));
}

/** Says each warning once: its first line with its time, the others below it. Whoever waits for a lock wants to know it now. */
function makeWarner(
  { write, style, now }: LinesReporterOptions,
  log: {
    readonly warned: Set<string>;
    readonly line: (at: number, text: string) => void;
    readonly flush: () => void;
  },
): (message: string) => void {
  return (message) => {
    if (log.warned.has(message)) return;
    log.warned.add(message);
    log.flush();
    const [first = '', ...more] = cleanLines(message);
    log.line(now(), `${style.warn('warning:')} ${first}`);
    for (const rest of more) write(`${' '.repeat(8)}  ${rest}\n`);
  };
}

/** How the deploy failed is said before its rollback is shown. */
function writeFailure(view: RunView, summary: RunSummary, { write, verb, style }: LinesReporterOptions): void {
  write(`\n${finalText(view, failedPart(view, summary), verb, style)}\nRolling back\n`);
  beginAgain(view);
}

/** Writes lines with their time, and a sign of life where none was written for long, after `beforeSign`. `quiet` ends that. */
function makeTimedLine(
  view: RunView,
  { write, style, now, schedule, timestamps = false }: LinesReporterOptions,
  beforeSign: () => void,
): { readonly line: (at: number, text: string) => void; readonly quiet: () => void } {
  let cancel = (): void => undefined;
  const line = (at: number, text: string): void => {
    const time = timestamps ? new Date(at).toISOString() : formatDuration(at - (view.startedAt ?? at)).padStart(6);
    write(`${style.faint(time)}  ${text}\n`);
    cancel();
    cancel = schedule(HEARTBEAT_MS, () => {
      beforeSign();
      line(now(), heartbeat(view, now()));
    });
  };
  return { line, quiet: () => cancel() };
}

const APPLY_WORDS: Readonly<Partial<Record<ApplyOutcome, string>>> = { failed: 'refused', skipped: 'not sent' };

function statusText(view: RunView, status: ObjectStatus, isSettled: boolean): string {
  const { ready } = status;
  if (status.status === 'Current') return ready === undefined ? 'ready' : `ready ${ready.have}/${ready.want}`;
  if (!isSettled) return statusLine(view, status);
  return `${status.status === 'Failed' ? 'FAILED' : 'TIMED OUT'}: ${statusLine(view, status)}`;
}

/** A dry run deletes nothing, and must not read as if it did. */
function pruneWords(outcome: PruneOutcome, { target }: RunView): string {
  const isDryRun = target !== undefined && target.dryRun !== null;
  if (outcome === 'deleted') return isDryRun ? 'would delete' : 'deleted';
  if (outcome === 'failed') return isDryRun ? 'could not delete' : 'not deleted';
  return outcome;
}

function heartbeat(view: RunView, now: number): string {
  if (view.lock !== undefined) return `still ${lockText(view, now)}`;
  const going = [...view.deleting.values()].map(({ id, message }) => {
    return `${formatId(id, isAcrossNamespaces(view))} ${cleanLine(message)}`.trimEnd();
  });
  if (going.length > 0) return `still deleting: ${fewOf(going)}`;
  const waiting = notReady(view);
  if (waiting.length === 0) return 'still working';
  const words = waiting.map((status) => {
    const fails = status.failsAt === undefined ? '' : ` (${failsIn(status.failsAt, now)})`;
    return `${formatId(status.id, isAcrossNamespaces(view))} ${statusText(view, status, false)}${fails}`;
  });
  const until = view.phases.get('rollout')?.until;
  const left = until === undefined ? '' : `, ${timeLeft(until, now)}`;
  return `still waiting${left}: ${fewOf(words)}`;
}

/** The worst first: the others are counted. */
function fewOf(words: readonly string[]): string {
  const more = words.length > MOST_WAITING ? `; and ${words.length - MOST_WAITING} more` : '';
  return `${words.slice(0, MOST_WAITING).join('; ')}${more}`;
}
