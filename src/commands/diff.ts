import * as Flags from '@oclif/core/flags';
import { EXIT, type ExitCode } from '../errors.js';
import { PLAN_DEFAULTS } from '../engine/run/defaults.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { foldsFor } from '../cli/ciSystem.js';
import { planOptions } from '../cli/flags/deployOptions.js';
import { applyFlags } from '../cli/flags/applyFlags.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { annotateFlag, maskFlags } from '../cli/flags/outputFlags.js';
import { pruneFlags } from '../cli/flags/pruneFlags.js';
import { planFlags, sourceFlags } from '../cli/flags/sourceFlags.js';
import { planOf } from '../cli/plans/planOf.js';
import { runReading } from '../cli/reading.js';

export default class Diff extends BaseCommand {
  static override summary = 'Show what a deploy would change, prune included. Exits 1 when there is a difference.';
  static override description = `Plans a deploy and shows it as diffs of the live objects; a generated config against the one that it replaces. Secret
values are masked. Nothing is changed: the API server only tries the writes (dry run). KUBECTL_EXTERNAL_DIFF names a
program that compares two folders instead, as for kubectl diff.

Exit codes: 0 no difference, 1 differences, 2 usage or input error, 5 the server would refuse an object, 7 cluster
unreachable.`;
  static override examples = [
    {
      description: 'What would a deploy of this overlay do?',
      command: '<%= config.bin %> diff -k overlays/prod --prune-label appconfig=myconfig',
    },
    {
      description: 'A comment for a pull request',
      command: '<%= config.bin %> diff -k overlays/prod -o markdown > comment.md',
    },
    { description: 'What does a plan say?', command: '<%= config.bin %> diff --plan plan.json' },
  ];
  static override flags = {
    ...maskFlags,
    ...annotateFlag,
    output: Flags.option({
      char: 'o',
      description: 'Text for people, or Markdown for a comment on a pull request.',
      options: ['text', 'markdown'] as const,
      default: 'text',
    })(),
    stat: Flags.boolean({ description: 'One line for each object, with how many of its lines change.' }),
    ...planFlags,
    ...sourceFlags,
    ...applyFlags,
    ...pruneFlags,
    ...clusterFlags,
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Diff);
    const { io } = this;
    const { version } = this.config;
    const options = { ...PLAN_DEFAULTS, ...planOptions(flags) };
    const { plan: file } = flags;
    return runReading(io, 'diff', flags, async (reading) => {
      if (file !== undefined) {
        const { showPlanFile } = await import('../cli/plans/showPlanFile.js');
        return showPlanFile({ ...flags, plan: file }, io, reading);
      }
      return planOf(flags, { options, io, version }, reading, async ({ plan, how, read }) => {
        const { changesAnything } = await import('../engine/plan/plan.js');
        const { printPlan } = await import('../cli/plans/printPlan.js');
        const { say, signal } = reading;
        await printPlan(plan, how, { ...flags, io, say, signal, folds: foldsFor(flags.annotate, io) });
        if (read.refused !== undefined) throw read.refused;
        return changesAnything(plan) ? EXIT.differences : EXIT.done;
      });
    });
  }
}
