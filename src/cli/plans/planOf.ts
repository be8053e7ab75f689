/** What `diff` and `plan` have in common: what is rendered, and the plan of its deploy as it may be shown. */
import type { Cluster } from '../../cluster/cluster.js';
import type { ShownPlan } from '../../engine/plan/planToShow.js';
import type { Target } from '../../engine/run/events.js';
import type { PlanOptions } from '../../engine/run/options.js';
import type { PlanDiffOptions } from '../../ui/plan/planBlocks.js';
import type { ClusterFlags } from '../flags/clusterFlags.js';
import { manifestWriter } from '../documents/documentText.js';
import type { CommandIo } from '../io.js';
import { loadObjects, type LoadedObjects, type SourceFlags } from '../loadObjects.js';
import { withCluster } from '../openCluster.js';
import type { Reading } from '../reading.js';

export interface Planned {
  readonly loaded: LoadedObjects;
  readonly cluster: Cluster;
  readonly options: PlanOptions;
  /** As it is, for a file. */
  readonly read: ShownPlan;
  /** The same as it may be shown, and what showing it needs. */
  readonly plan: ShownPlan['plan'];
  readonly how: PlanDiffOptions & { readonly target: Target };
}

/** Renders, plans, and hands both to the work: the cluster is closed after it. */
export async function planOf<T>(
  flags: SourceFlags & ClusterFlags,
  { options, io, version }: { readonly options: PlanOptions; readonly io: CommandIo; readonly version: string },
  { style, shown, announce, emit, signal }: Reading,
  work: (planned: Planned) => Promise<T>,
): Promise<T> {
  const loaded = await loadObjects(flags, io, { emit, signal });
  const { objects, set, readinessRules } = loaded;
  return withCluster(flags, { io, emit, version }, async (cluster) => {
    const { namedNamespaces } = await import('../../engine/run/namedNamespaces.js');
    const namespaces = namedNamespaces(objects, cluster.namespace);
    const where = { namespace: cluster.namespace, namespaces, set: set ?? '' };
    announce(cluster, where);
    const whole = { ...options, set, readinessRules };
    const { planToShow } = await import('../../engine/plan/planToShow.js');
    const read = await planToShow(objects, whole, { cluster, signal, now: io.now });
    const [plan, refusals] = [shown(read.plan), shown(read.refusals)];
    for (const message of plan.warnings) emit({ type: 'warning', message });
    const { context = null, server } = cluster;
    const target = shown({ context, server, ...where, pruneLabel: null, dryRun: null });
    const how = { style, masks: io.masks, replaced: read.replaced, refusals, toYaml: await manifestWriter(), target };
    return work({ loaded, cluster, options: whole, read, plan, how });
  });
}
