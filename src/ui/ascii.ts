/** The marks of the text, for terminals and logs whose locale has no more than ASCII. */

/** Each as wide as what it stands for, so that columns stay where they are; no two states of one list are alike. */
const ASCII: Readonly<Record<string, string>> = {
  '✔': 'v',
  '✖': 'x',
  '◌': 'o',
  '⚠': '!',
  '↓': '-',
  '±': '!',
  '·': '.',
  '│': '|',
  '…': '~',
  '●': '*',
  '◐': '+',
  '↩': '<',
  '○': 'o',
  '⠋': '|',
  '⠙': '/',
  '⠹': '-',
  '⠸': '\\',
  '⠼': '|',
  '⠴': '/',
  '⠦': '-',
  '⠧': '\\',
  '⠇': '|',
  '⠏': '/',
};
const MARKS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'gu');

/** The text with ASCII for each of our own marks. What is foreign stays as it came: it is not ours to spell. */
export function withAsciiMarks(text: string): string {
  return text.replace(MARKS, (mark) => ASCII[mark] ?? mark);
}

/**
 * POSIX: LC_ALL, then LC_CTYPE, then LANG, the first that is not empty, names the character set. Where none does, nobody has
 * asked for anything: containers of CI systems have no locale, and their logs are read in a browser.
 */
export function isAsciiLocale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
}
