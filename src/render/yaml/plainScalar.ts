import {
  atDocumentMarker,
  CHAR,
  codeAt,
  columnOf,
  isBlank,
  isBlankOrEnd,
  isBreak,
  problemAt,
  readBreak,
  type Cursor,
} from './cursor.js';
import { endOf, fold } from './foldLines.js';

/** The rest of a word, found at once where the code below would ask for each character. */
const WORD = /[^\0\t\n\r :\x85\u2028\u2029]*/y;
const WORD_IN_FLOW = /[^\0\t\n\r :,?[\]{}\x85\u2028\u2029]*/y;

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
