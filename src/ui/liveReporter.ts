/** For a terminal: the five phases, and below the running one what is waited for. */
import { Listr, ListrLogger, type DefaultRenderer, type ListrTaskWrapper } from 'listr2';
import type { Event, Phase } from '../engine/run/events.js';
import { fitTo } from './columns.js';
import { finalText } from './finalText.js';
import { openFrame, type FrameStream } from './frame.js';
import { frameRenderer } from './frameRenderer.js';
import { LABEL_WIDTH, phaseTitle } from './phaseLine.js';
import { forPeople, targetFirst, type Reporter, type ReporterOptions } from './reporter.js';
import { emptyRunView, foldEvent, type RunView } from './runView.js';
import { cleanLine } from './untrusted.js';
import { deletingTable, waitingTable, type WaitingTableOptions } from './waitingTable.js';
import { holderText, waitedText } from './waitText.js';
import { neutralize } from './writer.js';

export interface LiveReporterOptions extends ReporterOptions {
  /** Those that the run will go through. */
  readonly phases: readonly Phase[];
  /** The terminal. Its size is asked at every drawing: it may change. */
  readonly stream: FrameStream;
  /** What is done to text before it is drawn: marks in ASCII where the locale has no more. */
  readonly spelled?: (text: string) => string;
  /** Milliseconds since the epoch: the clock of the events. */
  readonly now: () => number;
}

/** At most ten drawings a second, by one timer: thousands of events cost as much as one. */
const REDRAW_MS = 100;
/** A person wants to see that something happens. */
const HOLD_MS = 1000;
/** Lines of the screen that belong to the phases and the cursor. */
const OTHER_ROWS = 7;
/** So many notices stand above the table; all of them stand at the end. */
const MOST_NOTICES = 3;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** In front of the table: listr2 trims what is only space. */
const GUTTER = '│ ';
/** Some terminals wrap a line that fills their width. */
const MARGIN = 1;
/** Behind the label of the plan, which has no counts while it waits. */
const LOCK_GAP = '      ';
/** The running phase tells its time from here on. */
const TELLS_TIME_MS = 2000;

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
  /** True for one of its phases that has not been settled: a plan is made anew where another run was there meanwhile. */
  readonly isOpen: (phase: Phase) => boolean;
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
  const said = new Set<string>();

  const enter = (phase: Phase): void => {
    if (segment?.isOpen(phase) === true) return;
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
      if (event.type === 'lockAwaited') enter('plan');
      if (event.type === 'phaseFinished') {
        enter(event.phase);
        segment?.settle(event.phase);
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
      const text = finalText(view, { ...report, warnings }, verb, style);
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

/** Shows these phases, from when `before` resolves until the segment is closed. */
function openSegment(
  phases: readonly Phase[],
  view: RunView,
  { style, stream, now, spelled = (text) => text }: LiveReporterOptions,
  before: Promise<void>,
): Segment {
  const running = new Map<Phase, ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>>();
  const ends = new Map(phases.map((phase) => [phase, deferred()]));

  const width = (): number => (stream.columns ?? 80) - MARGIN;
  const drawn = (line: string): string => spelled(neutralize(line));
  /** What is done stays, whole, and is wrapped where it is long: its end tells of what is pruned, and of the time. */
  const titleOf = (phase: Phase): string => {
    const title = `${phaseTitle(view, phase)}${waitOf(phase)}`;
    const isDone = (view.phases.get(phase)?.state ?? 'running') !== 'running';
    return drawn(isDone ? title : fitTo(title, width() - 2));
  };
  /** How long the phase takes already, and how long it may yet; in front of it, what it waits for. */
  const waitOf = (phase: Phase): string => {
    const { lock } = view;
    if (phase === 'plan' && lock !== undefined)
      return `${LOCK_GAP}waits for another run of set ${lock.set}  ${waitedText(lock, now())}`;
    const seen = view.phases.get(phase);
    const isLong = seen?.state === 'running' && now() - seen.startedAt >= TELLS_TIME_MS;
    return isLong ? `  ${waitedText(seen, now())}` : '';
  };
  const tableOf = (phase: Phase): string => {
    const options = { width: width() - GUTTER.length, rows: 0, style, now: now() };
    const notices = noticeRows(options.width);
    const rows = Math.max(1, (stream.rows ?? 24) - OTHER_ROWS - notices.length);
    const table = phase === 'prune' ? deletingTable : phase === 'plan' ? lockTable : waitingTable;
    return [...notices, ...table(view, { ...options, rows })]
      .map((row) => drawn(`${style.faint(GUTTER)}${row}`))
      .join('\n');
  };
  /** The last that the run warned of, while it runs: all of it stands at the end. */
  const noticeRows = (columns: number): string[] =>
    view.warnings
      .slice(-MOST_NOTICES)
      .map((warning) => fitTo(`${style.warn('warning:')} ${cleanLine(warning)}`, columns));
  const redraw = (): void => {
    for (const [phase, task] of running) {
      task.title = titleOf(phase);
      task.output = tableOf(phase);
    }
  };

  // A list that is drawn below another begins when that one stands.
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
        renderer: frameRenderer(openFrame(stream)),
        exitOnError: false,
        // It would take Ctrl-C for itself, and exit with 127.
        registerSignalListeners: false,
        rendererOptions: {
          // The spinner turns by our own timer.
          lazy: true,
          showErrorMessage: false,
          logger: new ListrLogger({ useIcons: true }),
          icon: {
            PENDING: () => spelled(SPINNER[Math.floor(now() / REDRAW_MS) % SPINNER.length] ?? ''),
            WAITING: spelled('·'),
            COMPLETED: spelled('✔'),
            FAILED: spelled('✖'),
            SKIPPED_WITH_COLLAPSE: spelled('↓'),
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

  const settled = new Set<Phase>();
  return {
    isOpen: (phase) => phases.includes(phase) && !settled.has(phase),
    settle: (phase) => {
      settled.add(phase);
      ends.get(phase)?.resolve();
    },
    close: () => {
      for (const end of ends.values()) end.resolve();
      return finished;
    },
  };
}

/** Who is waited for. */
function lockTable({ lock }: RunView, { width, style, now }: WaitingTableOptions): string[] {
  return lock === undefined ? [] : [fitTo(`${style.faint('◌')} ${holderText(lock, now)}`, width)];
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
