import * as Flags from '@oclif/core/flags';
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
  ];
  static override flags = {
    ...maskFlags,
    output: Flags.option({
      char: 'o',
      description: 'Text for people, or Markdown for a comment on a pull request.',
      options: ['text', 'markdown'] as const,
      default: 'text',
    })(),
    stat: Flags.boolean({ description: 'One line for each object, with how many of its lines change.' }),
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
    return runReading(io, 'diff', flags.color, async ({ style, say, shown, announce, emit, signal }) => {
      const { objects, set, readinessRules } = await loadObjects(flags, io, { emit, signal });
      return withCluster(flags, { io, emit, version }, async (cluster) => {
        const { namedNamespaces } = await import('../engine/run/namedNamespaces.js');
        const namespaces = namedNamespaces(objects, cluster.namespace);
        const where = { namespace: cluster.namespace, namespaces, set: set ?? '' };
        announce(cluster, where);
        const { planToShow } = await import('../engine/plan/planToShow.js');
        const read = await planToShow(objects, { ...options, set, readinessRules }, { cluster, signal, now: io.now });
        const { emitYaml } = await import('../render/yaml/emit.js');
        const { hasDifferences } = await import('../ui/planDiff.js');
        const { printPlan } = await import('../cli/printPlan.js');
        const [plan, refusals] = [shown(read.plan), shown(read.refusals)];
        for (const message of plan.warnings) emit({ type: 'warning', message });
        const toYaml = (object: KubeObject): string => emitYaml(object as unknown as Json);
        const { context = null, server } = cluster;
        const target = shown({ context, server, ...where, pruneLabel: null, dryRun: null });
        const how = { style, masks: io.masks, replaced: read.replaced, refusals, toYaml, target };
        await printPlan(plan, how, { ...flags, io, say, signal });
        if (read.refused !== undefined) throw read.refused;
        return hasDifferences(plan) ? EXIT.differences : EXIT.done;
      });
    });
  }
}
