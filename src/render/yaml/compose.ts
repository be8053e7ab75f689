import type { Json, JsonObject } from '../../objects/object.js';
import { YamlProblem } from './cursor.js';
import { formatFloat32 } from './goNumber.js';
import { resolvePlain, type Resolved, type YamlVersion } from './resolve.js';
import type { Scanner } from './scanner.js';
import type { Token, TokenKind } from './tokens.js';

export interface ComposeOptions {
  readonly version: YamlVersion;
  /** Whether a key that stands twice in a mapping is an error; otherwise its last value counts. */
  readonly uniqueKeys: boolean;
  /**
   * Whether keys that are not strings are an error below the top, and an empty value in a flow collection is a string: what
   * becomes of them where kustomize writes a resource out and reads it again on the way.
   */
  readonly resource: boolean;
  /** Told where each entry of a mapping or sequence stands. */
  readonly onEntry?: (container: object, key: string | number, token: Token) => void;
}

type MutableObject = Record<string, Json | undefined>;

/** A document may gain at most so many nodes by aliases: enough for every real file, too few for a bomb. */
const MAX_ALIASED = 1_000_000;

const LONG_TAG = 'tag:yaml.org,2002:';
const PENDING = Symbol('anchor of a node that is still being read');

function problem(token: Token, message: string, suggestion?: string): YamlProblem {
  return new YamlProblem(message, token.line + 1, token.column + 1, suggestion);
}

/** Sets a field whose name comes from a user: `__proto__` is a field like any other. */
export function setField(object: MutableObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** Reads one document from the tokens and leaves what follows it. Undefined where there is none, or nothing in it. */
export function composeDocument(scanner: Scanner, options: ComposeOptions): { value: Json; line: number } | undefined {
  const anchors = new Map<string, Json | typeof PENDING>();
  const handles = new Map<string, string>();
  let aliased = 0;
  /** The text of the scalar that readNode read last, for keys. */
  let lastText = '';
  let lastResolved: Resolved['tag'] | 'collection' = 'null';

  function readDirectives(): void {
    let versions = 0;
    for (
      let token = scanner.peek();
      token.kind === 'versionDirective' || token.kind === 'tagDirective';
      token = scanner.peek()
    ) {
      scanner.next();
      if (token.kind === 'tagDirective') {
        if (handles.has(token.value)) throw problem(token, `the tag handle ${token.value} is declared twice`);
        handles.set(token.value, token.suffix);
      } else {
        versions++;
        if (versions > 1) throw problem(token, 'the document has two %YAML directives');
        if (!/^0?1\.0?1$/.test(token.value)) {
          throw problem(token, `YAML ${token.value} is not what Kubernetes' tools read`, 'Leave the %YAML line out.');
        }
      }
    }
    if (!handles.has('!')) handles.set('!', '!');
    if (!handles.has('!!')) handles.set('!!', LONG_TAG);
  }

  function tagOf(token: Token): string {
    if (token.value === '') return token.suffix;
    const prefix = handles.get(token.value);
    if (prefix === undefined) throw problem(token, `the tag handle ${token.value} is not declared`);
    return prefix + token.suffix;
  }

  function copy(value: Json, token: Token): Json {
    aliased++;
    if (aliased > MAX_ALIASED) {
      throw problem(
        token,
        `aliases make this document larger by more than ${MAX_ALIASED} values`,
        'Write the values out where they are used.',
      );
    }
    if (Array.isArray(value)) return (value as readonly Json[]).map((item) => copy(item, token));
    if (typeof value !== 'object' || value === null) return value;
    const result: MutableObject = {};
    for (const [key, item] of Object.entries(value as JsonObject)) setField(result, key, copy(item as Json, token));
    return result;
  }

  function readAlias(token: Token): Json {
    scanner.next();
    const value = anchors.get(token.value);
    if (value === undefined) throw problem(token, `no anchor &${token.value} stands before this alias`);
    if (value === PENDING) throw problem(token, `the anchor &${token.value} holds itself`);
    lastResolved = typeof value === 'object' && value !== null ? 'collection' : 'str';
    lastText = typeof value === 'string' ? value : '';
    return copy(value, token);
  }

  function readTagged(token: Token, tag: string): Json {
    const short = tag.startsWith(LONG_TAG) ? tag.slice(LONG_TAG.length) : '';
    if (short === 'binary') {
      const text = token.value.replaceAll(/[\r\n]/g, '');
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
        throw problem(token, 'the value of !!binary is not base64');
      }
      lastResolved = 'timestamp'; // As a key: not a string.
      return Buffer.from(text, 'base64').toString('utf8');
    }
    if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(short)) return token.value;
    const resolved = resolvePlain(token.value, options.version, short !== 'timestamp');
    if (resolved.tag !== short && !(short === 'float' && resolved.tag === 'int')) {
      throw problem(token, `the value is not of the type that its tag !!${short} says`);
    }
    lastResolved = resolved.tag;
    return finite(token, resolved);
  }

  function finite(token: Token, resolved: Resolved): Json {
    if (resolved.tag === 'float' && !Number.isFinite(resolved.value)) {
      throw problem(
        token,
        `${token.value} is a number that Kubernetes objects cannot hold`,
        'Quote it if it is meant as text.',
      );
    }
    return resolved.value;
  }

  function readScalar(token: Token, tag: string): Json {
    lastText = token.value;
    lastResolved = 'str';
    if (tag !== '' && tag !== '!') return readTagged(token, tag);
    if (!token.plain) return token.value;
    const resolved = resolvePlain(token.value, options.version);
    lastResolved = resolved.tag;
    return resolved.tag === 'float' ? finite(token, resolved) : resolved.value;
  }

  /** A value that is not there. */
  function empty(flow: boolean): Json {
    lastText = '';
    lastResolved = flow && options.resource ? 'str' : 'null';
    return flow && options.resource ? '' : null;
  }

  function readNode(block: boolean, indentless: boolean): Json {
    let token = scanner.peek();
    if (token.kind === 'scalar') {
      scanner.next();
      return readScalar(token, '');
    }
    if (token.kind === 'alias') return readAlias(token);
    let anchor: string | undefined;
    let tag = '';
    const start = token;
    for (;;) {
      if (token.kind === 'anchor' && anchor === undefined) anchor = token.value;
      else if (token.kind === 'tag' && tag === '') tag = tagOf(token);
      else break;
      scanner.next();
      token = scanner.peek();
    }
    if (anchor !== undefined) anchors.set(anchor, PENDING);
    const value = readContent(token, tag, block, indentless, start);
    if (anchor !== undefined && anchors.get(anchor) === PENDING) anchors.set(anchor, value);
    return value;
  }

  function readContent(token: Token, tag: string, block: boolean, indentless: boolean, start: Token): Json {
    if (token.kind === 'scalar') {
      scanner.next();
      return readScalar(token, tag);
    }
    let value: Json;
    if (token.kind === 'flowSequenceStart') value = readFlowSequence();
    else if (token.kind === 'flowMappingStart') value = readFlowMapping();
    else if (block && token.kind === 'blockMappingStart') value = readBlockMapping();
    else if (block && token.kind === 'blockSequenceStart') value = readBlockSequence();
    else if (indentless && token.kind === 'blockEntry') value = readIndentlessSequence();
    else if (start !== token) {
      // Nothing but an anchor or a tag.
      const nothing: Token = {
        kind: 'scalar',
        line: start.line,
        column: start.column,
        value: '',
        suffix: '',
        plain: true,
      };
      return readScalar(nothing, tag);
    } else throw unexpected(token, block ? 'a value' : 'a value in this flow collection');
    lastResolved = 'collection';
    return value;
  }

  function readBlockSequence(): Json {
    const items: Json[] = [];
    scanner.next();
    for (let token = scanner.peek(); token.kind !== 'blockEnd'; token = scanner.peek()) {
      if (token.kind !== 'blockEntry') throw unexpected(token, 'a list item ("- ") or the end of the list');
      scanner.next();
      const next = scanner.peek();
      options.onEntry?.(items, items.length, next);
      items.push(next.kind === 'blockEntry' || next.kind === 'blockEnd' ? empty(false) : readNode(true, false));
    }
    scanner.next();
    return items;
  }

  function readIndentlessSequence(): Json {
    const items: Json[] = [];
    while (scanner.peek().kind === 'blockEntry') {
      scanner.next();
      const next = scanner.peek();
      options.onEntry?.(items, items.length, next);
      items.push(isOneOf(next.kind, 'blockEntry', 'key', 'value', 'blockEnd') ? empty(false) : readNode(true, false));
    }
    return items;
  }

  function readBlockMapping(): Json {
    const mapping = createMapping();
    scanner.next();
    for (let token = scanner.peek(); token.kind !== 'blockEnd'; token = scanner.peek()) {
      if (token.kind !== 'key') throw unexpected(token, 'a key');
      scanner.next();
      const keyToken = scanner.peek();
      const key = isOneOf(keyToken.kind, 'key', 'value', 'blockEnd') ? empty(false) : readNode(true, true);
      mapping.setKey(keyToken, key);
      let value: Json = null;
      if (scanner.peek().kind === 'value') {
        scanner.next();
        value = isOneOf(scanner.peek().kind, 'key', 'value', 'blockEnd') ? null : readNode(true, true);
      }
      mapping.setValue(value);
    }
    scanner.next();
    return mapping.finish();
  }

  function readFlowSequence(): Json {
    const opening = scanner.next();
    const items: Json[] = [];
    for (let token = scanner.peek(); token.kind !== 'flowSequenceEnd'; token = scanner.peek()) {
      if (items.length > 0) {
        if (token.kind !== 'flowEntry') throw unclosed(opening, token, '[', ']');
        scanner.next();
        token = scanner.peek();
        if (token.kind === 'flowSequenceEnd') break;
      }
      options.onEntry?.(items, items.length, token);
      if (token.kind === 'key') {
        scanner.next();
        const mapping = createMapping();
        readFlowPair(mapping, 'flowSequenceEnd');
        items.push(mapping.finish());
      } else {
        items.push(readNode(false, false));
      }
    }
    scanner.next();
    return items;
  }

  function readFlowMapping(): Json {
    const opening = scanner.next();
    const mapping = createMapping();
    let first = true;
    for (let token = scanner.peek(); token.kind !== 'flowMappingEnd'; token = scanner.peek()) {
      if (!first) {
        if (token.kind !== 'flowEntry') throw unclosed(opening, token, '{', '}');
        scanner.next();
        token = scanner.peek();
        if (token.kind === 'flowMappingEnd') break;
      }
      first = false;
      if (token.kind === 'key') {
        scanner.next();
        readFlowPair(mapping, 'flowMappingEnd');
      } else {
        mapping.setKey(token, readNode(false, false));
        mapping.setValue(empty(true));
      }
    }
    scanner.next();
    return mapping.finish();
  }

  function readFlowPair(mapping: Mapping, end: TokenKind): void {
    const keyToken = scanner.peek();
    mapping.setKey(keyToken, isOneOf(keyToken.kind, 'value', 'flowEntry', end) ? empty(true) : readNode(false, false));
    let value: Json | undefined;
    if (scanner.peek().kind === 'value') {
      scanner.next();
      if (!isOneOf(scanner.peek().kind, 'flowEntry', end)) value = readNode(false, false);
    }
    mapping.setValue(value === undefined ? empty(true) : value);
  }

  interface Mapping {
    setKey(token: Token, key: Json): void;
    setValue(value: Json): void;
    finish(): Json;
  }

  let depth = 0;

  function createMapping(): Mapping {
    depth++;
    const object: MutableObject = {};
    const top = depth === 1;
    let key = '';
    let keyToken: Token | undefined;
    let merging = false;
    let merges: Json[] | undefined;

    const merge = (value: Json, override: boolean): void => {
      for (const [field, item] of Object.entries(value as JsonObject)) {
        if (override || !Object.hasOwn(object, field)) setField(object, field, item as Json);
      }
    };

    return {
      setKey(token, value) {
        keyToken = token;
        merging = lastText === '<<' && token.kind === 'scalar' && token.plain;
        if (merging && options.uniqueKeys && merges !== undefined)
          throw problem(token, 'a mapping can have << only once', 'Write <<: [*first, *second].');
        key = merging ? '' : keyOf(token, value, top);
        if (!merging && options.uniqueKeys && Object.hasOwn(object, key)) {
          throw problem(token, `the key ${JSON.stringify(key)} stands twice in this mapping`, 'Remove one of the two.');
        }
      },
      setValue(value) {
        if (!merging) {
          setField(object, key, value);
          if (keyToken !== undefined) options.onEntry?.(object, key, keyToken);
          return;
        }
        const sources = Array.isArray(value) ? (value as readonly Json[]) : [value];
        for (const source of sources) {
          if (typeof source !== 'object' || source === null || Array.isArray(source)) {
            throw problem(
              keyToken as Token,
              '<< merges mappings only',
              'Give it an alias of a mapping, or a list of these.',
            );
          }
        }
        // go-yaml v2 merges where << stands, over the keys before it; the first of a list wins.
        if (options.version === '1.1') for (const source of sources.toReversed()) merge(source, true);
        merges = [...(merges ?? []), ...sources];
      },
      finish() {
        depth--;
        if (options.version === '1.2') for (const source of merges ?? []) merge(source, false);
        return object;
      },
    };
  }

  function keyOf(token: Token, value: Json, top: boolean): string {
    if (lastResolved === 'str') return String(value);
    if (lastResolved === 'collection') throw problem(token, 'a key cannot be a list or a mapping', 'Put it in quotes.');
    if (!options.resource) {
      if (lastResolved === 'timestamp') return String(value);
      if (value === null || (typeof value === 'bigint' && value > 2n ** 63n - 1n)) {
        throw problem(token, `${lastText === '' ? 'an empty key' : lastText} cannot be a key`, 'Put it in quotes.');
      }
      return lastResolved === 'float' ? formatFloat32(Number(value)) : String(value);
    }
    if (top && value !== null) return lastText;
    throw problem(
      token,
      lastText === '' ? 'the key is empty' : `the key ${lastText} is not a string`,
      'Put it in quotes: the keys of Kubernetes objects are strings.',
    );
  }

  readDirectives();
  let token = scanner.peek();
  if (token.kind === 'streamEnd') return undefined;
  if (token.kind === 'documentStart') {
    scanner.next();
    token = scanner.peek();
    if (isOneOf(token.kind, 'versionDirective', 'tagDirective', 'documentStart', 'documentEnd', 'streamEnd'))
      return undefined;
  } else if (token.kind === 'documentEnd') {
    throw unexpected(token, 'a document');
  } else if (handles.size > 2) {
    throw unexpected(token, '--- after the directives');
  }
  return { value: readNode(true, false), line: token.line + 1 };
}

function isOneOf(kind: TokenKind, ...kinds: readonly TokenKind[]): boolean {
  return kinds.includes(kind);
}

const DESCRIPTIONS: Partial<Record<TokenKind, string>> = {
  streamEnd: 'the end of the text',
  documentStart: '---',
  documentEnd: '...',
  blockSequenceStart: 'a list',
  blockMappingStart: 'a key that is indented otherwise than those before it',
  blockEnd: 'the end of the block',
  flowSequenceEnd: ']',
  flowMappingEnd: '}',
  flowEntry: 'a comma',
  blockEntry: 'a list item',
  key: 'a key',
  value: 'a colon',
  scalar: 'a value',
};

function unexpected(token: Token, wanted: string): YamlProblem {
  return problem(
    token,
    `${DESCRIPTIONS[token.kind] ?? token.kind} stands where ${wanted} should be`,
    'Check the indentation here and on the lines before.',
  );
}

function unclosed(opening: Token, token: Token, open: string, close: string): YamlProblem {
  return problem(token, `${open} of line ${opening.line + 1} is not closed: a comma or ${close} should be here`);
}
