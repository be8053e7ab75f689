import * as Args from '@oclif/core/args';
import { EXIT, inputError, type ExitCode } from '../errors.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { COMPLETION_SCRIPTS } from '../cli/completion/completionScripts.js';
import { loadConfiguration } from '../cli/configuration.js';

export default class Completion extends BaseCommand {
  static override summary = 'Print a completion script for bash, zsh or fish.';
  static override examples = [
    { description: 'bash, in ~/.bashrc', command: 'source <(<%= config.bin %> completion bash)' },
    { description: 'zsh, in ~/.zshrc', command: 'source <(<%= config.bin %> completion zsh)' },
    {
      description: 'fish',
      command: '<%= config.bin %> completion fish > ~/.config/fish/completions/<%= config.bin %>.fish',
    },
  ];
  static override args = {
    shell: Args.option({ description: 'The shell.', options: ['bash', 'zsh', 'fish'] as const })(),
  };

  async run(): Promise<ExitCode> {
    const { args } = await this.readInput(Completion);
    if (args.shell === undefined) {
      throw inputError('UsageError', 'which shell? One of bash, zsh, fish', {
        suggestions: [`${this.config.bin} completion bash`],
      });
    }
    const { commands: all, name: bin } = await loadConfiguration(this.config);
    const commands = all
      .filter(({ hidden }) => !hidden)
      .map(({ id, summary = '', flags }) => ({ id, summary, flags: Object.values(flags) }));
    this.io.stdout.write(COMPLETION_SCRIPTS[args.shell](bin, commands));
    return EXIT.done;
  }
}
