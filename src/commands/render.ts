import * as Flags from '@oclif/core/flags';
import { EXIT, inputError, type ExitCode } from '../errors.js';
import { hideSecrets } from '../objects/masks.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { renderFlags, renderOptionsOf } from '../cli/flags/renderFlags.js';
import { warnOnStderr } from '../cli/reportError.js';
import { withStop } from '../cli/stopSignals.js';
import { suggestSource } from '../cli/suggestSource.js';
import { isForStdout, refuseFormat, writeRendered } from '../cli/writeRendered.js';

export default class Render extends BaseCommand {
  static override summary = 'Print what a kustomization renders to, as "kustomize build" does.';
  static override examples = [
    { description: 'Print an overlay', command: '<%= config.bin %> render -k overlays/prod' },
    {
      description: 'Write one file for each object',
      command: '<%= config.bin %> render -k overlays/prod -o rendered/',
    },
  ];
  static override flags = {
    kustomize: Flags.string({
      char: 'k',
      description: 'Folder with a kustomization.yaml.',
      helpValue: 'DIR',
      helpGroup: 'SOURCE',
    }),
    output: Flags.string({
      char: 'o',
      description: 'Write to a file, or one file for each object into a folder: one that exists, or DIR/.',
      helpValue: 'PATH',
      helpGroup: 'OUTPUT',
    }),
    ...renderFlags,
  };

  async run(): Promise<ExitCode> {
    // The renderer is read from disk while the flags are.
    const rendering = import('../render/render.js');
    const flags = await this.readFlags(Render);
    const { io } = this;
    // For the other commands it is a format, and so it is in the environment and in a file, which may be somebody else's.
    const output = io.origins.has('output') ? undefined : flags.output;
    refuseFormat(output);
    if (flags.kustomize === undefined) {
      throw inputError('UsageError', 'nothing to render: give -k DIR', { suggestions: suggestSource(io.cwd) });
    }
    const { renderText } = await rendering;
    const { kustomize } = flags;
    const rendered = await withStop(io, (signal) =>
      renderText(kustomize, { ...renderOptionsOf(flags), cwd: io.cwd, environment: io.env, signal }),
    );
    for (const warning of hideSecrets(rendered.warnings, io.masks)) warnOnStderr(warning, io);
    if (output === undefined || isForStdout(output)) io.stdout.write(rendered.text);
    else writeRendered(output, io.cwd, rendered);
    return EXIT.done;
  }
}
