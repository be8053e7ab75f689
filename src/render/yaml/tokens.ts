/** The tokens of libyaml's scanner: what block structure means is decided here, by indentation; the composer sees only brackets. */
export type TokenKind =
  | 'streamEnd'
  | 'versionDirective'
  | 'tagDirective'
  | 'documentStart'
  | 'documentEnd'
  | 'blockSequenceStart'
  | 'blockMappingStart'
  | 'blockEnd'
  | 'flowSequenceStart'
  | 'flowSequenceEnd'
  | 'flowMappingStart'
  | 'flowMappingEnd'
  | 'blockEntry'
  | 'flowEntry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  /** Both from 0. */
  readonly line: number;
  readonly column: number;
  /** The text of a scalar, the name of an anchor or alias, the handle of a tag or %TAG, the version of %YAML. */
  readonly value: string;
  /** The suffix of a tag, the prefix of %TAG. */
  readonly suffix: string;
  readonly style: ScalarStyle;
}

/** How a scalar is written: without quotes, in quotes, behind `|` or behind `>`. */
export type ScalarStyle = 'plain' | 'quoted' | 'literal' | 'folded';
