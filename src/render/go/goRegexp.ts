/**
 * Go's regular expressions (RE2) as JavaScript's: what users write in selectors and image names. What RE2 does not have,
 * lookaround and backreferences, is refused here as well.
 */
import { setFlagsFromString } from 'node:v8';

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/**
 * RE2 takes linear time for any pattern. V8 has such an engine as well, and goes over to it, once allowed, when its usual one
 * runs into excessive backtracking: `(a+)+$` against a long name.
 */
const LINEAR_FALLBACK = '--enable-experimental-regexp-engine-on-excessive-backtracks';

const compiled = new Map<string, RegExp | undefined>();

/** Undefined where Go would not compile the pattern. */
export function goRegExp(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern);
}

function compile(pattern: string): RegExp | undefined {
  const leading = /^(\^?(?:\(\?:)?)\(\?([ims]+)\)/.exec(pattern);
  const flags = leading?.[2] ?? '';
  const rest = leading === null ? pattern : (leading[1] ?? '') + pattern.slice(leading[0].length);
  if (/(?<!\\)(?:\\\\)*\(\?(?:[=!]|<[=!])/.test(rest) || /(?<!\\)(?:\\\\)*\\[1-9]/.test(rest)) return undefined;
  const translated = rest
    .replaceAll(/\[:(\^?)([a-z]+):\]/g, (text, negated: string, name: string) =>
      negated === '' ? (CLASSES[name] ?? text) : text,
    )
    .replaceAll(/\\([pP])([A-Z])/g, '\\$1{$2}')
    .replaceAll('(?P<', '(?<')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\A/g, '$1^')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\z/g, '$1$');
  if (/[*+{]/.test(translated)) setFlagsFromString(LINEAR_FALLBACK);
  try {
    return new RegExp(translated, /\\[pP]/.test(translated) ? `${flags}u` : flags);
  } catch {
    return undefined;
  }
}
