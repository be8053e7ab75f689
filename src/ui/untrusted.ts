/**
 * Text that kapply did not write (names, messages of the server and of webhooks, log lines, paths) before it goes to a
 * terminal or a CI log: nothing in it may move the cursor, hide other text, begin a line of its own, or be taken for a
 * command of the CI system. docs/decisions/0090 says where it is applied.
 */
import { stripVTControlCharacters } from 'node:util';
import { mapTexts } from '../objects/mapTexts.js';

// C0 and C1 controls, and what turns the direction of text or is invisible (the "Trojan Source" characters, tags, soft hyphens).
const CONTROLS =
  // eslint-disable-next-line no-control-regex -- control characters are the subject
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
/** The same, with the line breaks of Unicode, which no file has as such. */
const UNSEEN = new RegExp(`${CONTROLS.source}|[\\u2028\\u2029]`, 'gu');
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
/** What stands for a line break in a foreign text until it is laid out: no writer of kapply's own makes one. */
const FOREIGN_BREAK = '\u2028';

/**
 * One line of foreign text, made harmless. A tab becomes a space; line breaks as well, so that nothing starts a line of
 * its own. GitHub's runner obeys `::command` at the start of a line and `##[command]` anywhere in it, Azure's
 * `##vso[`, TeamCity `##teamcity[`: all are broken up.
 */
export function cleanLine(text: string): string {
  return withoutControls(text)
    .replace(/^\s*::/, (colons) => colons.replace('::', ': :'))
    .trimEnd();
}

/** A part of a line: no control characters, and none of the commands that are obeyed anywhere in a line. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' '))
    .replace(CONTROLS, '')
    .replace(/##(?=\[|vso\[|teamcity\[)/g, '# #');
}

/** Foreign text of several lines, made harmless line by line. Empty lines at its ends go. */
export function cleanLines(text: string): string[] {
  const lines = text.split(LINE_BREAK).map(cleanLine);
  const isFull = (line: string): boolean => line !== '';
  const first = lines.findIndex(isFull);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(isFull) + 1);
}

/** Characters that show nothing, as escapes: in a diff they are part of what changes. Tabs and line breaks stay. */
export function showControls(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Whole objects of the cluster: nothing shows them but diffs, which clean them line by line. */
const OBJECTS: ReadonlySet<string> = new Set(['live', 'desired', 'after', 'object', 'rendered', 'resource']);

/** Printable ASCII without blanks at its ends, of which no runner takes any for a command: nothing to clean. */
const HARMLESS = /^(?!::)[!-~](?:[ -~]*[!-~])?$/;

/**
 * A copy of whatever a reporter is about to show (an event, a report, a status) with every text in it made harmless. Its line
 * breaks are such as only `cleanLines` splits at: whoever forgets to lay a text of several lines out gets one line.
 */
export function harmless<T>(value: T): T {
  return mapTexts(
    value,
    (text) => (HARMLESS.test(text) && !text.includes('##') ? text : cleanLines(text).join(FOREIGN_BREAK)),
    (field, item) => OBJECTS.has(field) && typeof item === 'object',
  );
}
