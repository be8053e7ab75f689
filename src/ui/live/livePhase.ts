/** One phase of a live run as it is drawn: its line, and below it what is waited for. Pure over the view and the screen. */
import type { Phase } from '../../engine/run/events.js';
import { fitFirst, fitLines, wrapTo } from '../columns.js';
import { LABEL_WIDTH, phaseTitle } from '../run/phaseLine.js';
import type { RunView } from '../run/runView.js';
import type { Style } from '../style.js';
import { cleanLine } from '../untrusted.js';
import { deletingTable, waitingTable, type WaitingTableOptions } from '../run/waitingTable.js';
import { holderText, timeLeft, waitedText } from '../run/waitText.js';
import { neutralize } from '../writer.js';

/** What is drawn on, at one moment. */
export interface Screen {
  /** Columns that a line may fill. */
  readonly width: number;
  /** Lines of the terminal. */
  readonly rows: number;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Marks in ASCII where the locale has no more. */
  readonly spelled: (text: string) => string;
}

/** Lines of the screen that belong to the phases and the cursor. */
const OTHER_ROWS = 7;
/** So many notices stand above the table; all of them stand at the end. */
const MOST_NOTICES = 3;
/** From so many lines on, a notice may take more than one. */
const ROOMY_ROWS = 20;
/** In front of the table: listr2 trims what is only space. */
const GUTTER = '│ ';
/** What listr2 puts in front of a line. */
export const ICON_WIDTH = 2;
/** Behind the label of the plan, which has no counts while it waits. */
const LOCK_GAP = '      ';
/** The running phase tells its time from here on, ms. */
const TELLS_TIME_MS = 2000;

/** The line of a phase. What is done stays, whole, and is wrapped where it is long: its end tells of what is pruned, and of the time. */
export function phaseRow(view: RunView, phase: Phase, screen: Screen): string {
  const title = phaseTitle(view, phase);
  const isDone = (view.phases.get(phase)?.state ?? 'running') !== 'running';
  const width = screen.width - ICON_WIDTH;
  if (isDone) return drawn(wrapTo(title, width, ICON_WIDTH + LABEL_WIDTH), screen);
  const titles = waitsOf(view, phase, screen.now).map((wait) => `${title}${wait}`);
  return drawn(fitFirst(titles, width), screen);
}

/** What stands below a running phase: the last notices, and what is not done, as far as the screen has room. */
export function phaseTable(view: RunView, phase: Phase, screen: Screen): string {
  const { style, now } = screen;
  const width = screen.width - GUTTER.length;
  // What is wrong stands at the end of a warning: it is told whole where the screen is not low.
  const notices = noticeRows(view, width, style, screen.rows >= ROOMY_ROWS ? MOST_NOTICES : 1);
  const rows = Math.max(1, screen.rows - OTHER_ROWS - notices.length);
  const table = phase === 'prune' ? deletingTable : phase === 'plan' ? lockTable : waitingTable;
  return [...notices, ...table(view, { width, rows, style, now })]
    .map((row) => drawn(`${style.faint(GUTTER)}${row}`, screen))
    .join('\n');
}

function drawn(line: string, { spelled }: Screen): string {
  return spelled(neutralize(line));
}

/**
 * How long the phase takes already, and how long it may yet; in front of it, what it waits for. The longest comes first: on a
 * narrow terminal the time that is left says most, and who is waited for stands below.
 */
function waitsOf(view: RunView, phase: Phase, now: number): readonly string[] {
  const { lock } = view;
  if (phase === 'plan' && lock !== undefined) {
    const waited = waitedText(lock, now);
    return [
      `${LOCK_GAP}waits for another run of set ${lock.set}  ${waited}`,
      `${LOCK_GAP}waits  ${waited}`,
      `  ${timeLeft(lock.until, now)}`,
    ];
  }
  const seen = view.phases.get(phase);
  if (seen?.state !== 'running' || now - seen.startedAt < TELLS_TIME_MS) return [''];
  const left = seen.until === undefined ? [] : [`  ${timeLeft(seen.until, now)}`];
  return [`  ${waitedText(seen, now)}`, ...left, ''];
}

/** The last that the run warned of, while it runs: all of it stands at the end. */
function noticeRows({ warnings }: RunView, width: number, style: Style, most: number): string[] {
  return warnings
    .slice(-MOST_NOTICES)
    .flatMap((warning) => fitLines(`${style.warn('warning:')} ${cleanLine(warning)}`, width, most));
}

/** Who is waited for. */
function lockTable({ lock }: RunView, { width, rows, style, now }: WaitingTableOptions): string[] {
  return lock === undefined ? [] : fitLines(`${style.faint('◌')} ${holderText(lock, now)}`, width, Math.min(rows, 3));
}
