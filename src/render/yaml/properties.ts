import {
  CHAR,
  codeAt,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isWord,
  placeOf,
  problemAt,
  readBreak,
  type Cursor,
} from './cursor.js';

function readWord(cursor: Cursor): string {
  const start = cursor.position;
  while (isWord(codeAt(cursor))) cursor.position++;
  return cursor.text.slice(start, cursor.position);
}

/** Reads the name behind `&` or `*`, at which the cursor stands. */
export function scanAnchor(cursor: Cursor): string {
  const sign = cursor.text.charAt(cursor.position);
  cursor.position++;
  const name = readWord(cursor);
  const next = codeAt(cursor);
  if (name === '' || !(isBlankOrEnd(next) || '?:,]}%@`'.includes(String.fromCharCode(next)))) {
    throw problemAt(
      cursor,
      `${sign} must be followed by the name of an anchor`,
      `Quote the value if it starts with ${sign}.`,
    );
  }
  return name;
}

const URI_SIGNS = ";/?:@&=+$,.!~*'()[]%";

function readUri(cursor: Cursor): string {
  const start = cursor.position;
  while (
    isWord(codeAt(cursor)) ||
    (codeAt(cursor) !== CHAR.nul && URI_SIGNS.includes(cursor.text.charAt(cursor.position)))
  ) {
    cursor.position++;
  }
  const uri = cursor.text.slice(start, cursor.position);
  try {
    return decodeURIComponent(uri);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw problemAt(cursor, 'the tag has a % that no two hexadecimal digits of UTF-8 follow');
  }
}

/** Reads a tag: `!name`, `!!name`, `!handle!name` or `!<uri>`; the cursor stands at the `!`. */
export function scanTag(cursor: Cursor): { handle: string; suffix: string } {
  let handle: string;
  let suffix: string;
  if (codeAt(cursor, 1) === CHAR.less) {
    cursor.position += 2;
    handle = '';
    suffix = readUri(cursor);
    if (codeAt(cursor) !== CHAR.greater || suffix === '')
      throw problemAt(cursor, 'the tag that starts with !< must end in >');
    cursor.position++;
  } else {
    cursor.position++;
    const word = readWord(cursor);
    if (codeAt(cursor) === CHAR.exclamation) {
      cursor.position++;
      handle = `!${word}!`;
      suffix = readUri(cursor);
      if (suffix === '') throw problemAt(cursor, `the tag handle ${handle} must be followed by a name`);
    } else {
      suffix = word + readUri(cursor);
      handle = suffix === '' ? '' : '!';
      if (suffix === '') suffix = '!';
    }
  }
  if (!isBlankOrEnd(codeAt(cursor))) {
    throw problemAt(cursor, 'a tag must be followed by a space', 'Quote the value if it starts with !.');
  }
  return { handle, suffix };
}

function skipBlanks(cursor: Cursor): void {
  while (isBlank(codeAt(cursor))) cursor.position++;
}

/** Reads a directive; the cursor stands at its `%` in the first column. */
export function scanDirective(cursor: Cursor): {
  kind: 'versionDirective' | 'tagDirective';
  value: string;
  suffix: string;
} {
  const opening = placeOf(cursor);
  cursor.position++;
  const name = readWord(cursor);
  if ((name !== 'YAML' && name !== 'TAG') || !isBlankOrEnd(codeAt(cursor))) {
    throw problemAt(
      opening,
      'a line cannot start with % unless it is a %YAML or %TAG directive',
      'Quote the value if it starts with %.',
    );
  }
  skipBlanks(cursor);
  let value: string;
  let suffix = '';
  if (name === 'YAML') {
    const match = /^[0-9]{1,2}\.[0-9]{1,2}/.exec(cursor.text.slice(cursor.position, cursor.position + 5));
    if (match === null)
      throw problemAt(cursor, 'a %YAML directive must name a version', 'Write %YAML 1.1, or leave the line out.');
    value = match[0];
    cursor.position += value.length;
  } else {
    const start = cursor.position;
    if (codeAt(cursor) === CHAR.exclamation) {
      cursor.position++;
      if (readWord(cursor) !== '' || codeAt(cursor) === CHAR.exclamation) {
        if (codeAt(cursor) !== CHAR.exclamation)
          throw problemAt(cursor, 'the handle of a %TAG directive must end in !');
        cursor.position++;
      }
    }
    value = cursor.text.slice(start, cursor.position);
    if (value === '' || !isBlank(codeAt(cursor)))
      throw problemAt(cursor, 'a %TAG directive must have a handle and a prefix');
    skipBlanks(cursor);
    suffix = readUri(cursor);
    if (suffix === '' || !isBlankOrEnd(codeAt(cursor)))
      throw problemAt(cursor, 'a %TAG directive must have a handle and a prefix');
  }
  skipBlanks(cursor);
  if (codeAt(cursor) === CHAR.hash) while (!isBreakOrEnd(codeAt(cursor))) cursor.position++;
  if (!isBreakOrEnd(codeAt(cursor)))
    throw problemAt(cursor, 'nothing but a comment may follow a directive on its line');
  if (isBreak(codeAt(cursor))) readBreak(cursor);
  return { kind: name === 'YAML' ? 'versionDirective' : 'tagDirective', value, suffix };
}
