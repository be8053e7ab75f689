/**
 * Go's regular expressions (RE2): what users write in selectors, image names and `--mask`. A pattern and the text that it is
 * held against may both be somebody else's, so that no engine that backtracks may see them. Plain patterns, which nearly all
 * are, V8 runs in linear time; the others run in a port of RE2 that is loaded for them.
 */
import type { Pattern } from './re2.js';

/** RE2 takes time for each character of the pattern and of the text: a longer pattern is none that somebody wrote. */
const MOST_CHARACTERS = 5000;

type Compile = (pattern: string) => Pattern | undefined;

let compileRe2: Compile | undefined;
const compiled = new Map<string, Pattern | undefined>();

/** Makes sure that `goRegExp` can compile these. To be awaited by whoever reads patterns, before they are used. */
export async function loadPatterns(patterns: Iterable<string | undefined>): Promise<void> {
  if (compileRe2 !== undefined) return;
  for (const pattern of patterns) {
    if (pattern === undefined || plainSource(pattern) !== undefined) continue;
    ({ compileRe2 } = await import('./re2.js'));
    return;
  }
}

/** Finds the pattern anywhere in a text. Undefined where Go would not compile it. */
export function goRegExp(pattern: string): Pattern | undefined {
  const source = plainSource(pattern);
  if (source !== undefined) return known(pattern, () => new RegExp(source, 'u'));
  return known(pattern, re2(pattern));
}

/** Matches whole texts, as `^(?:pattern)$` does in Go. Undefined where Go would not compile it. */
export function goRegExpOfAll(pattern: string): Pattern | undefined {
  const whole = `^(?:${pattern})$`;
  const source = plainSource(pattern);
  if (source !== undefined) return known(whole, () => new RegExp(`^(?:${source})$`, 'u'));
  return known(whole, re2(whole));
}

/**
 * The pattern for V8 with the flag `u`, where it is letters, dots and alternatives alone: without repetitions nothing is tried
 * twice. Undefined for any other.
 */
export function plainSource(pattern: string): string | undefined {
  // A dot of Go's matches a carriage return, V8's does not.
  return /^[\w:/@ ,=.|-]*$/.test(pattern) ? pattern.replaceAll('.', '[^\\n]') : undefined;
}

function re2(pattern: string): () => Pattern | undefined {
  if (compileRe2 === undefined) throw new Error('a pattern is compiled before loadPatterns has seen it');
  const compile = compileRe2;
  return () => (pattern.length > MOST_CHARACTERS ? undefined : compile(pattern));
}

function known(pattern: string, compile: () => Pattern | undefined): Pattern | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(pattern, compile());
  }
  return compiled.get(pattern);
}
