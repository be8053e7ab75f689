import { Args, loadHelpClass } from '@oclif/core';
import { EXIT, type ExitCode } from '../errors.js';
import { BaseCommand } from './baseCommand.js';

export default class Help extends BaseCommand {
  static override summary = 'Show the commands, or the flags of one.';
  static override args = { command: Args.string({ description: 'The command.' }) };

  async run(): Promise<ExitCode> {
    const { args } = await this.parse(Help);
    const HelpText = await loadHelpClass(this.config);
    await new HelpText(this.config).showHelp(args.command === undefined ? [] : [args.command]);
    return EXIT.done;
  }
}
