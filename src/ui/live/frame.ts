/**
 * Lines at the end of a terminal that are drawn over again. log-update, which listr2 draws with, takes back as many lines as
 * it wrote: where the terminal has become narrower or lower meanwhile, or somebody has typed Enter, it is another number, and
 * what is not taken back stays for ever (docs/decisions/0255-how-lines-are-taken-back.md).
 */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

export interface FrameStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
  /** Node's terminals ask for their size at every SIGWINCH alone, which a busy process hears late. */
  _refreshSize?(): void;
}

/** The size of the terminal as it is now: what is drawn for another one stands where nothing takes it back. */
export function sizeOf(stream: FrameStream): { readonly columns: number; readonly rows: number } {
  stream._refreshSize?.();
  return { columns: Math.max(stream.columns ?? 80, 1), rows: Math.max(stream.rows ?? 24, 2) };
}

export interface Frame {
  /** Puts these lines where the last ones stand: the last of them, where it has no room for all. */
  readonly draw: (lines: readonly string[]) => void;
  /** Puts lines above those that stand, for good: they may be wider than the terminal. */
  readonly print: (lines: readonly string[]) => void;
  /** Puts the last lines: what is written next comes below them. */
  readonly end: (lines: readonly string[]) => void;
  /** What stands is not taken back: somebody else has written below it, and the next drawing comes below that. */
  readonly leave: () => void;
}

const ESCAPE = '\u001b';
const SAVE = `${ESCAPE}7`;
const RESTORE = `${ESCAPE}8`;
const up = (rows: number): string => (rows === 0 ? '' : `${ESCAPE}[${rows}A`);
/** Rows below the cursor into which an Enter moves it without scrolling; it is moved back with the next drawing. */
const ENTERS = 2;

/** Draws on a terminal that can move its cursor, while that may be drawn on: nothing is drawn over the line that somebody types. */
export function openFrame(stream: FrameStream, mayDraw = (): boolean => true): Frame {
  let shown: readonly string[] = [];
  /** What a terminal that became too low holds above its first row, directly above what is shown: it may give it back. */
  let lost: readonly string[] = [];
  let width = 0;
  let height = 0;
  /** To the first of the lines that stand, with nothing below. */
  const back = (): string => {
    const { columns, rows } = sizeOf(stream);
    const moved = columns !== width || rows !== height;
    width = columns;
    height = rows;
    if (shown.length === 0) return '';
    // Where the terminal moved no text, the first line is where it was.
    if (!moved) return `${RESTORE}${ESCAPE}[J`;
    // Terminals wrap anew what they show when they are resized: the rows are those of now.
    const all = [...lost, ...shown];
    const taken = rowsOf(all, width);
    const reached = Math.min(taken, height - 1);
    lost = firstRows(all, taken - reached, width);
    return `\r${up(reached)}${ESCAPE}[J`;
  };
  const drawn = (lines: readonly string[]): string => {
    // A terminal that grows gives back what it holds above only where no rows are left below.
    const filled = lost.length > 0 ? [...blank(height - 1 - rowsOf(lines, width)), ...lines] : lines;
    shown = filled;
    if (filled.length === 0) return '';
    const rows = rowsOf(filled, width);
    const spare = lost.length > 0 ? 0 : Math.max(0, Math.min(ENTERS, height - 1 - rows));
    const room = rows + spare;
    return `${'\n'.repeat(room)}${up(room)}${SAVE}${textOf(filled)}`;
  };
  const leave = (): void => {
    shown = [];
    lost = [];
  };
  return {
    draw: (lines) => {
      if (!mayDraw()) return;
      const { columns, rows } = sizeOf(stream);
      // What has left the screen above can't be taken back: the cursor's own row and these must fit, or each drawing leaves one.
      const fits = lines.slice(-(rows - 1));
      while (fits.length > 1 && rowsOf(fits, columns) > rows - 1) fits.shift();
      const stands = textOf(fits) === textOf(shown);
      if (stands && columns === width && rows === height) return;
      // In one piece: what is drawn in two would flicker.
      stream.write(`${back()}${drawn(fits)}`);
    },
    print: (lines) => {
      const above = `${back()}${textOf(lines)}`;
      lost = [];
      stream.write(`${above}${drawn(shown)}`);
    },
    end: (lines) => {
      stream.write(`${back()}${textOf(lines)}`);
      leave();
    },
    leave,
  };
}

function blank(rows: number): string[] {
  return Array.from({ length: Math.max(0, rows) }, () => '');
}

/** What stands in the first so many rows: of the last line only as much. */
function firstRows(lines: readonly string[], rows: number, width: number): string[] {
  const kept: string[] = [];
  let left = rows;
  for (const line of lines) {
    if (left <= 0) break;
    const taken = rowsOfLine(line, width);
    kept.push(taken <= left ? line : cutAt(line, left, width));
    left -= taken;
  }
  return kept;
}

function cutAt(line: string, rows: number, width: number): string {
  const segments = [...new Intl.Segmenter().segment(stripVTControlCharacters(line))].map(({ segment }) => segment);
  while (rowsOfLine(segments.join(''), width) > rows) segments.pop();
  return segments.join('');
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function rowsOf(lines: readonly string[], width: number): number {
  return lines.reduce((rows, line) => rows + rowsOfLine(line, width), 0);
}

/** A character of two columns never stands on two rows: where one column is left, it begins the next row. */
function rowsOfLine(line: string, width: number): number {
  if (stringWidth(line) <= width) return 1;
  const text = stripVTControlCharacters(line);
  let rows = 1;
  let column = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const taken = stringWidth(segment);
    if (column + taken > width) {
      rows += 1;
      column = 0;
    }
    column += taken;
  }
  return rows;
}
