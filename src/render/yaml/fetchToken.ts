import { cannotStart, skipToToken } from './between.js';
import { atDocumentMarker, CHAR, codeAt, columnOf, isBlankOrEnd, problemAt } from './cursor.js';
import { scanAnchor, scanDirective, scanTag } from './properties.js';
import { scanBlock } from './blockScalar.js';
import { scanPlain } from './plainScalar.js';
import { scanQuoted } from './quotedScalar.js';
import {
  closeBlocks,
  closeFlow,
  forgetKey,
  makeKey,
  openBlock,
  openFlow,
  pushToken,
  saveKey,
  takeSign,
  type ScannerState,
} from './scannerState.js';
import type { ScalarStyle, TokenKind } from './tokens.js';

/**
 * Reads on to the next token and puts it into the queue, behind the ends of the blocks that end before it (libyaml's
 * yaml_parser_fetch_next_token).
 * @throws YamlProblem where no token can stand here
 */
export function fetchToken(state: ScannerState): void {
  skipToToken(state);
  closeBlocks(state, columnOf(state));
  if (fetchMarker(state) || fetchSign(state) || fetchNode(state)) return;
  const code = codeAt(state);
  if (code === CHAR.tab) {
    throw problemAt(state, 'a tab stands where the indentation should be', 'Indent with spaces.');
  }
  if (startsNothing(code)) throw cannotStart(state);
  fetchScalar(state, scanPlain, 'plain');
}

/** What no value without quotes can start with; of the signs in it, those that mean something were fetched before. */
function startsNothing(code: number): boolean {
  switch (code) {
    case CHAR.pipe:
    case CHAR.greater:
    case CHAR.percent:
    case CHAR.at:
    case CHAR.backtick:
      return true;
    default:
      return false;
  }
}

/** What stands between documents: the end of the text, directives, `---` and `...`. */
function fetchMarker(state: ScannerState): boolean {
  const code = codeAt(state);
  if (code === CHAR.nul) {
    endBlocks(state);
    state.ended = true;
    pushToken(state, 'streamEnd', state.line, columnOf(state));
    return true;
  }
  if (code === CHAR.percent && state.position === state.lineStart) {
    endBlocks(state);
    const { line } = state;
    const { kind, value, suffix } = scanDirective(state);
    pushToken(state, kind, line, 0, value, suffix);
    return true;
  }
  if (atDocumentMarker(state)) {
    endBlocks(state);
    takeSign(state, code === CHAR.dash ? 'documentStart' : 'documentEnd', 3);
    return true;
  }
  return false;
}

function endBlocks(state: ScannerState): void {
  closeBlocks(state, -1);
  forgetKey(state);
  state.keyAllowed = false;
}

/** The signs of collections: brackets, braces, commas, dashes, question marks and colons. */
function fetchSign(state: ScannerState): boolean {
  switch (codeAt(state)) {
    case CHAR.openBracket:
      return fetchFlowStart(state, 'flowSequenceStart');
    case CHAR.openBrace:
      return fetchFlowStart(state, 'flowMappingStart');
    case CHAR.closeBracket:
      return fetchFlowEnd(state, 'flowSequenceEnd');
    case CHAR.closeBrace:
      return fetchFlowEnd(state, 'flowMappingEnd');
    case CHAR.comma:
      return fetchFlowEntry(state);
    case CHAR.dash:
      return standsAlone(state) && fetchBlockEntry(state);
    case CHAR.question:
      return (state.flowLevel > 0 || standsAlone(state)) && fetchKey(state);
    case CHAR.colon:
      return (state.flowLevel > 0 || standsAlone(state)) && fetchValue(state);
    default:
      return false;
  }
}

function standsAlone(state: ScannerState): boolean {
  return isBlankOrEnd(codeAt(state, 1));
}

/** What belongs to a node and starts with a sign: its anchor, its tag, and every value that is not written plainly. */
function fetchNode(state: ScannerState): boolean {
  const code = codeAt(state);
  switch (code) {
    case CHAR.asterisk:
      return fetchNamed(state, 'alias');
    case CHAR.ampersand:
      return fetchNamed(state, 'anchor');
    case CHAR.exclamation:
      return fetchTag(state);
    case CHAR.singleQuote:
    case CHAR.doubleQuote:
      return fetchScalar(state, scanQuoted, 'quoted');
    case CHAR.pipe:
    case CHAR.greater:
      return state.flowLevel === 0 && fetchBlockScalar(state, code === CHAR.pipe);
    default:
      return false;
  }
}

function fetchFlowStart(state: ScannerState, kind: TokenKind): true {
  saveKey(state);
  openFlow(state);
  state.keyAllowed = true;
  takeSign(state, kind);
  return true;
}

function fetchFlowEnd(state: ScannerState, kind: TokenKind): true {
  forgetKey(state);
  closeFlow(state);
  state.keyAllowed = false;
  takeSign(state, kind);
  return true;
}

function fetchFlowEntry(state: ScannerState): true {
  forgetKey(state);
  state.keyAllowed = true;
  takeSign(state, 'flowEntry');
  return true;
}

function fetchBlockEntry(state: ScannerState): true {
  startInBlock(
    state,
    'blockSequenceStart',
    'a list item cannot start here',
    'Put it on a line of its own, or quote the value if it starts with "- ".',
  );
  forgetKey(state);
  state.keyAllowed = true;
  takeSign(state, 'blockEntry');
  return true;
}

function fetchKey(state: ScannerState): true {
  startInBlock(state, 'blockMappingStart', 'a key cannot start here');
  forgetKey(state);
  state.keyAllowed = state.flowLevel === 0;
  takeSign(state, 'key');
  return true;
}

function fetchValue(state: ScannerState): true {
  if (makeKey(state)) {
    state.keyAllowed = false;
  } else {
    startInBlock(
      state,
      'blockMappingStart',
      'a second colon on this line makes no sense as YAML',
      'Quote the value if it holds ": ".',
    );
    state.keyAllowed = state.flowLevel === 0;
  }
  takeSign(state, 'value');
  return true;
}

/** Opens the block that an item or a key starts, outside of braces and brackets; it must be the first on its line. */
function startInBlock(state: ScannerState, kind: TokenKind, message: string, suggestion?: string): void {
  if (state.flowLevel > 0) return;
  if (!state.keyAllowed) throw problemAt(state, message, suggestion);
  const column = columnOf(state);
  if (openBlock(state, column)) pushToken(state, kind, state.line, column);
}

function fetchNamed(state: ScannerState, kind: 'alias' | 'anchor'): true {
  saveKey(state);
  state.keyAllowed = false;
  const { line } = state;
  const column = columnOf(state);
  pushToken(state, kind, line, column, scanAnchor(state));
  return true;
}

function fetchTag(state: ScannerState): true {
  saveKey(state);
  state.keyAllowed = false;
  const { line } = state;
  const column = columnOf(state);
  const { handle, suffix } = scanTag(state);
  pushToken(state, 'tag', line, column, handle, suffix);
  return true;
}

function fetchScalar(state: ScannerState, scan: (state: ScannerState) => string, style: ScalarStyle): true {
  saveKey(state);
  state.keyAllowed = false;
  const { line } = state;
  const column = columnOf(state);
  pushToken(state, 'scalar', line, column, scan(state), '', style);
  return true;
}

function fetchBlockScalar(state: ScannerState, literal: boolean): true {
  forgetKey(state);
  state.keyAllowed = true;
  const { line } = state;
  const column = columnOf(state);
  pushToken(state, 'scalar', line, column, scanBlock(state, literal), '', literal ? 'literal' : 'folded');
  return true;
}
