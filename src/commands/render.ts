import { Flags } from '@oclif/core';
import { EXIT, inputError, type ExitCode } from '../errors.js';
import { makeStyle } from '../ui/style.js';
import { decideTerminal } from '../ui/terminal.js';
import { cleanLine } from '../ui/untrusted.js';
import { BaseCommand } from './baseCommand.js';

export default class Render extends BaseCommand {
  static override summary = 'Print what a kustomization renders to, as "kustomize build" does.';
  static override examples = [
    { description: 'Print an overlay', command: '<%= config.bin %> render -k overlays/prod' },
  ];
  static override flags = {
    kustomize: Flags.string({
      char: 'k',
      description: 'Folder with a kustomization.yaml.',
      helpValue: 'DIR',
      helpGroup: 'SOURCE',
    }),
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Render);
    const { io } = this;
    if (flags.kustomize === undefined) throw inputError('UsageError', 'nothing to render: give -k DIR');
    const { renderText } = await import('../render/render.js');
    const { text, warnings } = await renderText(flags.kustomize, { cwd: io.cwd });
    const { color } = decideTerminal({ stream: io.stderr, env: io.env, color: flags.color });
    for (const warning of warnings) {
      io.stderr.write(`${makeStyle(color).warn('warning:')} ${cleanLine(warning)}\n`);
    }
    io.stdout.write(text);
    return EXIT.done;
  }
}
