import type { ExitCode } from '../errors.js';
import { PHASES } from '../ui/run/phaseLine.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { deployOptions, recordKeep } from '../cli/flags/deployOptions.js';
import { applyFlags } from '../cli/flags/applyFlags.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { reportFlags } from '../cli/flags/outputFlags.js';
import { pruneFlags } from '../cli/flags/pruneFlags.js';
import { failureFlags, recordFlags, rolloutFlags } from '../cli/flags/rolloutFlags.js';
import { planFlags, sourceFlags } from '../cli/flags/sourceFlags.js';
import { loadObjects } from '../cli/loadObjects.js';
import { recordOptions } from '../cli/recordOptions.js';
import { runVerb } from '../cli/runVerb.js';

export default class Deploy extends BaseCommand {
  static override summary = 'Render, apply, wait for the rollout, then prune what nothing uses any more.';
  static override description = `Renders a kustomization (or reads manifests), applies everything with server-side apply, waits until all of it runs
on the new configuration, and only then deletes what carries the prune label, is not in the applied set, and is used by
nothing any more. Nothing is pruned when the rollout fails.

Exit codes: 0 done, 2 usage or input error, 3 a rollout failed, 4 time-out, 5 the server refused an object, 6 deployed
but prune incomplete, 7 cluster unreachable, 9 the plan no longer holds, 130 and 143 interrupted.`;
  static override examples = [
    {
      description: 'Deploy an overlay and clean up behind its generators',
      command: '<%= config.bin %> deploy -k overlays/prod --prune-label appconfig=myconfig',
    },
    {
      description: 'See what would happen, with every write tried by the API server',
      command: '<%= config.bin %> deploy -k overlays/prod --prune-label appconfig=myconfig --dry-run=server',
    },
    {
      description: 'Do exactly what a plan says that somebody approved, or nothing',
      command: '<%= config.bin %> deploy --plan plan.json -k overlays/prod',
    },
    {
      description: 'Deploy manifests from a pipe',
      command: 'helm template shop ./chart | <%= config.bin %> deploy -n shop -f -',
    },
  ];
  static override flags = {
    ...planFlags,
    ...sourceFlags,
    ...applyFlags,
    ...rolloutFlags,
    ...recordFlags,
    ...failureFlags,
    ...pruneFlags,
    ...clusterFlags,
    ...reportFlags,
  };

  async run(): Promise<ExitCode> {
    const { flags, given } = await this.readInput(Deploy);
    const { io } = this;
    const { version } = this.config;
    const options = deployOptions(flags);
    const keep = recordKeep(flags);
    const { plan } = flags;
    if (plan !== undefined) {
      const { deployPlanFile } = await import('../cli/plans/deployPlanFile.js');
      return deployPlanFile({ ...flags, plan }, { io, version, options, keep, given });
    }
    const phases = options.dryRun === undefined ? PHASES : PHASES.slice(0, 2);
    return runVerb(flags, {
      io,
      version,
      phases,
      verb: 'deploy',
      load: (reading) => loadObjects(flags, io, reading),
      run: async ({ objects, set, readinessRules }, context) => {
        const { deploy } = await import('../engine/run/deploy.js');
        const record = await recordOptions(flags, keep, io);
        const whole = { ...options, set, readinessRules, record };
        const report = await deploy(objects, whole, context);
        if (!flags['rollback-on-failure']) return report;
        const { rollbackOnFailure } = await import('../engine/run/rollbackOnFailure.js');
        return rollbackOnFailure(report, whole, context);
      },
    });
  }
}
