import { fetchToken } from './fetchToken.js';
import { clearTaken, headMayBeKey, startScanning, type ScannerState } from './scannerState.js';
import type { Token } from './tokens.js';

export interface Scanner {
  /** The next token, without taking it. */
  peek(): Token;
  /** The next token; the last one, `streamEnd`, again and again. */
  next(): Token;
}

/**
 * Cuts a YAML text into tokens by the rules of libyaml's scanner (its scanner.c, go-yaml's scannerc.go): the same texts are
 * taken and the same are refused. The text must not hold control characters. Both ways to a token throw a YamlProblem
 * where the text has none.
 */
export function createScanner(text: string): Scanner {
  const state = startScanning(text);
  return {
    peek() {
      fillQueue(state);
      return state.queue[state.head] as Token;
    },
    next() {
      fillQueue(state);
      const token = state.queue[state.head] as Token;
      if (token.kind !== 'streamEnd') {
        state.head++;
        state.taken++;
      }
      return token;
    },
  };
}

/** Scans on until the first token of the queue cannot turn out to be a key any more. */
function fillQueue(state: ScannerState): void {
  while (!state.ended && (state.head === state.queue.length || headMayBeKey(state))) {
    clearTaken(state);
    fetchToken(state);
  }
}
