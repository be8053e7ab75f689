import * as Args from '@oclif/core/args';
import { EXIT, type ExitCode } from '../../errors.js';
import { BaseCommand } from '../baseCommand.js';
import { showHelp } from './showHelp.js';

export default class Help extends BaseCommand {
  static override summary = 'Show the commands, or the flags of one.';
  static override args = { command: Args.string({ description: 'The command.' }) };

  async run(): Promise<ExitCode> {
    const { args } = await this.readInput(Help);
    await showHelp(this.config, args.command === undefined ? [] : [args.command], this.io);
    return EXIT.done;
  }
}
