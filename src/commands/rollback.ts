import * as Flags from '@oclif/core/flags';
import { inputError, type ExitCode } from '../errors.js';
import { checkSetName } from '../engine/sets/setName.js';
import { PHASES } from '../ui/run/phaseLine.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { recordKeep, rollbackOptions } from '../cli/flags/deployOptions.js';
import { applyFlags } from '../cli/flags/applyFlags.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { reportFlags } from '../cli/flags/outputFlags.js';
import { usesFlags } from '../cli/flags/pruneFlags.js';
import { recordFlags, rolloutFlags } from '../cli/flags/rolloutFlags.js';
import { runVerb } from '../cli/runVerb.js';

export default class Rollback extends BaseCommand {
  static override summary = 'Deploy again what an earlier deploy of a set left, configs included.';
  static override description = `Goes back to the last deploy of the set that went well before what is there now, or to the one that --to names: its objects
are applied from its record, their configs with them, by the same rules as in a deploy; it is waited for, and what only the
later one had is pruned. What cannot come back is said first, and everything is asked about: without a terminal it needs
--yes. Values of Secrets are in no record: a generated Secret comes back while it is still there (--keep).

Exit codes: as for deploy; 2 also where there is nothing to go back to, or what a workload needs is gone.`;
  static override examples = [
    { description: 'What was deployed, and how it ended', command: '<%= config.bin %> history --set shop' },
    { description: 'Back to the last good deploy', command: '<%= config.bin %> rollback --set shop' },
    {
      description: 'See what going back to deploy 3 would do',
      command: '<%= config.bin %> rollback --set shop --to 3 --dry-run=server',
    },
  ];
  static override flags = {
    set: Flags.string({ description: 'Name of the set that goes back.', helpValue: 'NAME' }),
    to: Flags.string({ description: 'Number of the deploy to go back to, as history --set shows it.', helpValue: 'N' }),
    'allow-partial': Flags.boolean({
      description: 'Go back without the workloads whose Secrets are gone: they stay as they are.',
    }),
    'force-conflicts': applyFlags['force-conflicts'],
    'dry-run': rolloutFlags['dry-run'],
    timeout: rolloutFlags.timeout,
    'fail-fast': rolloutFlags['fail-fast'],
    logs: rolloutFlags.logs,
    lock: rolloutFlags.lock,
    'lock-timeout': rolloutFlags['lock-timeout'],
    supersede: rolloutFlags.supersede,
    yes: rolloutFlags.yes,
    'confirm-context': rolloutFlags['confirm-context'],
    ...recordFlags,
    ...usesFlags,
    ...reportFlags,
    ...clusterFlags,
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Rollback);
    const { io } = this;
    const { version } = this.config;
    if (flags.set === undefined) throw inputError('UsageError', 'a rollback of which set? Give --set NAME');
    const set = checkSetName(flags.set, '--set');
    const options = rollbackOptions(flags);
    const record = { keep: recordKeep(flags), maskRules: io.masks.rules, commit: undefined };
    const all = PHASES.filter((phase) => phase !== 'render');
    return runVerb(flags, {
      io,
      version,
      phases: options.dryRun === undefined ? all : all.slice(0, 1),
      verb: 'rollback',
      load: () => Promise.resolve(set),
      run: async (name, context) => {
        const { rollback } = await import('../engine/run/rollback.js');
        return rollback({ ...options, set: name, record }, context);
      },
    });
  }
}
