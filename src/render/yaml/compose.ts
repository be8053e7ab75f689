import { copyStyles } from '../resources/styles.js';
import { isMap, type Tree, type TreeMap } from '../resources/tree.js';
import { PENDING, problem, unclosed, unexpected, type ComposeOptions, type Composer } from './composer.js';
import {
  closeMapping,
  fieldOf,
  openMapping,
  refolded,
  setEntry,
  setField,
  type OpenMapping,
} from './composeMapping.js';
import { emptyValue, LONG_TAG, readScalar, readTaggedScalar } from './composeScalar.js';
import type { Scanner } from './scanner.js';
import type { Token, TokenKind } from './tokens.js';

/** A text may gain at most so many values by aliases: enough for every real file, too few for a bomb. */
const MAX_ALIASED = 1_000_000;

/**
 * Reads one document from the tokens by the rules of libyaml's parser, and leaves what follows it.
 * Undefined where there is none, or nothing in it.
 */
export function composeDocument(scanner: Scanner, options: ComposeOptions): { value: Tree; line: number } | undefined {
  const composer: Composer = {
    scanner,
    options,
    anchors: new Map(),
    foldedAnchors: new Set(),
    handles: new Map(),
    depth: 0,
    text: '',
    type: 'null',
    plain: true,
    folded: false,
  };
  const directives = readDirectives(composer);
  let token = scanner.peek();
  if (token.kind === 'streamEnd') {
    if (directives === 0) return undefined;
    throw problem(
      token,
      'directives stand here without a document of theirs',
      'Leave the %YAML line out: what stands before --- is read on its own.',
    );
  }
  if (token.kind === 'documentStart') {
    scanner.next();
    token = scanner.peek();
    if (endsDocument(token.kind)) return undefined;
  } else if (directives > 0 || token.kind === 'documentEnd') {
    throw unexpected(token, directives > 0 ? '--- after the directives' : 'a document');
  }
  const value = readNode(composer, true, false);
  // What follows must at least be a token.
  scanner.peek();
  return { value, line: token.line + 1 };
}

function endsDocument(kind: TokenKind): boolean {
  return (
    kind === 'documentStart' ||
    kind === 'documentEnd' ||
    kind === 'streamEnd' ||
    kind === 'versionDirective' ||
    kind === 'tagDirective'
  );
}

/** Reads the directives before a document and returns how many there are. */
function readDirectives({ scanner, handles }: Composer): number {
  let versions = 0;
  let count = 0;
  for (
    let token = scanner.peek();
    token.kind === 'versionDirective' || token.kind === 'tagDirective';
    token = scanner.peek()
  ) {
    scanner.next();
    count++;
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
  return count;
}

function readNode(composer: Composer, block: boolean, indentless: boolean): Tree {
  const { scanner, options } = composer;
  const token = scanner.peek();
  if (++options.counts.values > options.counts.most)
    throw problem(token, `this text has more than ${options.counts.most} values`, 'Split it into several files.');
  if (token.kind === 'scalar') return readScalar(composer, scanner.next());
  if (token.kind === 'alias') return readAlias(composer, scanner.next());
  if (token.kind === 'anchor' || token.kind === 'tag') return readWithProperties(composer, block, indentless);
  return readCollection(composer, token, block, indentless);
}

/** Reads a node that has an anchor, a tag, or both in either order. */
function readWithProperties(composer: Composer, block: boolean, indentless: boolean): Tree {
  const { scanner, anchors } = composer;
  const start = scanner.peek();
  let anchor: string | undefined;
  let tag = '';
  let token = start;
  for (;;) {
    if (token.kind === 'anchor' && anchor === undefined) anchor = token.value;
    else if (token.kind === 'tag' && tag === '') tag = tagOf(composer, token);
    else break;
    scanner.next();
    token = scanner.peek();
  }
  if (anchor !== undefined) anchors.set(anchor, PENDING);
  let value: Tree;
  if (token.kind === 'scalar') {
    value = readTaggedScalar(composer, scanner.next(), tag);
  } else if (opensCollection(token.kind, block, indentless)) {
    value = readCollection(composer, token, block, indentless);
  } else {
    // Nothing but the properties.
    value = readTaggedScalar(composer, { ...start, kind: 'scalar', value: '', style: 'plain' }, tag);
  }
  if (anchor !== undefined && anchors.get(anchor) === PENDING) {
    anchors.set(anchor, value);
    if (composer.folded) composer.foldedAnchors.add(anchor);
    else composer.foldedAnchors.delete(anchor);
  }
  return value;
}

function tagOf(composer: Composer, token: Token): string {
  if (token.value === '') return token.suffix;
  const prefix = composer.handles.get(token.value);
  if (prefix === undefined) throw problem(token, `the tag handle ${token.value} is not declared`);
  return prefix + token.suffix;
}

/** Aliases are copies: whoever changes one place must not change the other. */
function readAlias(composer: Composer, token: Token): Tree {
  const value = composer.anchors.get(token.value);
  if (value === undefined) throw problem(token, `no anchor &${token.value} stands before this alias`);
  if (value === PENDING) throw problem(token, `the anchor &${token.value} holds itself`);
  composer.text = typeof value === 'string' ? value : '';
  composer.type = typeof value === 'string' ? 'str' : 'collection';
  composer.plain = false;
  composer.folded = composer.foldedAnchors.has(token.value);
  return copy(composer, value, token);
}

function copy(composer: Composer, value: Tree, token: Token): Tree {
  const { counts } = composer.options;
  counts.aliased++;
  if (counts.aliased > MAX_ALIASED) {
    throw problem(
      token,
      `aliases add more than ${MAX_ALIASED} values to this text`,
      'Write the values out where they are used.',
    );
  }
  if (Array.isArray(value))
    return copyStyles<Tree[]>(
      value,
      value.map((item) => copy(composer, item, token)),
    );
  if (!isMap(value)) return value;
  const result = composer.options.createMap();
  for (const [field, item] of Object.entries(value))
    if (item !== undefined) setField(result, field, copy(composer, item, token));
  return copyStyles<TreeMap>(value, result);
}

function opensCollection(kind: TokenKind, block: boolean, indentless: boolean): boolean {
  if (kind === 'flowSequenceStart' || kind === 'flowMappingStart') return true;
  return (
    (block && (kind === 'blockMappingStart' || kind === 'blockSequenceStart')) || (indentless && kind === 'blockEntry')
  );
}

function readCollection(composer: Composer, token: Token, block: boolean, indentless: boolean): Tree {
  if (!opensCollection(token.kind, block, indentless)) throw unexpected(token, 'a value');
  let value: Tree;
  if (token.kind === 'blockMappingStart') value = readBlockMapping(composer);
  else if (token.kind === 'blockSequenceStart') value = readBlockSequence(composer);
  else if (token.kind === 'blockEntry') value = readIndentlessSequence(composer);
  else if (token.kind === 'flowMappingStart') value = readFlowMapping(composer);
  else value = readFlowSequence(composer);
  composer.type = 'collection';
  composer.plain = false;
  composer.folded = false;
  return value;
}

function readBlockSequence(composer: Composer): Tree {
  const { scanner, options } = composer;
  const items: Tree[] = [];
  scanner.next();
  for (let token = scanner.next(); token.kind !== 'blockEnd'; token = scanner.next()) {
    if (token.kind !== 'blockEntry') throw unexpected(token, 'a list item ("- ") or the end of the list');
    const next = scanner.peek();
    options.onEntry?.(items, items.length, next);
    const missing = next.kind === 'blockEntry' || next.kind === 'blockEnd';
    items.push(missing ? emptyValue(composer, false) : refolded(composer, readNode(composer, true, false)));
  }
  return items;
}

function readIndentlessSequence(composer: Composer): Tree {
  const { scanner, options } = composer;
  const items: Tree[] = [];
  while (scanner.peek().kind === 'blockEntry') {
    scanner.next();
    const next = scanner.peek();
    options.onEntry?.(items, items.length, next);
    const missing = next.kind === 'blockEntry' || endsEntry(next.kind);
    items.push(missing ? emptyValue(composer, false) : refolded(composer, readNode(composer, true, false)));
  }
  return items;
}

function endsEntry(kind: TokenKind): boolean {
  return kind === 'key' || kind === 'value' || kind === 'blockEnd';
}

function readBlockMapping(composer: Composer): Tree {
  const { scanner } = composer;
  const mapping = openMapping(composer);
  scanner.next();
  for (let token = scanner.next(); token.kind !== 'blockEnd'; token = scanner.next()) {
    if (token.kind !== 'key') throw unexpected(token, 'a key');
    const keyToken = scanner.peek();
    const key = endsEntry(keyToken.kind) ? emptyValue(composer, false) : readNode(composer, true, true);
    const field = fieldOf(composer, mapping, keyToken, key);
    let missing = true;
    if (scanner.peek().kind === 'value') {
      scanner.next();
      missing = endsEntry(scanner.peek().kind);
    }
    setEntry(
      composer,
      mapping,
      keyToken,
      field,
      missing ? emptyValue(composer, false) : readNode(composer, true, true),
    );
  }
  return closeMapping(composer, mapping);
}

function readFlowSequence(composer: Composer): Tree {
  const { scanner, options } = composer;
  const opening = scanner.next();
  const items: Tree[] = [];
  for (let token = scanner.peek(); token.kind !== 'flowSequenceEnd'; token = scanner.peek()) {
    if (items.length > 0) {
      if (token.kind !== 'flowEntry') throw unclosed(opening, token, '[', ']');
      scanner.next();
      token = scanner.peek();
      if (token.kind === 'flowSequenceEnd') break;
    }
    if (token.kind === 'streamEnd') throw unclosed(opening, token, '[', ']');
    options.onEntry?.(items, items.length, token);
    if (token.kind === 'key') {
      scanner.next();
      const mapping = openMapping(composer);
      readFlowPair(composer, mapping, 'flowSequenceEnd');
      items.push(closeMapping(composer, mapping));
    } else {
      items.push(refolded(composer, readNode(composer, false, false)));
    }
  }
  scanner.next();
  options.onFlow?.(items);
  return items;
}

function readFlowMapping(composer: Composer): Tree {
  const { scanner } = composer;
  const opening = scanner.next();
  const mapping = openMapping(composer);
  let first = true;
  for (let token = scanner.peek(); token.kind !== 'flowMappingEnd'; token = scanner.peek()) {
    if (!first) {
      if (token.kind !== 'flowEntry') throw unclosed(opening, token, '{', '}');
      scanner.next();
      token = scanner.peek();
      if (token.kind === 'flowMappingEnd') break;
    }
    if (token.kind === 'streamEnd') throw unclosed(opening, token, '{', '}');
    first = false;
    if (token.kind === 'key') {
      scanner.next();
      readFlowPair(composer, mapping, 'flowMappingEnd');
    } else {
      const field = fieldOf(composer, mapping, token, readNode(composer, false, false));
      setEntry(composer, mapping, token, field, emptyValue(composer, true));
    }
  }
  scanner.next();
  composer.options.onFlow?.(mapping.map);
  return closeMapping(composer, mapping);
}

function readFlowPair(composer: Composer, mapping: OpenMapping, end: TokenKind): void {
  const { scanner } = composer;
  const keyToken = scanner.peek();
  const nameless = keyToken.kind === 'value' || keyToken.kind === 'flowEntry' || keyToken.kind === end;
  const field = fieldOf(
    composer,
    mapping,
    keyToken,
    nameless ? emptyValue(composer, true) : readNode(composer, false, false),
  );
  let missing = true;
  if (scanner.peek().kind === 'value') {
    scanner.next();
    const { kind } = scanner.peek();
    missing = kind === 'flowEntry' || kind === end;
  }
  setEntry(composer, mapping, keyToken, field, missing ? emptyValue(composer, true) : readNode(composer, false, false));
}
