import {
  atDocumentMarker,
  CHAR,
  codeAt,
  columnOf,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  placeOf,
  problemAt,
  readBreak,
  type Cursor,
} from './cursor.js';

/** What a line break with empty lines after it becomes: a space, or the empty lines. */
function fold(leadingBreak: string, trailingBreaks: string): string {
  if (leadingBreak !== '\n') return leadingBreak + trailingBreaks;
  return trailingBreaks === '' ? ' ' : trailingBreaks;
}

/**
 * What most scalars are, found at once where the code below would ask for each character: a quoted text on one line, without an escape; the rest
 * of a word without quotes, and of a line.
 */
const ON_ONE_LINE = {
  double: /"[^"\\\0\n\r\x85\u2028\u2029]*"/y,
  single: /'[^'\0\n\r\x85\u2028\u2029]*'(?!')/y,
};
const WORD = /[^\0\t\n\r :\x85\u2028\u2029]*/y;
const WORD_IN_FLOW = /[^\0\t\n\r :,?[\]{}\x85\u2028\u2029]*/y;
const WORD_IN_QUOTES = /[^"'\\\0\t\n\r \x85\u2028\u2029]*/y;
const LINE = /[^\0\n\r\x85\u2028\u2029]*/y;

/** Where a match ends that begins at a position; the position itself where none does. */
function endOf(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

/** Reads a scalar without quotes, which may go over several lines. */
export function scanPlain(cursor: Cursor): string {
  const { text } = cursor;
  const inFlow = cursor.flowLevel > 0;
  const word = inFlow ? WORD_IN_FLOW : WORD;
  const indent = cursor.indent + 1;
  let value = '';
  let spaces = '';
  let leadingBreak = '';
  let trailingBreaks = '';
  let broken = false;
  for (;;) {
    if (atDocumentMarker(cursor) || codeAt(cursor) === CHAR.hash) break;
    const start = cursor.position;
    let end = endOf(word, text, start);
    // A colon within a word is of the word: only one with a blank behind it ends it.
    while (text.charCodeAt(end) === CHAR.colon && !isBlankOrEnd(text.charCodeAt(end + 1)))
      end = endOf(word, text, end + 1);
    if (end > start) {
      if (broken) value += fold(leadingBreak, trailingBreaks);
      value += spaces + text.slice(start, end);
      leadingBreak = '';
      trailingBreaks = '';
      broken = false;
      cursor.position = end;
    }
    let code = codeAt(cursor);
    if (!isBlank(code) && !isBreak(code)) break;
    const blank = cursor.position;
    while (isBlank(code) || isBreak(code)) {
      if (isBlank(code)) {
        if (broken && code === CHAR.tab && columnOf(cursor) < indent) {
          throw problemAt(cursor, 'a tab stands where the indentation should be', 'Indent with spaces.');
        }
        cursor.position++;
      } else if (broken) {
        trailingBreaks += readBreak(cursor);
      } else {
        leadingBreak = readBreak(cursor);
        broken = true;
      }
      code = codeAt(cursor);
    }
    spaces = broken ? '' : text.slice(blank, cursor.position);
    if (!inFlow && columnOf(cursor) < indent) break;
  }
  if (broken) cursor.keyAllowed = true;
  return value;
}

const ESCAPES = new Map<string, string>([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const HEX_LENGTHS = new Map<string, number>([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Passes an escape of a double-quoted scalar, at whose backslash the cursor stands, and returns what it means. */
function readEscape(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.position + 1);
  const simple = ESCAPES.get(letter);
  if (simple !== undefined) {
    cursor.position += 2;
    return simple;
  }
  const length = HEX_LENGTHS.get(letter);
  if (length === undefined) {
    throw problemAt(
      cursor,
      `\\${letter} is not an escape that double quotes know`,
      'Write \\\\ for a backslash, or use single quotes.',
    );
  }
  const digits = cursor.text.slice(cursor.position + 2, cursor.position + 2 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw problemAt(cursor, `\\${letter} must be followed by ${length} hexadecimal digits`);
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw problemAt(cursor, `\\${letter}${digits} is not a Unicode character`);
  }
  cursor.position += 2 + length;
  return String.fromCodePoint(code);
}

/** Reads a scalar in single or double quotes; the cursor stands at the first quote. */
export function scanQuoted(cursor: Cursor): string {
  const { text } = cursor;
  const quote = codeAt(cursor);
  const double = quote === CHAR.doubleQuote;
  const end = endOf(double ? ON_ONE_LINE.double : ON_ONE_LINE.single, text, cursor.position);
  if (end > cursor.position) {
    const plain = text.slice(cursor.position + 1, end - 1);
    cursor.position = end;
    return plain;
  }
  const opening = placeOf(cursor);
  cursor.position++;
  let value = '';
  for (;;) {
    if (atDocumentMarker(cursor))
      throw problemAt(opening, 'the quote that opens here is not closed before the document ends');
    if (codeAt(cursor) === CHAR.nul) throw problemAt(opening, 'the quote that opens here is never closed');
    let continued = false;
    let start = cursor.position;
    for (;;) {
      const code = codeAt(cursor);
      if (isBlankOrEnd(code)) break;
      if (code === quote) {
        if (double || codeAt(cursor, 1) !== quote) break;
        value += text.slice(start, cursor.position + 1);
        cursor.position += 2;
        start = cursor.position;
      } else if (double && code === CHAR.backslash) {
        value += text.slice(start, cursor.position);
        if (isBreak(codeAt(cursor, 1))) {
          cursor.position++;
          readBreak(cursor);
          start = cursor.position;
          continued = true;
          break;
        }
        value += readEscape(cursor);
        start = cursor.position;
      } else {
        cursor.position = endOf(WORD_IN_QUOTES, text, cursor.position + 1);
      }
    }
    value += text.slice(start, cursor.position);
    if (codeAt(cursor) === quote) break;
    value += readQuotedSpace(cursor, continued);
  }
  cursor.position++;
  return value;
}

/** Passes blanks and breaks within quotes and returns what they mean; `continued` after an escaped line break. */
function readQuotedSpace(cursor: Cursor, continued: boolean): string {
  const start = cursor.position;
  let broken = continued;
  let leadingBreak = '';
  let trailingBreaks = '';
  let code = codeAt(cursor);
  while (isBlank(code) || isBreak(code)) {
    if (isBlank(code)) {
      cursor.position++;
    } else if (broken) {
      trailingBreaks += readBreak(cursor);
    } else {
      leadingBreak = readBreak(cursor);
      broken = true;
    }
    code = codeAt(cursor);
  }
  if (!broken) return cursor.text.slice(start, cursor.position);
  return leadingBreak === '' ? trailingBreaks : fold(leadingBreak, trailingBreaks);
}

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
