/** A yes-or-no question on a terminal. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { cleanLine } from './untrusted.js';

export interface PromptOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
  /** Called at Ctrl-C: readline takes it from the terminal, so no signal comes. */
  readonly onInterrupt: () => void;
}

/** True for y and yes, in any case; everything else, and the end of the input, is no. Rejects when the signal aborts. */
export async function askYesNo(
  question: string,
  { input, output, signal, onInterrupt }: PromptOptions,
): Promise<boolean> {
  const prompt = createInterface({ input, output });
  prompt.once('SIGINT', onInterrupt);
  try {
    const answer = await Promise.race([
      prompt.question(`${cleanLine(question)} [y/N] `, { signal }),
      new Promise<string>((resolve) => prompt.once('close', () => resolve(''))),
    ]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    prompt.close();
  }
}
