/** How a run is shown. Reporters are folds of the engine's events: the engine knows none of them. */
import type { Event } from '../engine/run/events.js';
import type { Report } from '../engine/run/report.js';
import type { Style } from './style.js';

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
