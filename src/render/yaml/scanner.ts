import { atDocumentMarker, CHAR, codeAt, columnOf, isBlank, isBlankOrEnd, problemAt, type Cursor } from './cursor.js';
import { cannotStart, missingColon, skipToToken } from './between.js';
import { scanAnchor, scanDirective, scanTag } from './properties.js';
import { scanBlock, scanPlain, scanQuoted } from './scalars.js';
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

export interface Scanner {
  /** The next token, without taking it. */
  peek(): Token;
  next(): Token;
}

/** libyaml's limit: a key must end within so many characters. */
const KEY_LENGTH = 1024;
/** go-yaml takes 10,000; no Kubernetes object comes near, and recursion over one must be safe everywhere. */
const MAX_DEPTH = 1000;

/**
 * Cuts a YAML text into tokens by the rules of libyaml's scanner (its scanner.c, go-yaml's scannerc.go): the same texts are
 * taken and the same are refused. The text must not hold control characters.
 */
export function createScanner(text: string): Scanner {
  const cursor: Cursor = {
    text: `${text}\0`,
    position: 0,
    line: 0,
    lineStart: 0,
    indent: -1,
    flowLevel: 0,
    keyAllowed: true,
  };
  if (codeAt(cursor) === CHAR.bom) {
    cursor.position = 1;
    cursor.lineStart = 1;
  }
  const indents: number[] = [];
  const keys: SimpleKey[] = [{ number: -1, position: 0, line: 0, column: 0, required: false }];
  let queue: Token[] = [];
  let head = 0;
  let taken = 0;
  let ended = false;

  const topKey = (): SimpleKey => keys[keys.length - 1] as SimpleKey;

  function push(
    kind: TokenKind,
    line: number,
    column: number,
    value = '',
    suffix = '',
    style: ScalarStyle = 'plain',
  ): void {
    queue.push({ kind, line, column, value, suffix, style });
  }

  function insert(number: number, kind: TokenKind, key: SimpleKey): void {
    queue.splice(head + number - taken, 0, {
      kind,
      line: key.line,
      column: key.column,
      value: '',
      suffix: '',
      style: 'plain',
    });
  }

  function forgetKey(): void {
    const key = topKey();
    if (key.number >= 0 && key.required) throw missingColon(key.line, key.column);
    key.number = -1;
  }

  /** Whether the innermost candidate can still be a key: keys stay on one line and within 1,024 characters. */
  function keyIsValid(key: SimpleKey): boolean {
    if (key.number < 0) return false;
    if (key.line < cursor.line || key.position + KEY_LENGTH < cursor.position) {
      if (key.required) throw missingColon(key.line, key.column);
      key.number = -1;
      return false;
    }
    return true;
  }

  function saveKey(): void {
    if (!cursor.keyAllowed) return;
    forgetKey();
    const key = topKey();
    const column = columnOf(cursor);
    key.number = taken + queue.length - head;
    key.position = cursor.position;
    key.line = cursor.line;
    key.column = column;
    key.required = cursor.flowLevel === 0 && cursor.indent === column;
  }

  function roll(column: number): boolean {
    if (cursor.flowLevel > 0 || cursor.indent >= column) return false;
    indents.push(cursor.indent);
    cursor.indent = column;
    if (indents.length > MAX_DEPTH) throw problemAt(cursor, `this is nested deeper than ${MAX_DEPTH} levels`);
    return true;
  }

  function unroll(column: number): void {
    if (cursor.flowLevel > 0) return;
    while (cursor.indent > column) {
      push('blockEnd', cursor.line, columnOf(cursor));
      cursor.indent = indents.pop() ?? -1;
    }
  }

  function single(kind: TokenKind, length = 1): void {
    push(kind, cursor.line, columnOf(cursor));
    cursor.position += length;
  }

  function fetchStructure(): void {
    unroll(-1);
    forgetKey();
    cursor.keyAllowed = false;
  }

  function fetchBlockEntry(): void {
    if (cursor.flowLevel === 0) {
      if (!cursor.keyAllowed)
        throw problemAt(
          cursor,
          'a list item cannot start here',
          'Put it on a line of its own, or quote the value if it starts with "- ".',
        );
      const column = columnOf(cursor);
      if (roll(column)) push('blockSequenceStart', cursor.line, column);
    }
    forgetKey();
    cursor.keyAllowed = true;
    single('blockEntry');
  }

  function fetchKey(): void {
    if (cursor.flowLevel === 0) {
      if (!cursor.keyAllowed) throw problemAt(cursor, 'a key cannot start here');
      const column = columnOf(cursor);
      if (roll(column)) push('blockMappingStart', cursor.line, column);
    }
    forgetKey();
    cursor.keyAllowed = cursor.flowLevel === 0;
    single('key');
  }

  function fetchValue(): void {
    const key = topKey();
    if (keyIsValid(key)) {
      insert(key.number, 'key', key);
      if (roll(key.column)) insert(key.number, 'blockMappingStart', key);
      key.number = -1;
      cursor.keyAllowed = false;
    } else {
      if (cursor.flowLevel === 0) {
        if (!cursor.keyAllowed) {
          throw problemAt(
            cursor,
            'a second colon on this line makes no sense as YAML',
            'Quote the value if it holds ": ".',
          );
        }
        const column = columnOf(cursor);
        if (roll(column)) push('blockMappingStart', cursor.line, column);
      }
      cursor.keyAllowed = cursor.flowLevel === 0;
    }
    single('value');
  }

  function fetchFlowStart(kind: TokenKind): void {
    saveKey();
    keys.push({ number: -1, position: 0, line: 0, column: 0, required: false });
    cursor.flowLevel++;
    if (cursor.flowLevel > MAX_DEPTH) throw problemAt(cursor, `this is nested deeper than ${MAX_DEPTH} levels`);
    cursor.keyAllowed = true;
    single(kind);
  }

  function fetchFlowEnd(kind: TokenKind): void {
    forgetKey();
    if (cursor.flowLevel > 0) {
      cursor.flowLevel--;
      keys.pop();
    }
    cursor.keyAllowed = false;
    single(kind);
  }

  function fetchNamed(kind: 'alias' | 'anchor'): void {
    saveKey();
    cursor.keyAllowed = false;
    const { line } = cursor;
    const column = columnOf(cursor);
    push(kind, line, column, scanAnchor(cursor));
  }

  function fetchScalar(read: () => string, style: ScalarStyle): void {
    saveKey();
    cursor.keyAllowed = false;
    const { line } = cursor;
    const column = columnOf(cursor);
    push('scalar', line, column, read(), '', style);
  }

  function fetchBlockScalar(literal: boolean): void {
    forgetKey();
    cursor.keyAllowed = true;
    const { line } = cursor;
    const column = columnOf(cursor);
    push('scalar', line, column, scanBlock(cursor, literal), '', literal ? 'literal' : 'folded');
  }

  function fetchTag(): void {
    saveKey();
    cursor.keyAllowed = false;
    const { line } = cursor;
    const column = columnOf(cursor);
    const { handle, suffix } = scanTag(cursor);
    push('tag', line, column, handle, suffix);
  }

  function fetch(): void {
    skipToToken(cursor);
    unroll(columnOf(cursor));
    const code = codeAt(cursor);
    const { flowLevel } = cursor;
    if (code === CHAR.nul) {
      fetchStructure();
      ended = true;
      push('streamEnd', cursor.line, columnOf(cursor));
      return;
    }
    if (code === CHAR.percent && cursor.position === cursor.lineStart) {
      fetchStructure();
      const { line } = cursor;
      const { kind, value, suffix } = scanDirective(cursor);
      push(kind, line, 0, value, suffix);
      return;
    }
    if (atDocumentMarker(cursor)) {
      fetchStructure();
      single(code === CHAR.dash ? 'documentStart' : 'documentEnd', 3);
      return;
    }
    const standsAlone = isBlankOrEnd(codeAt(cursor, 1));
    switch (code) {
      case CHAR.openBracket: {
        fetchFlowStart('flowSequenceStart');
        return;
      }
      case CHAR.openBrace: {
        fetchFlowStart('flowMappingStart');
        return;
      }
      case CHAR.closeBracket: {
        fetchFlowEnd('flowSequenceEnd');
        return;
      }
      case CHAR.closeBrace: {
        fetchFlowEnd('flowMappingEnd');
        return;
      }
      case CHAR.comma:
        forgetKey();
        cursor.keyAllowed = true;
        {
          single('flowEntry');
          return;
        }
      case CHAR.dash:
        if (standsAlone) {
          fetchBlockEntry();
          return;
        }
        break;
      case CHAR.question:
        if (flowLevel > 0 || standsAlone) {
          fetchKey();
          return;
        }
        break;
      case CHAR.colon:
        if (flowLevel > 0 || standsAlone) {
          fetchValue();
          return;
        }
        break;
      case CHAR.asterisk: {
        fetchNamed('alias');
        return;
      }
      case CHAR.ampersand: {
        fetchNamed('anchor');
        return;
      }
      case CHAR.exclamation: {
        fetchTag();
        return;
      }
      case CHAR.singleQuote:
      case CHAR.doubleQuote: {
        fetchScalar(() => scanQuoted(cursor, code), 'quoted');
        return;
      }
      case CHAR.pipe:
      case CHAR.greater:
        if (flowLevel === 0) {
          fetchBlockScalar(code === CHAR.pipe);
          return;
        }
        throw cannotStart(cursor);
      case CHAR.percent:
      case CHAR.at:
      case CHAR.backtick:
        throw cannotStart(cursor);
      case CHAR.tab:
        throw problemAt(cursor, 'a tab stands where the indentation should be', 'Indent with spaces.');
      default:
    }
    if (code === CHAR.dash && isBlank(codeAt(cursor, 1))) throw cannotStart(cursor);
    fetchScalar(() => scanPlain(cursor), 'plain');
  }

  /** Scans on until the first token of the queue cannot turn out to be a key any more. */
  function fill(): void {
    for (;;) {
      let enough = head < queue.length || ended;
      if (enough && !ended) {
        for (const key of keys) {
          if (key.number === taken && keyIsValid(key)) enough = false;
        }
      }
      if (enough) return;
      if (head > 0 && head === queue.length) {
        queue = [];
        head = 0;
      }
      fetch();
    }
  }

  return {
    peek() {
      fill();
      return queue[head] as Token;
    },
    next() {
      fill();
      const token = queue[head] as Token;
      if (token.kind !== 'streamEnd') {
        head++;
        taken++;
      }
      return token;
    },
  };
}
