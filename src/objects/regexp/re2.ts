/** The one user of re2js, a port of Go's regexp package. Loaded for patterns that are not plain. */
import { RE2JS, RE2JSException } from 're2js';

/** A compiled pattern. */
export interface Pattern {
  readonly test: (text: string) => boolean;
}

/** Undefined where Go would not compile the pattern. */
export function compileRe2(pattern: string): Pattern | undefined {
  try {
    const program = RE2JS.compile(pattern);
    return { test: (text) => program.test(text) };
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
