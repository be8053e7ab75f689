/** Scalars after | and >. */
import { CHAR, codeAt, columnOf, isBlank, isBreak, isBreakOrEnd, problemAt, readBreak, type Cursor } from './cursor.js';
import { endOf } from './foldLines.js';

/** The rest of a line. */
const LINE = /[^\0\n\r\x85\u2028\u2029]*/y;

/** The digit and the sign behind `|` or `>`, in either order. */
function readHeader(cursor: Cursor): { chomping: number; increment: number } {
  let chomping = 0;
  let increment = 0;
  for (let round = 0; round < 2; round++) {
    const code = codeAt(cursor);
    if (chomping === 0 && (code === CHAR.plus || code === CHAR.dash)) {
      chomping = code === CHAR.plus ? 1 : -1;
      cursor.position++;
    } else if (increment === 0 && code >= CHAR.zero && code <= CHAR.nine) {
      if (code === CHAR.zero) throw problemAt(cursor, 'a block scalar cannot be indented by 0');
      increment = code - CHAR.zero;
      cursor.position++;
    }
  }
  while (isBlank(codeAt(cursor))) cursor.position++;
  if (codeAt(cursor) === CHAR.hash) while (!isBreakOrEnd(codeAt(cursor))) cursor.position++;
  if (!isBreakOrEnd(codeAt(cursor))) {
    throw problemAt(
      cursor,
      'the text of a block scalar starts on the line after | or >',
      'Quote the value if it starts with | or >.',
    );
  }
  return { chomping, increment };
}

/** Reads a literal (`|`) or folded (`>`) scalar; the cursor stands at its sign. */
export function scanBlock(cursor: Cursor, literal: boolean): string {
  const { text } = cursor;
  cursor.position++;
  const { chomping, increment } = readHeader(cursor);
  if (isBreak(codeAt(cursor))) readBreak(cursor);

  let indent = increment > 0 ? Math.max(cursor.indent, 0) + increment : 0;
  /** Passes empty lines, finds the indentation where it is not known yet, and returns the line breaks. */
  const readBreaks = (): string => {
    let breaks = '';
    let widest = 0;
    for (;;) {
      while ((indent === 0 || columnOf(cursor) < indent) && codeAt(cursor) === CHAR.space) cursor.position++;
      widest = Math.max(widest, columnOf(cursor));
      const code = codeAt(cursor);
      if (code === CHAR.tab && (indent === 0 || columnOf(cursor) < indent)) {
        throw problemAt(
          cursor,
          'a tab stands where the indentation of a block scalar should be',
          'Indent with spaces.',
        );
      }
      if (!isBreak(code)) break;
      breaks += readBreak(cursor);
    }
    if (indent === 0) indent = Math.max(widest, cursor.indent + 1, 1);
    return breaks;
  };

  let value = '';
  let leadingBreak = '';
  let leadingBlank = false;
  let trailingBreaks = readBreaks();
  while (columnOf(cursor) === indent && codeAt(cursor) !== CHAR.nul) {
    const blank = isBlank(codeAt(cursor));
    if (!literal && !leadingBlank && !blank && leadingBreak.startsWith('\n')) {
      if (trailingBreaks === '') value += ' ';
    } else {
      value += leadingBreak;
    }
    value += trailingBreaks;
    leadingBlank = blank;
    const start = cursor.position;
    cursor.position = endOf(LINE, text, start);
    value += text.slice(start, cursor.position);
    leadingBreak = isBreak(codeAt(cursor)) ? readBreak(cursor) : '';
    trailingBreaks = readBreaks();
  }
  if (chomping !== -1) value += leadingBreak;
  if (chomping === 1) value += trailingBreaks;
  return value;
}
