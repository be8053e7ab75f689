/** How a run is shown. Reporters are folds of the engine's events: the engine knows none of them. */
import type { Event } from '../engine/run/events.js';
import type { Report } from '../engine/run/report.js';
import type { Style } from './style.js';
import { harmless } from './untrusted.js';

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
  /** What the run is called in its last line: `deploy`. */
  readonly verb: string;
}

/** A reporter for people: whatever it is told, it gets made harmless. One for machines needs none of it: JSON escapes. */
export function forPeople({ emit, pause, finish }: Reporter): Reporter {
  return {
    emit: (event) => emit(harmless(event)),
    pause,
    finish: (report) => finish(harmless(report)),
  };
}
