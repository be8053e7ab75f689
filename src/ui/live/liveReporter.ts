/** For a terminal: the five phases, and below the running one what is waited for. */
import type { Event, Phase } from '../../engine/run/events.js';
import { wrapTo } from '../columns.js';
import { finalText } from '../run/finalText.js';
import { openSegment, type Segment, type SegmentOptions } from './liveSegment.js';
import { forPeople, targetFirst, type Reporter, type ReporterOptions } from '../reporters/reporter.js';
import { beginAgain, foldEvent } from '../run/foldEvent.js';
import { emptyRunView, type RunView } from '../run/runView.js';
import { failedPart } from '../run/finalPart.js';
import { logLine } from '../reporters/logLine.js';
import { cleanLine } from '../untrusted.js';

export interface LiveReporterOptions extends ReporterOptions, SegmentOptions {
  /** Those that the run will go through. */
  readonly phases: readonly Phase[];
}

/** A person wants to see that something happens. */
const HOLD_MS = 1000;

/** The target may stand behind rendering, and a question behind planning, so the phases are shown in three lists. */
function segmentsOf(phases: readonly Phase[]): readonly (readonly Phase[])[] {
  const isBefore = (phase: Phase): boolean => phase === 'render' || phase === 'plan';
  return [
    phases.filter((phase) => phase === 'render'),
    phases.filter((phase) => phase === 'plan'),
    phases.filter((phase) => !isBefore(phase)),
  ];
}

/** Shows a run on a terminal that can be drawn on. */
export function makeLiveReporter(options: LiveReporterOptions): Reporter {
  const { write, style, verb, stream, phases: shown } = options;
  const segments = segmentsOf(shown);
  const view = emptyRunView();
  let segment: Segment | undefined;
  let before: Promise<void> = Promise.resolve();
  const said = new Set<string>();

  const enter = (phase: Phase): void => {
    if (segment?.isOpen(phase) === true) return;
    if (segment !== undefined) before = segment.close();
    const phases = segments.find((candidates) => candidates.includes(phase)) ?? [];
    segment = openSegment(phases, view, options, before);
  };
  /** Writes below what stands: a list that is being drawn ends first. */
  const put = (text: string): void => {
    before = (segment?.close() ?? before).then(() => write(text));
    segment = undefined;
  };
  const say = (lines: readonly string[]): void =>
    put(lines.map((text) => `${wrapTo(text, stream.columns)}\n`).join(''));
  const close = async (): Promise<void> => {
    if (segment !== undefined) before = segment.close();
    segment = undefined;
    await before;
  };

  const reporter: Reporter = {
    emit: (event: Event) => {
      foldEvent(view, event);
      if (event.type === 'phaseStarted') enter(event.phase);
      if (event.type === 'lockAwaited') enter('plan');
      if (event.type === 'phaseFinished') {
        enter(event.phase);
        segment?.settle(event.phase);
      }
      if (event.type === 'log') {
        const line = logLine(event, style);
        if (segment === undefined) say([line]);
        else segment.print([line]);
      }
      if (event.type === 'rollingBack') {
        put(`\n${finalText(view, failedPart(view, event.summary), verb, style, stream.columns)}\nRolling back\n`);
        beginAgain(view);
      }
      // Between two phases nothing is drawn: it is said below them.
      if (event.type === 'warning' && !isRunning(view) && !said.has(event.message)) {
        said.add(event.message);
        say([`${style.warn('warning:')} ${cleanLine(event.message)}`]);
      }
    },
    pause: close,
    finish: async (report) => {
      await close();
      const warnings = report.warnings.filter((warning) => !said.has(warning));
      const text = finalText(view, { ...report, warnings }, verb, style, stream.columns);
      if (text !== '') write(`\n${text}`);
    },
  };
  return forPeople(
    targetFirst(reporter, options, {
      announce: say,
      holdMs: HOLD_MS,
      schedule: (ms, callback) => {
        const timer = setTimeout(callback, ms).unref();
        return () => clearTimeout(timer);
      },
    }),
  );
}

function isRunning({ phases, lock }: RunView): boolean {
  return lock !== undefined || [...phases.values()].some(({ state }) => state === 'running');
}
