/** Scalars in quotes, and their escapes. */
import {
  atDocumentMarker,
  CHAR,
  codeAt,
  isBlank,
  isBlankOrEnd,
  isBreak,
  placeOf,
  problemAt,
  readBreak,
  type Cursor,
} from './cursor.js';
import { endOf, fold } from './foldLines.js';

/** What most quoted scalars are, found at once: a text on one line, without an escape. */
const ON_ONE_LINE = {
  double: /"[^"\\\0\n\r\x85\u2028\u2029]*"/y,
  single: /'[^'\0\n\r\x85\u2028\u2029]*'(?!')/y,
};
/** The rest of a word in quotes. */
const WORD_IN_QUOTES = /[^"'\\\0\t\n\r \x85\u2028\u2029]*/y;

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
