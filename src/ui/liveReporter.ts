/** For a terminal: the five phases, and below the running one what is not ready yet. Drawn by listr2. */
import type { Writable } from 'node:stream';
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput, type ListrTaskWrapper } from 'listr2';
import type { Event, Phase } from '../engine/run/events.js';
import { fitTo } from './columns.js';
import { formatDuration } from './duration.js';
import { finalText } from './finalText.js';
import { LABEL_WIDTH, phaseTitle } from './phaseLine.js';
import { forPeople, targetFirst, type Reporter, type ReporterOptions } from './reporter.js';
import { emptyRunView, foldEvent, type RunView } from './runView.js';
import { cleanLine } from './untrusted.js';
import { waitingTable } from './waitingTable.js';
import { neutralize } from './writer.js';

export interface LiveReporterOptions extends ReporterOptions {
  /** Those that the run will go through. */
  readonly phases: readonly Phase[];
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Milliseconds since the epoch: the clock of the events. */
  readonly now: () => number;
  /** The terminal's size, asked at every drawing: it may change. */
  readonly size: () => { readonly columns: number; readonly rows: number };
}

/** At most ten drawings a second, by one timer: thousands of events cost as much as one. */
const REDRAW_MS = 100;
/** A person wants to see that something happens. */
const HOLD_MS = 300;
/** Lines of the screen that belong to the phases and the cursor. */
const OTHER_ROWS = 7;
const MOST_ROWS = 12;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** In front of the table: listr2 trims what is only space. */
const GUTTER = '│ ';
/** What listr2 keeps for itself at the right. */
const MARGIN = 2;
/** The running phase tells its time from here on. */
const TELLS_TIME_MS = 2000;

/** listr2 asks process.stdout whether it may draw: that was decided before, and the text may go to stderr. */
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** The target may stand behind rendering, and a question behind planning, so the phases are shown in three lists. */
function segmentsOf(phases: readonly Phase[]): readonly (readonly Phase[])[] {
  const isBefore = (phase: Phase): boolean => phase === 'render' || phase === 'plan';
  return [
    phases.filter((phase) => phase === 'render'),
    phases.filter((phase) => phase === 'plan'),
    phases.filter((phase) => !isBefore(phase)),
  ];
}

interface Segment {
  readonly phases: readonly Phase[];
  readonly redraw: () => void;
  readonly settle: (phase: Phase) => void;
  /** Ends what still runs, drops what has not begun, and resolves when the last drawing stands. */
  readonly close: () => Promise<void>;
}

/** Shows a run on a terminal that can be drawn on. */
export function makeLiveReporter(options: LiveReporterOptions): Reporter {
  const { write, style, verb, phases: shown } = options;
  const segments = segmentsOf(shown);
  const view = emptyRunView();
  let segment: Segment | undefined;
  let before: Promise<void> = Promise.resolve();

  const enter = (phase: Phase): void => {
    if (segment?.phases.includes(phase) === true) return;
    if (segment !== undefined) before = segment.close();
    const phases = segments.find((candidates) => candidates.includes(phase)) ?? [];
    segment = openSegment(phases, view, options, before);
  };
  /** Writes lines below what stands: a list that is being drawn ends first. */
  const say = (lines: readonly string[]): void => {
    before = (segment?.close() ?? before).then(() => write(lines.map((text) => `${text}\n`).join('')));
    segment = undefined;
  };
  const close = async (): Promise<void> => {
    if (segment !== undefined) before = segment.close();
    segment = undefined;
    await before;
  };

  const reporter: Reporter = {
    emit: (event: Event) => {
      foldEvent(view, event);
      if (event.type === 'phaseStarted') enter(event.phase);
      if (event.type === 'phaseFinished') {
        enter(event.phase);
        segment?.settle(event.phase);
      }
      // Between two phases nothing is drawn: whoever waits for a lock wants to know it now.
      if (event.type === 'warning' && ![...view.phases.values()].some(({ state }) => state === 'running')) {
        say([`${style.warn('warning:')} ${cleanLine(event.message)}`]);
      }
    },
    pause: close,
    finish: async (report) => {
      await close();
      const text = finalText(view, report, verb, style);
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

/** Shows these phases, from when `before` resolves until the segment is closed. */
function openSegment(
  phases: readonly Phase[],
  view: RunView,
  { style, stdout, stderr, size, now }: LiveReporterOptions,
  before: Promise<void>,
): Segment {
  const running = new Map<Phase, ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>>();
  const ends = new Map(phases.map((phase) => [phase, deferred()]));

  const titleOf = (phase: Phase): string => {
    const seen = view.phases.get(phase);
    const ms = seen?.state === 'running' ? now() - seen.startedAt : 0;
    const time = ms >= TELLS_TIME_MS ? `  ${formatDuration(ms)}` : '';
    return neutralize(fitTo(`${phaseTitle(view, phase)}${time}`, size().columns - MARGIN - 2));
  };
  const tableOf = (): string => {
    const { columns, rows } = size();
    const width = columns - MARGIN - GUTTER.length;
    const most = Math.min(MOST_ROWS, Math.max(1, rows - OTHER_ROWS));
    const table = [...noticeRows(width), ...waitingTable(view, { width, rows: most, style })];
    return neutralize(table.map((row) => `${style.faint(GUTTER)}${row}`).join('\n'));
  };
  /** The last that the run warned of, while it runs: all of it stands at the end. */
  const noticeRows = (width: number): string[] => {
    const last = view.warnings.at(-1);
    return last === undefined ? [] : [fitTo(`${style.warn('!')} ${cleanLine(last)}`, width)];
  };
  const redraw = (): void => {
    for (const [phase, task] of running) {
      task.title = titleOf(phase);
      task.output = tableOf();
    }
  };

  // Not before the last list has given the stream back: listr2 keeps the stream's write method as it finds it.
  const makeList = (): Listr<unknown, typeof DefaultRenderer, typeof DefaultRenderer> =>
    new Listr(
      phases.map((phase) => ({
        title: titleOf(phase),
        task: async (_context, task) => {
          running.set(phase, task);
          redraw();
          await ends.get(phase)?.promise;
          running.delete(phase);
          task.title = titleOf(phase);
          const state = view.phases.get(phase)?.state;
          if (state === undefined) task.skip(`${task.title.padEnd(LABEL_WIDTH)}not reached`);
          if (state === 'skipped') task.skip(task.title);
          if (state === 'failed' || (state === 'running' && view.stopped !== undefined)) throw new Error(task.title);
        },
      })),
      {
        renderer: TerminalRenderer,
        exitOnError: false,
        // It would take Ctrl-C for itself, and exit with 127.
        registerSignalListeners: false,
        rendererOptions: {
          lazy: true,
          indentation: 0,
          formatOutput: 'truncate',
          showErrorMessage: false,
          logger: new ListrLogger({
            useIcons: true,
            processOutput: new ProcessOutput(stdout as never, stderr as never),
          }),
          icon: {
            PENDING: () => SPINNER[Math.floor(now() / REDRAW_MS) % SPINNER.length] ?? '',
            WAITING: '·',
            COMPLETED: '✔',
            FAILED: '✖',
            SKIPPED_WITH_COLLAPSE: '↓',
            OUTPUT: '',
          },
          color: {
            PENDING: (text = '') => style.changed(text),
            WAITING: (text = '') => style.faint(text),
            COMPLETED: (text = '') => style.good(text),
            FAILED: (text = '') => style.bad(text),
            SKIPPED_WITH_COLLAPSE: (text = '') => style.faint(text),
          },
        },
      },
    );
  const timer = setInterval(redraw, REDRAW_MS);
  const finished = before
    .then(() => makeList().run())
    .then(() => undefined)
    .finally(() => clearInterval(timer));

  return {
    phases,
    redraw,
    settle: (phase) => ends.get(phase)?.resolve(),
    close: () => {
      for (const end of ends.values()) end.resolve();
      return finished;
    },
  };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
