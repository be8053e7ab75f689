import type { Config } from '@oclif/core/config';
import { inputError } from '../../errors.js';
import { nearest } from '../../objects/nearest.js';
import { loadConfiguration } from '../configuration.js';
import { commandText, overviewText, type HelpCommand } from './helpText.js';
import type { CommandIo } from '../io.js';

/** Lines longer than this are no easier to read. */
const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 40;

/**
 * Prints the help of all commands, or of one: of `-h` in short.
 * @throws KapplyError (exit 2) for a command that there is not
 */
export async function showHelp(config: Config, words: readonly string[], io: CommandIo): Promise<void> {
  const commands = await helpCommands(config, io.program);
  const layout = { bin: io.program, width: widthOf(io) };
  const name = words.find((word) => !word.startsWith('-') && word !== 'help');
  if (name === undefined) {
    io.stdout.write(overviewText(commands, layout));
    return;
  }
  const command = commands.find(({ id }) => id === name);
  if (command === undefined) {
    const near = nearest(
      name,
      commands.map(({ id }) => id),
    );
    throw inputError('UnknownCommand', `unknown command "${name}"`, {
      suggestions: near === undefined ? [] : [`Did you mean ${near}?`],
    });
  }
  io.stdout.write(commandText(command, words.includes('-h') && !words.includes('--help'), layout));
}

/** Every command as data, from oclif's manifest where there is one. */
async function helpCommands(config: Config, program: string): Promise<HelpCommand[]> {
  const { commands } = await loadConfiguration(config);
  const named = (text: string): string => text.replaceAll('<%= config.bin %>', program);
  return commands
    .filter(({ hidden }) => !hidden)
    .map(({ id, summary = '', description, args, examples = [], flags }) => ({
      id,
      summary,
      description: description === undefined ? undefined : named(description),
      args: Object.values(args),
      examples: examples.flatMap((example) =>
        typeof example === 'string' ? [] : [{ description: example.description, command: named(example.command) }],
      ),
      flags: Object.values(flags),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function widthOf({ stdout, env }: CommandIo): number {
  const columns = stdout.columns ?? (/^\d{1,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : MOST_COLUMNS);
  return Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
}
