/**
 * Lines at the end of a terminal that are drawn over again. log-update, which listr2 draws with, takes back as many lines as
 * it wrote: when the terminal has become narrower meanwhile, those lines wrap, and what is not taken back stays for ever.
 */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

export interface FrameStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Frame {
  /** Puts these lines, none wider than the terminal, where the last ones stand: the last of them, where it has no room for all. */
  readonly draw: (lines: readonly string[]) => void;
  /** Puts lines above those that stand, for good: they may be wider than the terminal. */
  readonly print: (lines: readonly string[]) => void;
  /** Puts the last lines: what is written next comes below them. */
  readonly end: (lines: readonly string[]) => void;
}

const ESCAPE = '\u001b[';

/** Draws on a terminal that can move its cursor. */
export function openFrame(stream: FrameStream): Frame {
  let shown: readonly string[] = [];
  let shownWidth = 0;
  const put = (lines: readonly string[]): void => {
    const width = Math.max(stream.columns ?? 80, 1);
    if (width === shownWidth && lines.length === shown.length && lines.every((line, row) => line === shown[row]))
      return;
    // In one piece: what is drawn in two would flicker.
    stream.write(`${erased(width)}${textOf(lines)}`);
    shown = lines;
    shownWidth = width;
  };
  const erased = (width: number): string => {
    if (shown.length === 0) return '';
    // Terminals wrap anew what they show when they are resized: the rows are those of now.
    const up = Math.min(rowsOf(shown, width), (stream.rows ?? 24) - 1);
    return `\r${up === 0 ? '' : `${ESCAPE}${up}A`}${ESCAPE}J`;
  };
  return {
    // What has left the screen above can't be taken back: the cursor's own row and these must fit, or each drawing leaves one.
    draw: (lines) => put(lines.slice(-Math.max((stream.rows ?? 24) - 1, 1))),
    print: (lines) => {
      const width = Math.max(stream.columns ?? 80, 1);
      stream.write(`${erased(width)}${textOf(lines)}${textOf(shown)}`);
      shownWidth = width;
    },
    end: (lines) => {
      put(lines);
      shown = [];
      shownWidth = 0;
    },
  };
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
