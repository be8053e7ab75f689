import { CHAR, codeAt, isBreak, isBreakOrEnd, problemAt, readBreak, YamlProblem, type Cursor } from './cursor.js';

/** Passes spaces, comments and line breaks up to the next token; behind a line break of a block, a key may follow. */
export function skipToToken(cursor: Cursor): void {
  for (;;) {
    if (cursor.position === cursor.lineStart && codeAt(cursor) === CHAR.bom) cursor.position++;
    let code = codeAt(cursor);
    while (code === CHAR.space || (code === CHAR.tab && (cursor.flowLevel > 0 || !cursor.keyAllowed))) {
      cursor.position++;
      code = codeAt(cursor);
    }
    if (code === CHAR.hash) while (!isBreakOrEnd(codeAt(cursor))) cursor.position++;
    if (!isBreak(codeAt(cursor))) return;
    readBreak(cursor);
    if (cursor.flowLevel === 0) cursor.keyAllowed = true;
  }
}

/** The error for a sign that YAML keeps for itself, where a value should start. */
export function cannotStart(cursor: Cursor): YamlProblem {
  const sign = cursor.text.charAt(cursor.position);
  return problemAt(cursor, `a value cannot start with ${sign}`, 'Put it in quotes.');
}

/** What stood alone on a line where every line must have a key; both numbers from 0. */
export function missingColon(line: number, column: number): YamlProblem {
  return new YamlProblem(
    'this line has no colon, so it is neither a key nor part of the value before it',
    line + 1,
    column + 1,
    'Write KEY: VALUE, or indent the line if it goes on with a value.',
  );
}
