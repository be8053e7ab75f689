/**
 * Where a YAML scanner stands in its text, and the character classes of libyaml, which go-yaml (and so kustomize and
 * kubectl) inherited: a line ends at LF, CR, CRLF, NEL, LS and PS.
 */

/** What is wrong with a YAML text, and where. Lines and columns count from 1; lines are those of the piece that is read. */
export class YamlProblem extends Error {
  readonly line: number;
  readonly column: number;
  readonly suggestion: string | undefined;

  constructor(message: string, line: number, column: number, suggestion?: string) {
    super(message);
    this.name = 'YamlProblem';
    this.line = line;
    this.column = column;
    this.suggestion = suggestion;
  }
}

/** A place in a text. */
interface Place {
  readonly position: number;
  /** From 0. */
  readonly line: number;
  /** The position of the line's first character. */
  readonly lineStart: number;
}

export interface Cursor {
  /** Ends in a NUL, which no YAML text can hold otherwise. */
  readonly text: string;
  position: number;
  /** From 0. */
  line: number;
  /** The position of the line's first character. */
  lineStart: number;
  /** The column of the innermost block collection, -1 outside of any. */
  indent: number;
  flowLevel: number;
  /** Whether what comes next may be the key of a mapping. */
  keyAllowed: boolean;
}

export const CHAR = {
  nul: 0,
  tab: 9,
  lf: 10,
  cr: 13,
  space: 32,
  exclamation: 33,
  doubleQuote: 34,
  hash: 35,
  percent: 37,
  ampersand: 38,
  singleQuote: 39,
  asterisk: 42,
  plus: 43,
  comma: 44,
  dash: 45,
  dot: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  less: 60,
  greater: 62,
  question: 63,
  at: 64,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  backtick: 96,
  openBrace: 123,
  pipe: 124,
  closeBrace: 125,
  nel: 0x85,
  ls: 0x2028,
  ps: 0x2029,
  bom: 0xfeff,
} as const;

/** Whether a line ends with this character. */
export function isBreak(code: number): boolean {
  return code === CHAR.lf || code === CHAR.cr || code === CHAR.nel || code === CHAR.ls || code === CHAR.ps;
}

/** A space or a tab. */
export function isBlank(code: number): boolean {
  return code === CHAR.space || code === CHAR.tab;
}

/** A line break or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return code === CHAR.nul || isBreak(code);
}

/** A space, a tab, a line break or the end of the text. */
export function isBlankOrEnd(code: number): boolean {
  if (code > CHAR.space && code < 0x7f) return false;
  return code === CHAR.space || code === CHAR.tab || isBreakOrEnd(code);
}

/** The characters of anchors, tag handles and directives. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= CHAR.zero && code <= CHAR.nine) ||
    code === 95 ||
    code === CHAR.dash
  );
}

/** The UTF-16 unit at the cursor, or so many units behind it; NaN behind the NUL at the end. */
export function codeAt(cursor: Cursor, offset = 0): number {
  return cursor.text.charCodeAt(cursor.position + offset);
}

/** The column, from 0, of where the cursor stands. */
export function columnOf(cursor: Place): number {
  return cursor.position - cursor.lineStart;
}

/** Passes a line break and returns what it stands for in a value: LS and PS themselves, LF for all others. */
export function readBreak(cursor: Cursor): string {
  const code = codeAt(cursor);
  cursor.position += code === CHAR.cr && codeAt(cursor, 1) === CHAR.lf ? 2 : 1;
  cursor.line++;
  cursor.lineStart = cursor.position;
  if (code === CHAR.ls) return '\u2028';
  return code === CHAR.ps ? '\u2029' : '\n';
}

/** Whether `---` or `...` stands here, at the start of a line and on its own. */
export function atDocumentMarker(cursor: Cursor): boolean {
  if (cursor.position !== cursor.lineStart) return false;
  const code = codeAt(cursor);
  return (
    (code === CHAR.dash || code === CHAR.dot) &&
    codeAt(cursor, 1) === code &&
    codeAt(cursor, 2) === code &&
    isBlankOrEnd(codeAt(cursor, 3))
  );
}

/** Where the cursor stands now, for what is said of it after it has gone on. */
export function placeOf({ position, line, lineStart }: Cursor): Place {
  return { position, line, lineStart };
}

/** The error that says what is wrong at a place, and perhaps what to do. */
export function problemAt(place: Place, message: string, suggestion?: string): YamlProblem {
  return new YamlProblem(message, place.line + 1, columnOf(place) + 1, suggestion);
}
