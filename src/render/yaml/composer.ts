import type { FieldStyle } from '../resources/styles.js';
import type { Tree, TreeMap } from '../resources/tree.js';
import { YamlProblem } from './cursor.js';
import type { Resolved, Scalar, YamlVersion } from './resolve.js';
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
  readonly createMap: () => TreeMap;
  /** How many values the text has given so far, over all its documents, and how many of them by aliases. */
  readonly counts: { values: number; aliased: number; readonly most: number };
  /** What stands for a scalar that is no string, given how it is written; without it, its value does. */
  readonly wrap?: (value: Scalar, text: string) => Tree;
  /** Told which fields hold a string that is not written plainly. Without it, folded ones are given as kustomize prints them. */
  readonly onStyle?: (map: TreeMap, field: string, style: FieldStyle) => void;
  /** Told which collections stand in braces or brackets. */
  readonly onFlow?: (collection: TreeMap | Tree[]) => void;
  /** Told where each entry of a mapping or a list stands. */
  readonly onEntry?: (container: object, key: string | number, token: Token) => void;
}

/** A document while it is read. */
export interface Composer {
  readonly scanner: Scanner;
  readonly options: ComposeOptions;
  readonly anchors: Map<string, Tree | typeof PENDING>;
  /** Those whose node is a folded text. */
  readonly foldedAnchors: Set<string>;
  /** The prefixes of tag handles. */
  readonly handles: Map<string, string>;
  /** How many mappings are open. */
  depth: number;
  /** Of the node that was read last: its text, its type, and whether it stands plain or folded. */
  text: string;
  type: Resolved['tag'] | 'binary' | 'collection';
  plain: boolean;
  folded: boolean;
}

/** An anchor whose node is still being read. */
export const PENDING = Symbol('pending anchor');

/** The error that says what is wrong at a token, and perhaps what to do. */
export function problem(token: Token, message: string, suggestion?: string): YamlProblem {
  return new YamlProblem(message, token.line + 1, token.column + 1, suggestion);
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

/** The error for a token of another kind than `wanted`. */
export function unexpected(token: Token, wanted: string): YamlProblem {
  const found = DESCRIPTIONS[token.kind] ?? token.kind;
  return problem(
    token,
    `${found} stands where ${wanted} should be`,
    'Check the indentation here and on the lines before.',
  );
}

/** The error for a brace or a bracket that is not closed where it should be. */
export function unclosed(opening: Token, token: Token, open: string, close: string): YamlProblem {
  return problem(token, `${open} of line ${opening.line + 1} is not closed: a comma or ${close} should be here`);
}
