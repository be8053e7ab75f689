import type { Config } from '@oclif/core/config';
import { loadHelpClass } from '@oclif/core/help';
import { loadConfiguration } from './configuration.js';

/** Prints the help of all commands, or of one. */
export async function showHelp(config: Config, words: readonly string[]): Promise<void> {
  const HelpText = await loadHelpClass(await loadConfiguration(config));
  await new HelpText(config).showHelp([...words]);
}
