import { inputError } from '../../errors.js';
import { isBreak } from './cursor.js';
import { resolvePlain } from './resolve.js';

/** libyaml's best width: a line is broken at the first space behind it. */
const WIDTH = 80;

/** Plain in every context, and nothing that could be a number, a boolean, null or a date. */
const SAFE = /^[A-Za-z/_][A-Za-z0-9._/-]*(?:[ :=,@+][A-Za-z0-9._/-]+)*$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const BREAK = /[\n\r\x85\u2028\u2029]/;
/** Line breaks other than LF are written as escapes, as are all characters that YAML 1.1 does not print, and all beyond U+FFFF. */

const SPECIAL = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;
const INDICATOR_FIRST = new Set('#,[]{}&*!|>\'"%@`');

/** How a scalar is written. */
export type Style = 'plain' | 'single' | 'double' | 'literal';

/**
 * Writes a string as go-yaml v2 writes it as part of a block at `indent`, from `column` on (the column of the separator before
 * it). A key stays on one line.
 */
export function writeScalar(text: string, indent: number, column: number, key: boolean): string {
  if (text.length < 64 && SAFE.test(text) && isPlainWord(text) && (key || column + text.length < WIDTH)) return text;
  if (REFUSED.test(text)) {
    throw inputError('UnprintableCharacter', 'a value holds a control character that YAML cannot carry', {
      suggestions: ['Put the value into binaryData of a ConfigMap or into a Secret.'],
    });
  }
  switch (styleOf(text, key)) {
    case 'plain':
      return key ? text : foldPlain(text, indent, column);
    case 'single':
      return key ? `'${text.replaceAll("'", "''")}'` : foldSingle(text, indent, column);
    case 'literal':
      return writeLiteral(text, indent);
    case 'double':
      return writeDouble(text, indent, column, key);
  }
}

/** Whether a string is written without quotes and in no block. */
export function isPlainlyWritten(text: string): boolean {
  return (SAFE.test(text) && isPlainWord(text)) || styleOf(text, false) === 'plain';
}

/** Whether go-yaml v2 would read the text back as a string. */
function isPlainWord(text: string): boolean {
  return resolvePlain(text, '1.1').tag === 'str' && !BASE_60.test(text);
}

/** encode.go's stringv, then emitterc.go's analyze_scalar and select_scalar_style. */
function styleOf(text: string, key: boolean): Style {
  if (text === '') return 'double';
  const special = SPECIAL.test(text);
  const spaceBreak = / [\n\r\x85\u2028\u2029]/.test(text);
  if (text.includes('\n')) {
    return special || spaceBreak || text.endsWith(' ') || key ? 'double' : 'literal';
  }
  if (!isPlainWord(text)) return 'double';
  return styleOfLine(text, key, special, spaceBreak);
}

/** The style that libyaml chooses for a scalar whose type does not matter. */
export function styleUnquoted(text: string): Style {
  if (text.includes('\n')) return styleOf(text, false);
  return text === '' ? 'plain' : styleOfLine(text, false, SPECIAL.test(text), / [\r\x85\u2028\u2029]/.test(text));
}

function styleOfLine(text: string, key: boolean, special: boolean, spaceBreak: boolean): Style {
  const multiline = BREAK.test(text);
  const breakSpace = /[\n\r\x85\u2028\u2029] /.test(text);
  if (special || spaceBreak || breakSpace || (multiline && key)) return 'double';
  if (multiline || text.startsWith(' ') || text.endsWith(' ') || hasBlockIndicator(text)) return 'single';
  return 'plain';
}

function hasBlockIndicator(text: string): boolean {
  if (text.startsWith('---') || text.startsWith('...')) return true;
  if (INDICATOR_FIRST.has(text.charAt(0))) return true;
  if (/^[-?:](?:[ \t]|$)/.test(text)) return true;
  return /:(?:[ \t]|$)| #|\t#/.test(text);
}

function lineBreak(indent: number): string {
  return `\n${' '.repeat(indent + 2)}`;
}

/** Breaks a text at single spaces behind the width; `from` and `to` bound the spaces that may break. */
function foldSpaces(
  text: string,
  indent: number,
  column: number,
  from: number,
  to: number,
  escape: (part: string) => string,
): string {
  let result = '';
  let start = 0;
  let position = column;
  let counted = 0;
  let spaces = false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== 32) {
      spaces = false;
      continue;
    }
    if (!spaces && index >= from && index < to && text.charCodeAt(index + 1) !== 32) {
      const part = escape(text.slice(counted, index));
      position += part.length;
      counted = index;
      if (position > WIDTH) {
        result += escape(text.slice(start, index)) + lineBreak(indent);
        start = index + 1;
        counted = start;
        position = indent + 2;
      }
    }
    spaces = true;
  }
  return result + escape(text.slice(start));
}

function foldPlain(text: string, indent: number, column: number): string {
  if (column + 1 + text.length <= WIDTH) return text;
  return foldSpaces(text, indent, column + 1, 0, text.length, (part) => part);
}

function foldSingle(text: string, indent: number, column: number): string {
  const escape = (part: string): string => part.replaceAll("'", "''");
  if (!/[\u2028\u2029]/.test(text)) return `'${foldSpaces(text, indent, column + 2, 1, text.length - 1, escape)}'`;
  const lines = text.split(/(?<=[\u2028\u2029])(?![\u2028\u2029])/);
  const folded = lines.map((line, index) =>
    foldSpaces(
      line,
      indent,
      index === 0 ? column + 2 : indent + 2,
      index === 0 ? 1 : 0,
      line.length - (index === lines.length - 1 ? 1 : 0),
      escape,
    ),
  );
  return `'${folded.join(' '.repeat(indent + 2))}'`;
}

function writeLiteral(text: string, indent: number): string {
  const hint = /^[ \n\r\x85\u2028\u2029]/.test(text) ? '2' : '';
  let chomping = '';
  if (!/[\n\u2028\u2029]$/.test(text)) chomping = '-';
  else if (text.length === 1 || /[\n\u2028\u2029]{2}$/.test(text)) chomping = '+';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const prefix = ' '.repeat(indent + 2);
  const lines = body
    .split(/(?<=[\n\u2028\u2029])/)
    .map((line) => (line === '' || isBreak(line.charCodeAt(0)) ? line : prefix + line));
  return `|${hint}${chomping}\n${lines.join('')}`;
}

const SHORT_ESCAPES = new Map<number, string>([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function escapeOf(character: string, always: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  const short = SHORT_ESCAPES.get(code);
  if (short !== undefined) return short;
  if (!always && !SPECIAL.test(character)) return character;
  if (code === 0xa0) return '\\_';
  const [letter, width] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(width, '0')}`;
}

function writeDouble(text: string, indent: number, column: number, key: boolean): string {
  let result = '"';
  let position = column + 2;
  let spaces = false;
  const characters = Array.from(text);
  // libyaml takes every character of a text that starts with a byte order mark for one.
  const always = text.startsWith('\ufeff');
  for (const [index, character] of characters.entries()) {
    if (character !== ' ' || always) {
      const escaped = escapeOf(character, always);
      result += escaped;
      position += escaped.length;
      spaces = false;
    } else if (!key && !spaces && position > WIDTH && index > 0 && index < characters.length - 1) {
      result += lineBreak(indent);
      position = indent + 2;
      if (characters[index + 1] === ' ') {
        result += '\\';
        position++;
      }
      spaces = true;
    } else {
      result += ' ';
      position++;
      spaces = true;
    }
  }
  return `${result}"`;
}
