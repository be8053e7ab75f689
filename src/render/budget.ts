/**
 * What one rendering may take: values and characters that it reads and makes, and time. What it reads may be somebody else's, and
 * a few lines can ask for a terabyte: bases that take each other in twice at every level, patches that copy what they have copied.
 * No kustomization that somebody keeps comes near it: 5,000 objects are some 300,000 values, and take a few seconds.
 */
import { type KapplyError, inputError } from '../errors.js';
import { SourceScalar, type Tree } from './resources/tree.js';

/** For a factor of 1. */
export const BUDGET = {
  values: 5_000_000,
  characters: 256 * 1024 * 1024,
  /** Of computing. */
  seconds: 60,
  /** Of waiting for programs and servers, each of which has a time-out of its own. */
  waitingSeconds: 600,
};

export interface Budget {
  /** Counts what was read or made. Throws KapplyError RenderBudgetExceeded, or the reason of the signal. */
  readonly spend: (values: number, characters: number) => void;
  /** Counts a whole tree. */
  readonly spendTree: (tree: Tree) => void;
  /** Lets signals and timers come through, where it is time; to be awaited in every loop over what others wrote. */
  readonly breathe: () => Promise<void> | undefined;
  /** Waits for something outside of this process, which counts as waiting. */
  readonly outside: <T>(work: Promise<T>) => Promise<T>;
}

/** On a clock that nobody sets. Node evaluates ten modules of its own for the first `performance.now()`. */
const nowMs = (): number => process.uptime() * 1000;

/** How long nothing else may come through, in ms. */
const BREATH_MS = 25;

/** `factor` is `--render-budget`: so many times as much. */
export function makeBudget(factor = 1, signal?: AbortSignal): Budget {
  const limits = {
    values: BUDGET.values * factor,
    characters: BUDGET.characters * factor,
    ms: BUDGET.seconds * factor * 1000,
    waitingMs: BUDGET.waitingSeconds * factor * 1000,
  };
  const started = nowMs();
  let [values, characters, waited, breathed] = [0, 0, 0, started];

  const check = (): void => {
    signal?.throwIfAborted();
    if (values > limits.values) throw exceeded(`reads and makes more than ${limits.values} values`, factor);
    if (characters > limits.characters)
      throw exceeded(`reads and makes more than ${limits.characters / 1024 / 1024} MB of text`, factor);
    if (waited > limits.waitingMs)
      throw exceeded(`waits longer than ${limits.waitingMs / 1000} s for programs and servers`, factor);
    if (nowMs() - started - waited > limits.ms) throw exceeded(`takes longer than ${limits.ms / 1000} s`, factor);
  };
  const spend = (more: number, length: number): void => {
    values += more;
    characters += length;
    check();
  };
  return {
    spend,
    spendTree: (tree) => {
      const size = sizeOf(tree, limits.values - values);
      spend(size.values, size.characters);
    },
    breathe: () => {
      if (nowMs() - breathed < BREATH_MS) return undefined;
      return new Promise<void>((resolve) => void setImmediate(resolve)).then(() => {
        breathed = nowMs();
        check();
      });
    },
    outside: async (work) => {
      const from = nowMs();
      try {
        return await work;
      } finally {
        waited += nowMs() - from;
        check();
      }
    },
  };
}

/**
 * Runs a rendering: what goes deeper than the stack, or makes a string longer than there can be, has met a limit that no count
 * knows of.
 */
export async function withinStack<T>(factor: number | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw exceeded('goes deeper, or makes a longer text, than any program can', factor ?? 1, error);
  }
}

function exceeded(what: string, factor: number, cause?: unknown): KapplyError {
  return inputError('RenderBudgetExceeded', `rendering this ${what}`, {
    suggestions: [
      'Look for bases that are taken in again and again, and for patches or replacements that copy what they have copied.',
      `If it is meant: --render-budget ${factor * 4} allows ${factor * 4} times the usual.`,
    ],
    cause,
  });
}

interface Size {
  values: number;
  characters: number;
}

/** How many values and characters a tree has; counts no further than to `most` values, since what is shared counts each time. */
export function sizeOf(tree: Tree, most: number): Size {
  const size: Size = { values: 0, characters: 0 };
  add(size, tree, most);
  return size;
}

function add(size: Size, tree: Tree, most: number): void {
  size.values++;
  if (size.values > most) return;
  if (typeof tree === 'string') size.characters += tree.length;
  else if (tree instanceof SourceScalar) size.characters += tree.text.length;
  else if (Array.isArray(tree)) for (const item of tree) add(size, item, most);
  else if (typeof tree === 'object' && tree !== null) {
    for (const field in tree) {
      const value = tree[field];
      if (value === undefined || !Object.hasOwn(tree, field)) continue;
      size.characters += field.length;
      add(size, value, most);
      if (size.values > most) return;
    }
  }
}
