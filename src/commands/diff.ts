import { EXIT, type ExitCode } from '../errors.js';
import type { Json, KubeObject } from '../objects/object.js';
import { PLAN_DEFAULTS } from '../engine/run/defaults.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { planOptions } from '../cli/deployOptions.js';
import { applyFlags, clusterFlags, maskFlags, pruneFlags, sourceFlags } from '../cli/flags.js';
import { loadObjects } from '../cli/loadObjects.js';
import { withCluster } from '../cli/openCluster.js';
import { runReading } from '../cli/reading.js';

export default class Diff extends BaseCommand {
  static override summary = 'Show what a deploy would change, prune included. Exits 1 when there is a difference.';
  static override description = `Plans a deploy and shows it as diffs of the live objects. Secret values are masked. Nothing is changed: the API server
only tries the writes (dry run).

Exit codes: 0 no difference, 1 differences, 2 usage or input error, 5 the server would refuse an object, 7 cluster
unreachable.`;
  static override examples = [
    {
      description: 'What would a deploy of this overlay do?',
      command: '<%= config.bin %> diff -k overlays/prod --prune-label appconfig=myconfig',
    },
  ];
  static override flags = { ...maskFlags, ...sourceFlags, ...applyFlags, ...pruneFlags, ...clusterFlags };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Diff);
    const { io } = this;
    const { version } = this.config;
    const options = { ...PLAN_DEFAULTS, ...planOptions(flags) };
    return runReading(io, 'diff', flags.color, async ({ style, say, shown, announce, emit, signal }) => {
      const { objects, set } = await loadObjects(flags, io, { emit, signal });
      return withCluster(flags, { io, emit, version }, async (cluster) => {
        announce(cluster, { namespace: cluster.namespace, set: set ?? '' });
        const { makePlan } = await import('../engine/plan/makePlan.js');
        const context = { cluster, signal, now: io.now };
        const made = await makePlan(objects, { ...options, set }, context);
        const { emitYaml } = await import('../render/yaml/emit.js');
        const { hasDifferences, planDiff } = await import('../ui/planDiff.js');
        const { readReplaced } = await import('../engine/plan/replacedObjects.js');
        const replaced = await readReplaced(made.plan, cluster, { ...options, signal });
        const plan = shown(made.plan);
        for (const message of plan.warnings) emit({ type: 'warning', message });
        const toYaml = (object: KubeObject): string => emitYaml(object as unknown as Json);
        say(planDiff(plan, { style, masks: io.masks, replaced, toYaml }));
        return hasDifferences(plan) ? EXIT.differences : EXIT.done;
      });
    });
  }
}
