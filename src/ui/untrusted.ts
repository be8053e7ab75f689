/**
 * Text that kapply did not write (log lines, messages of events and webhooks) before it goes to a terminal or a CI log:
 * nothing in it may move the cursor, hide other text, or be taken for a command of the CI system.
 */
import { stripVTControlCharacters } from 'node:util';

// C0 and C1 controls, and what turns the direction of text or is invisible (the "Trojan Source" characters).
// eslint-disable-next-line no-control-regex -- control characters are the subject
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * One line of foreign text, made harmless. A tab becomes a space; line breaks as well, so that nothing starts a line of
 * its own. GitHub's runner obeys `::command` at the start of a line and `##[command]` anywhere in it, Azure's
 * `##vso[`: both are broken up.
 */
export function cleanLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(CONTROLS, '')
    .replace(/##(?=\[|vso\[)/g, '# #')
    .replace(/^\s*::/, (colons) => colons.replace('::', ': :'))
    .trimEnd();
}

/** Foreign text of several lines, made harmless line by line. Empty lines at its ends go. */
export function cleanLines(text: string): string[] {
  const lines = text.split(/\r?\n|\u2028|\u2029/).map(cleanLine);
  const isFull = (line: string): boolean => line !== '';
  const first = lines.findIndex(isFull);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(isFull) + 1);
}
