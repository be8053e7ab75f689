/** Some phases of a live run, drawn by listr2 until they are closed. */
import { Listr, ListrLogger, type DefaultRenderer, type ListrTask, type ListrTaskWrapper } from 'listr2';
import type { Phase } from '../../engine/run/events.js';
import { fitTo } from '../columns.js';
import { openFrame, sizeOf, type Frame, type FrameStream } from './frame.js';
import { frameRenderer } from './frameRenderer.js';
import { ICON_WIDTH, phaseRow, phaseTable, type Screen } from './livePhase.js';
import { LABEL_WIDTH } from '../run/phaseLine.js';
import type { RunView } from '../run/runView.js';
import type { Style } from '../style.js';
import type { ShellJob } from '../terminal.js';
import { neutralize } from '../writer.js';

export interface SegmentOptions {
  readonly style: Style;
  /** The terminal. Its size is asked at every drawing: it may change. */
  readonly stream: FrameStream;
  /** What is done to text before it is drawn: marks in ASCII where the locale has no more. */
  readonly spelled?: (text: string) => string;
  /** Milliseconds since the epoch: the clock of the events. */
  readonly now: () => number;
  /** The shell that may stop the run, or leave it behind; absent where none can. */
  readonly job?: ShellJob | undefined;
}

export interface Segment {
  /** True for one of its phases that has not been settled: a plan is made anew where another run was there meanwhile. */
  readonly isOpen: (phase: Phase) => boolean;
  readonly settle: (phase: Phase) => void;
  /** Puts lines above what is drawn, with the next drawing. */
  readonly print: (lines: readonly string[]) => void;
  /** Ends what still runs, drops what has not begun, and resolves when the last drawing stands. */
  readonly close: () => Promise<void>;
}

/** At most ten drawings a second, by one timer: thousands of events cost as much as one. */
const REDRAW_MS = 100;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Some terminals wrap a line that fills their width. */
const MARGIN = 1;

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>;

/** Shows these phases, from when `before` resolves until the segment is closed. */
export function openSegment(
  phases: readonly Phase[],
  view: RunView,
  options: SegmentOptions,
  before: Promise<void>,
): Segment {
  const running = new Map<Phase, Task>();
  const ends = new Map(phases.map((phase) => [phase, deferred()]));
  const frame = openFrame(options.stream, options.job?.isInForeground);
  const release = options.job?.onContinue(frame.leave);
  const spelled = options.spelled ?? ((text: string): string => text);
  let toPrint: string[] = [];
  let isDrawing = false;
  const printNow = (): void => {
    if (!isDrawing || toPrint.length === 0) return;
    frame.print(toPrint.map((line) => spelled(neutralize(line))));
    toPrint = [];
  };
  const redraw = (): void => {
    printNow();
    const screen = screenOf(options);
    for (const [phase, task] of running) {
      task.title = phaseRow(view, phase, screen);
      task.output = phaseTable(view, phase, screen);
    }
  };
  const taskOf = (phase: Phase): ListrTask<unknown, typeof DefaultRenderer, typeof DefaultRenderer> => ({
    title: phaseRow(view, phase, screenOf(options)),
    task: async (_context, task) => {
      running.set(phase, task);
      redraw();
      await ends.get(phase)?.promise;
      running.delete(phase);
      task.title = phaseRow(view, phase, screenOf(options));
      concludeTask(task, view, phase, screenOf(options).width - ICON_WIDTH);
    },
  });
  const timer = setInterval(redraw, REDRAW_MS);
  const finished = before
    // A list that is drawn below another begins when that one stands.
    .then(async () => {
      isDrawing = true;
      await new Listr(phases.map(taskOf), listOptions(options, frame)).run();
    })
    .finally(() => {
      clearInterval(timer);
      release?.();
      printNow();
    });
  const settled = new Set<Phase>();
  return {
    isOpen: (phase) => phases.includes(phase) && !settled.has(phase),
    settle: (phase) => {
      settled.add(phase);
      ends.get(phase)?.resolve();
    },
    print: (lines) => void toPrint.push(...lines),
    close: () => {
      printNow();
      for (const end of ends.values()) end.resolve();
      return finished;
    },
  };
}

function screenOf({ stream, style, now, spelled = (text) => text }: SegmentOptions): Screen {
  const { columns, rows } = sizeOf(stream);
  return { width: columns - MARGIN, rows, style, now: now(), spelled };
}

function concludeTask(task: Task, view: RunView, phase: Phase, width: number): void {
  const state = view.phases.get(phase)?.state;
  if (state === undefined) task.skip(fitTo(`${task.title.padEnd(LABEL_WIDTH)}not reached`, width));
  if (state === 'skipped') task.skip(task.title);
  if (state === 'failed' || (state === 'running' && view.stopped !== undefined)) throw new Error(task.title);
}

function listOptions({ style, now, spelled = (text) => text }: SegmentOptions, frame: Frame) {
  return {
    renderer: frameRenderer(frame),
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
  };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
