/** For logs and pipes: one line for each transition, and never a line that is taken back. */
import type { ApplyOutcome, Event, ObjectStatus, PruneOutcome } from '../engine/run/events.js';
import { formatId, keyOf, type ObjectId } from '../objects/object.js';
import { formatDuration } from './duration.js';
import { finalText } from './finalText.js';
import { phaseLine } from './phaseLine.js';
import { statusLine } from './progressText.js';
import { failsIn, lockText, timeLeft } from './waitText.js';
import { forPeople, targetFirst, type Reporter, type ReporterOptions } from './reporter.js';
import { emptyRunView, foldEvent, isAcrossNamespaces, type RunView } from './runView.js';
import { cleanLine, cleanLines } from './untrusted.js';
import { notReady } from './waitingTable.js';

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
const JOIN_MS = 1000;
/** Nobody watches a log: its first line can wait for a slow rendering. */
const HOLD_MS = 10_000;
/** More objects than this in one line are counted. The end of the run names all of them. */
const MOST_NAMES = 8;
/** So many are told of in a sign of life. */
const MOST_WAITING = 3;

/** What is said of objects: in front of their names (`created`), or behind them (`ready 3/3`). */
type Words = { readonly before: string } | { readonly after: string };

/** What happened within one second: of which objects (names by key) the same is said. */
interface Said {
  readonly words: Words;
  readonly names: Map<string, string>;
}

/** Shows a run in a log: one line for each transition. */
export function makeLinesReporter(options: LinesReporterOptions): Reporter {
  const { write, style, verb, now, schedule, timestamps = false } = options;
  const view = emptyRunView();
  /** The last that was heard, and that was said, of each object: what does not change is not said again. */
  const heard = new Map<string, string>();
  const said = new Map<string, string>();
  const warned = new Set<string>();
  let pending = new Map<string, Said>();
  let pendingSince = 0;
  let cancelHeartbeat = (): void => undefined;
  let cancelFlush = (): void => undefined;

  const line = (at: number, text: string): void => {
    const time = timestamps ? new Date(at).toISOString() : formatDuration(at - (view.startedAt ?? at)).padStart(6);
    write(`${style.faint(time)}  ${text}\n`);
    cancelHeartbeat();
    cancelHeartbeat = schedule(HEARTBEAT_MS, () => {
      flush();
      line(now(), heartbeat(view, now()));
    });
  };

  const flush = (): void => {
    cancelFlush();
    if (pending.size === 0) return;
    for (const { words, names } of pending.values()) {
      if ('before' in words) continue;
      // It was something else for less than a second.
      for (const key of names.keys()) if (said.get(key) === words.after) names.delete(key);
      for (const key of names.keys()) said.set(key, words.after);
    }
    const parts = [...pending.values()].filter(({ names }) => names.size > 0).map(saidText);
    pending = new Map();
    if (parts.length > 0) line(pendingSince, parts.join('; '));
  };

  const join = (at: number, words: Words, key: string, name: string): void => {
    if (pending.size > 0 && Math.floor(at / JOIN_MS) !== Math.floor(pendingSince / JOIN_MS)) flush();
    if (pending.size === 0) {
      pendingSince = at;
      cancelFlush = schedule(JOIN_MS, flush);
    }
    // Of several states of one object, the last counts.
    if ('after' in words) for (const said of pending.values()) if ('after' in said.words) said.names.delete(key);
    const what = JSON.stringify(words);
    const said = pending.get(what) ?? { words, names: new Map<string, string>() };
    said.names.set(key, name);
    pending.set(what, said);
  };

  const name = (id: ObjectId): string => formatId(id, isAcrossNamespaces(view));

  const sayStatus = (status: ObjectStatus, at: number, isSettled: boolean): void => {
    const key = keyOf(status.id);
    const text = statusText(view, status, isSettled);
    // An object that never had to be waited for was named when it was applied.
    const isNews = heard.has(key) ? heard.get(key) !== text : status.status !== 'Current' || status.ready !== undefined;
    if (isNews) join(at, { after: text }, key, name(status.id));
    heard.set(key, text);
  };

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
        sayStatus(event.status, event.at, false);
        return;
      case 'settled':
        sayStatus(event.status, event.at, true);
        return;
      case 'lockAwaited':
        flush();
        line(event.at, lockText(view, event.at));
        return;
      case 'deleting':
        join(event.at, { after: event.message }, keyOf(event.id), `deleting ${name(event.id)}`);
        return;
      case 'pruned':
        if (event.outcome === 'kept') return;
        join(event.at, { before: pruneWords(event.outcome, view) }, keyOf(event.id), name(event.id));
        return;
      case 'warning': {
        // Whoever waits for a lock wants to know it now.
        if (warned.has(event.message)) return;
        warned.add(event.message);
        flush();
        const [first = '', ...more] = cleanLines(event.message);
        line(now(), `${style.warn('warning:')} ${first}`);
        for (const rest of more) write(`${' '.repeat(8)}  ${rest}\n`);
        return;
      }
      case 'target':
      case 'phaseStarted':
      case 'rendered':
      case 'planned':
      case 'stopped':
        return;
    }
  };

  const reporter: Reporter = {
    emit,
    pause: () => {
      flush();
      cancelHeartbeat();
      return Promise.resolve();
    },
    finish: (report) => {
      flush();
      cancelHeartbeat();
      const unsaid = report.warnings.filter((warning) => !warned.has(warning));
      const text = finalText(view, { ...report, warnings: unsaid }, verb, style);
      if (text !== '') write(`\n${text}`);
      return Promise.resolve();
    },
  };
  const announce = (lines: readonly string[]): void => write(lines.map((text) => `${text}\n`).join(''));
  return forPeople(targetFirst(reporter, options, { announce, schedule, holdMs: HOLD_MS }));
}

const APPLY_WORDS: Readonly<Partial<Record<ApplyOutcome, string>>> = { failed: 'refused', skipped: 'not sent' };

/** `created ConfigMap/a, ConfigMap/b and 4 more`, `Deployment/web ready 3/3` */
function saidText({ words, names }: Said): string {
  const all = [...names.values()];
  const more = all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : '';
  const shown = `${all.slice(0, MOST_NAMES).join(', ')}${more}`;
  return ('before' in words ? `${words.before} ${shown}` : `${shown} ${words.after}`).trimEnd();
}

function statusText(view: RunView, status: ObjectStatus, isSettled: boolean): string {
  const { ready } = status;
  if (status.status === 'Current') return ready === undefined ? 'ready' : `ready ${ready.have}/${ready.want}`;
  if (!isSettled) return cleanLine(status.message);
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
