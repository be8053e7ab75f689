/**
 * Names inside a text. A name with a content hash is nearly unique: wherever it stands between characters that no name
 * holds, in a list, an argument, a URL, JSON or YAML, it is meant.
 */

/** Characters that stand for others, which a name may follow: `%2F` in URLs, `\n` and `\u0026` in JSON within a string. */
const ESCAPES = /%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[a-z]/g;
/** A run of what names are made of. Capitals and `_` are no part of a name, yet of a longer word. */
const RUN = /[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?/g;
const HASH = /-[2456789bcdfghkmt]{10}(?![A-Za-z0-9_-])/;

/** `WORD/` at the end of a text, where the word is the first of its path. */
const BEFORE = /(?:^|[^A-Za-z0-9._/-])([A-Za-z0-9._-]+)\/$/;

export interface Token {
  readonly name: string;
  /** What stands before it in `BEFORE/NAME`, if only these two do: a namespace, perhaps. */
  readonly before: string | undefined;
}

/** Every token of the text that could be the name of a generated config: `NAME-HASH10`. */
export function hashedTokens(text: string): Token[] {
  // Most texts hold none, and the test is much cheaper than the search.
  if (!HASH.test(text)) return [];
  const plain = text.replace(ESCAPES, (escape) => ' '.repeat(escape.length));
  return [...plain.matchAll(RUN)].flatMap((match) => {
    if (!HASH.test(match[0])) return [];
    const before = BEFORE.exec(plain.slice(0, match.index))?.[1];
    return [{ name: match[0], before }];
  });
}
