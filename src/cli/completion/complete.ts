/** `__complete WORDS…`: candidates, one a line, then `:` and a directive (cobra's protocol). */
import type { Config } from '@oclif/core/config';
import { KapplyError } from '../../errors.js';
import { completionOf, givenValues, type CompletionCommand } from './completion.js';
import { loadConfiguration } from '../configuration.js';
import type { CommandIo } from '../io.js';

/**
 * What a shell takes as it stands. A name of a kubeconfig or a cluster that holds anything else (a space, `$(…)`, an escape
 * sequence) is not proposed: the shell would put it into the prompt unquoted, to be run with the next Enter.
 */
const PLAIN_WORD = /^[\w./:=@%+,-]+$/;

/** Writes what may stand in place of the last word. */
export async function complete(config: Config, words: readonly string[], io: CommandIo): Promise<void> {
  const { commands: all } = await loadConfiguration(config);
  const commands: CompletionCommand[] = all
    .filter(({ hidden }) => !hidden)
    .map(({ id, flags }) => ({ id, flags: Object.values(flags) }));
  // readline breaks words at "=": --context=pr is three of them.
  const whole = joinedAtEquals(words);
  const { candidates, live, prefix, current, directive } = completionOf(whole, commands);
  const flags = commands.find(({ id }) => id === whole[0])?.flags ?? [];
  const found = live === undefined ? [] : await lookUp(live, givenValues(whole.slice(0, -1), flags), io, config);
  const fitting = [...new Set([...candidates, ...found])]
    .filter((value) => value.startsWith(current) && PLAIN_WORD.test(value))
    .sort();
  io.stdout.write([...fitting.map((value) => `${prefix}${value}\n`), `:${directive}\n`].join(''));
}

async function lookUp(
  live: NonNullable<ReturnType<typeof completionOf>['live']>,
  given: Readonly<Record<string, string>>,
  io: CommandIo,
  { version }: Config,
): Promise<readonly string[]> {
  const { liveValues } = await import('./liveValues.js');
  try {
    return await liveValues(live, given, io, version);
  } catch (error) {
    // No cluster, no right, no time: there is nothing to propose, and an error would stand in the middle of what is typed.
    if (error instanceof KapplyError || (error instanceof DOMException && error.name === 'TimeoutError')) return [];
    throw error;
  }
}

function joinedAtEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, word] of words.entries()) {
    const before = joined.at(-1);
    const isFlag = before?.startsWith('--') === true;
    if (isFlag && (word === '=' || (words[index - 1] === '=' && before.endsWith('='))))
      joined[joined.length - 1] = `${before}${word}`;
    else joined.push(word);
  }
  return joined;
}
