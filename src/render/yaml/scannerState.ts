import { missingColon } from './between.js';
import { CHAR, columnOf, problemAt, type Cursor } from './cursor.js';
import type { ScalarStyle, Token, TokenKind } from './tokens.js';

/** Where a token stands that turns out to be a key if a colon follows on its line. */
interface SimpleKey {
  /** The number of the token, counted from the first of the text; -1 where there is no candidate. */
  number: number;
  position: number;
  line: number;
  column: number;
  required: boolean;
}

/** What a scanner knows of its text: where it stands, what is open, and the tokens that nobody has taken yet. */
export interface ScannerState extends Cursor {
  /** The columns of the block collections around the innermost one, the outermost first. */
  readonly indents: number[];
  /** The candidate for a key of each open flow collection; the first is the one outside of all. */
  readonly keys: SimpleKey[];
  /** Tokens before `head` have been taken. */
  queue: Token[];
  head: number;
  /** How many tokens have been taken since the start of the text. */
  taken: number;
  /** Whether the end of the text is in the queue. */
  ended: boolean;
}

/** libyaml's limit: a key must end within so many characters. */
const KEY_LENGTH = 1024;
/** go-yaml takes 10,000; no Kubernetes object comes near, and recursion over one must be safe everywhere. */
const MAX_DEPTH = 1000;

/** A scanner at the start of a text, behind its byte order mark. */
export function startScanning(text: string): ScannerState {
  const start = text.charCodeAt(0) === CHAR.bom ? 1 : 0;
  return {
    text: `${text}\0`,
    position: start,
    line: 0,
    lineStart: start,
    indent: -1,
    flowLevel: 0,
    keyAllowed: true,
    indents: [],
    keys: [noKey()],
    queue: [],
    head: 0,
    taken: 0,
    ended: false,
  };
}

function noKey(): SimpleKey {
  return { number: -1, position: 0, line: 0, column: 0, required: false };
}

/** Puts a token at the end of the queue. Line and column count from 0. */
export function pushToken(
  state: ScannerState,
  kind: TokenKind,
  line: number,
  column: number,
  value = '',
  suffix = '',
  style: ScalarStyle = 'plain',
): void {
  state.queue.push({ kind, line, column, value, suffix, style });
}

/** Passes a sign of `length` characters that is a token of its own. */
export function takeSign(state: ScannerState, kind: TokenKind, length = 1): void {
  pushToken(state, kind, state.line, columnOf(state));
  state.position += length;
}

/** Forgets the tokens that have been taken, where nothing else is in the queue. */
export function clearTaken(state: ScannerState): void {
  if (state.head === 0 || state.head < state.queue.length) return;
  state.queue = [];
  state.head = 0;
}

/** The candidate for a key in the innermost flow collection, or outside of all of them. */
function innermostKey(state: ScannerState): SimpleKey {
  return state.keys[state.keys.length - 1] as SimpleKey;
}

/**
 * Remembers that the token that comes next may turn out to be a key.
 * @throws YamlProblem where the candidate before it had to be one, and was not
 */
export function saveKey(state: ScannerState): void {
  if (!state.keyAllowed) return;
  forgetKey(state);
  const key = innermostKey(state);
  const column = columnOf(state);
  key.number = state.taken + state.queue.length - state.head;
  key.position = state.position;
  key.line = state.line;
  key.column = column;
  key.required = state.flowLevel === 0 && state.indent === column;
}

/**
 * Says that the innermost candidate is no key.
 * @throws YamlProblem where it had to be one
 */
export function forgetKey(state: ScannerState): void {
  const key = innermostKey(state);
  if (key.number >= 0 && key.required) throw missingColon(key.line, key.column);
  key.number = -1;
}

/** Whether a candidate can still be a key: keys stay on one line and within 1,024 characters. */
function canBeKey(state: ScannerState, key: SimpleKey): boolean {
  if (key.number < 0) return false;
  if (key.line < state.line || key.position + KEY_LENGTH < state.position) {
    if (key.required) throw missingColon(key.line, key.column);
    key.number = -1;
    return false;
  }
  return true;
}

/**
 * Whether the first token of the queue may still turn out to be a key, so that tokens could come before it.
 * @throws YamlProblem where it had to be a key, and its line has ended
 */
export function headMayBeKey(state: ScannerState): boolean {
  let may = false;
  for (const key of state.keys) {
    if (key.number === state.taken && canBeKey(state, key)) may = true;
  }
  return may;
}

/** Makes the innermost candidate the key that the colon here stands behind; false where there is none. */
export function makeKey(state: ScannerState): boolean {
  const key = innermostKey(state);
  if (!canBeKey(state, key)) return false;
  insertToken(state, 'key', key);
  if (openBlock(state, key.column)) insertToken(state, 'blockMappingStart', key);
  key.number = -1;
  return true;
}

/** Puts a token before the one that the candidate stands for. */
function insertToken(state: ScannerState, kind: TokenKind, key: SimpleKey): void {
  const token: Token = { kind, line: key.line, column: key.column, value: '', suffix: '', style: 'plain' };
  state.queue.splice(state.head + key.number - state.taken, 0, token);
}

/**
 * Opens a block collection where what stands at `column` is indented further than the one around it; says whether it did.
 * @throws YamlProblem where too many are open
 */
export function openBlock(state: ScannerState, column: number): boolean {
  if (state.flowLevel > 0 || state.indent >= column) return false;
  state.indents.push(state.indent);
  state.indent = column;
  if (state.indents.length > MAX_DEPTH) throw tooDeep(state);
  return true;
}

/** Closes all block collections that are indented further than `column`. */
export function closeBlocks(state: ScannerState, column: number): void {
  if (state.flowLevel > 0) return;
  while (state.indent > column) {
    pushToken(state, 'blockEnd', state.line, columnOf(state));
    state.indent = state.indents.pop() ?? -1;
  }
}

/**
 * Opens a collection in braces or brackets: from here on, indentation means nothing.
 * @throws YamlProblem where too many are open
 */
export function openFlow(state: ScannerState): void {
  state.keys.push(noKey());
  state.flowLevel++;
  if (state.flowLevel > MAX_DEPTH) throw tooDeep(state);
}

/** Closes the innermost collection in braces or brackets, where one is open. */
export function closeFlow(state: ScannerState): void {
  if (state.flowLevel === 0) return;
  state.flowLevel--;
  state.keys.pop();
}

function tooDeep(state: ScannerState): Error {
  return problemAt(state, `this is nested deeper than ${MAX_DEPTH} levels`);
}
