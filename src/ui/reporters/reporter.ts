/** How a run is shown. Reporters are folds of the engine's events: the engine knows none of them. */
import type { Event } from '../../engine/run/events.js';
import type { Report } from '../../engine/run/report.js';
import type { Style } from '../style.js';
import { targetLines } from '../targetText.js';
import { harmless } from '../untrusted.js';

export interface Reporter {
  emit(event: Event): void;
  /** Leaves the screen to somebody else (a question) until the next event. */
  pause(): Promise<void>;
  /** Says how it ended. No event comes after it. */
  finish(report: Report): Promise<void>;
}

export interface ReporterOptions {
  readonly write: (text: string) => void;
  readonly style: Style;
  /** What the run is called in its first and its last line: `deploy`. */
  readonly verb: string;
  /** Where values of flags came from that the command line does not have. */
  readonly origins?: ReadonlyMap<string, string>;
}

/** A reporter for people: whatever it is told, it gets made harmless. One for machines needs none of it: JSON escapes. */
export function forPeople(reporter: Reporter): Reporter {
  return {
    emit: (event) => reporter.emit(harmless(event)),
    pause: () => reporter.pause(),
    finish: (report) => reporter.finish(harmless(report)),
  };
}

export interface TargetFirstOptions {
  /** Says the first lines. */
  readonly announce: (lines: readonly string[]) => void;
  /** If rendering takes longer than this, in ms, it is shown before it is known where the run goes. */
  readonly holdMs: number;
  /** Calls back once after so many ms, unless cancelled. */
  readonly schedule: (ms: number, callback: () => void) => () => void;
}

/**
 * The first line says where the run goes, which is known only when its input is read: what happens until then is held back for
 * a moment.
 */
export function targetFirst(
  reporter: Reporter,
  { verb, style, origins = new Map<string, string>() }: ReporterOptions,
  { announce, holdMs, schedule }: TargetFirstOptions,
): Reporter {
  let held: Event[] | undefined = [];
  let cancel = (): void => undefined;
  const release = (): void => {
    cancel();
    const events = held ?? [];
    held = undefined;
    for (const event of events) reporter.emit(event);
  };
  return {
    emit: (event) => {
      if (event.type === 'target') {
        announce(targetLines(verb, event.target, origins, style));
        reporter.emit(event);
        release();
        return;
      }
      if (held === undefined) {
        reporter.emit(event);
        return;
      }
      if (held.length === 0) cancel = schedule(holdMs, release);
      held.push(event);
    },
    pause: () => {
      release();
      return reporter.pause();
    },
    finish: (report) => {
      release();
      return reporter.finish(report);
    },
  };
}
