/** A question on a terminal that one letter answers. */
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

/** A letter besides y and n, and what it does. */
export interface Choice<Key extends string> {
  readonly key: Key;
  readonly does: string;
}

/** The line that is typed below `before`, without blanks at its ends; '' at the end of the input. Rejects when the signal aborts. */
export async function askText(
  question: string,
  { input, output, signal, onInterrupt }: PromptOptions,
  before = '',
): Promise<string> {
  const prompt = createInterface({ input, output });
  prompt.once('SIGINT', onInterrupt);
  // After Ctrl-Z readline leaves the keyboard alone until it is told to go on.
  prompt.on('SIGCONT', () => prompt.resume());
  try {
    const answer = await Promise.race([
      prompt.question(`${before}${cleanLine(question)} `, { signal }),
      new Promise<string>((resolve) => prompt.once('close', () => resolve(''))),
    ]);
    return answer.trim();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    prompt.close();
  }
}

/**
 * `yes` for y and yes, one of the keys, in any case; everything else, and the end of the input, is `no`. Rejects when the
 * signal aborts.
 */
export async function ask<Key extends string = never>(
  question: string,
  choices: readonly Choice<Key>[],
  options: PromptOptions,
): Promise<'yes' | 'no' | Key> {
  const letters = ['y', 'N', ...choices.map(({ key }) => key)].join('/');
  const meanings = choices.map(({ key, does }) => `${key}: ${does}\n`).join('');
  const word = (await askText(`${cleanLine(question)} [${letters}]`, options, meanings)).toLowerCase();
  if (word === 'y' || word === 'yes') return 'yes';
  return choices.find(({ key }) => key === word)?.key ?? 'no';
}
