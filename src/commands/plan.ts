import * as Flags from '@oclif/core/flags';
import { EXIT, type ExitCode } from '../errors.js';
import { PLAN_DEFAULTS } from '../engine/run/defaults.js';
import { shellCommand } from '../objects/shellCommand.js';
import { clusterWords } from '../cli/clusterWords.js';
import { makeTextWriter } from '../ui/writer.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { foldsFor } from '../cli/ciSystem.js';
import { planOptions } from '../cli/flags/deployOptions.js';
import { applyFlags } from '../cli/flags/applyFlags.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { annotateFlag, maskFlags } from '../cli/flags/outputFlags.js';
import { pruneFlags } from '../cli/flags/pruneFlags.js';
import { sourceFlags } from '../cli/flags/sourceFlags.js';
import { planOf } from '../cli/plans/planOf.js';
import { runReading } from '../cli/reading.js';
import { isForStdout, refuseFormat } from '../cli/writeRendered.js';

export default class Plan extends BaseCommand {
  static override summary = 'Write down what a deploy would do, for "deploy --plan" to do exactly that.';
  static override description = `Plans a deploy, shows it as "diff" does, and with -o writes it to a file: every change and deletion, what it stands on, and
a digest. Secret values are hashes in it. "kapply diff --plan FILE" shows it again, and "kapply deploy --plan FILE" does
exactly what it says, or nothing where something has moved since. Nothing is changed: the API server only tries the writes.

Exit codes: 0 planned, 1 there is something to do (with --exit-code), 2 usage or input error, 5 the server would refuse
an object, 7 cluster unreachable.`;
  static override examples = [
    {
      description: 'Write a plan, and carry it out once it is approved',
      command: '<%= config.bin %> plan -k overlays/prod --prune-label appconfig=myconfig -o plan.json',
    },
    { description: 'A comment for a pull request', command: '<%= config.bin %> diff --plan plan.json -o markdown' },
    { description: 'Exactly that', command: '<%= config.bin %> deploy --plan plan.json -k overlays/prod' },
  ];
  static override flags = {
    ...maskFlags,
    ...annotateFlag,
    out: Flags.string({
      char: 'o',
      description: 'Write the plan to this file; - is stdout, and the text goes to stderr then.',
      helpValue: 'FILE',
    }),
    stat: Flags.boolean({ description: 'One line for each object, with how many of its lines change.' }),
    'exit-code': Flags.boolean({ description: 'Exit 1 where the plan would change something.' }),
    ...sourceFlags,
    ...applyFlags,
    ...pruneFlags,
    ...clusterFlags,
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Plan);
    const { io } = this;
    const { version } = this.config;
    const { out, stat } = flags;
    refuseFormat(out);
    const options = { ...PLAN_DEFAULTS, ...planOptions(flags) };
    return runReading(io, 'plan', flags, async (reading) =>
      planOf(flags, { options, io, version }, reading, async (planned) => {
        const { plan, how, read } = planned;
        const { changesAnything } = await import('../engine/plan/plan.js');
        const { printPlan } = await import('../cli/plans/printPlan.js');
        const isPiped = out !== undefined && isForStdout(out);
        const say = isPiped ? makeTextWriter(io.stderr, io.env) : reading.say;
        const folds = isPiped ? undefined : foldsFor(flags.annotate, io);
        const printing = { io, output: 'text', stat, say, signal: reading.signal, folds } as const;
        if (read.refused !== undefined) {
          await printPlan(plan, how, printing);
          throw read.refused;
        }
        const { planFileOf, planFileText, sourceWords, writePlanFile } = await import('../cli/plans/planFileText.js');
        const { aboutPlan } = await import('../cli/plans/showPlanFile.js');
        const file = await planFileOf(planned, flags, { io, version, signal: reading.signal });
        await printPlan(plan, { ...how, about: aboutPlan(file) }, printing);
        if (isPiped) io.stdout.write(planFileText(file));
        else if (out !== undefined) {
          writePlanFile(out, file, io);
          const source = file.objects.some(({ sealed }) => sealed) ? sourceWords(flags) : [];
          const words = [...io.program.split(' '), 'deploy', '--plan', out, ...source, ...clusterWords(flags)];
          say(`written to ${out}: ${shellCommand(words)} does exactly this\n`);
        }
        return flags['exit-code'] && changesAnything(plan) ? EXIT.differences : EXIT.done;
      }),
    );
  }
}
