/** An operator's prune: the last step of a deploy alone, without a render. What nothing uses and is old enough goes. */
import { findResource, type Discovery } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { parsePruneSelector } from '../../objects/selector.js';
import { confirmPlan } from './confirmPlan.js';
import type { PruneOptions, RunContext } from './options.js';
import { runPhase } from './phase.js';
import type { Judgement, Plan } from '../plan/plan.js';
import { executePrune } from '../prune/executePrune.js';
import { refuseIncomplete } from '../prune/refuseIncomplete.js';
import { judgeNow, type JudgeNowOptions } from '../prune/judgeNow.js';
import type { Report } from './report.js';
import { reported } from './reported.js';

export interface PruneClusterOptions extends Pick<
  PruneOptions,
  'pruneLimit' | 'keep' | 'keepRollback' | 'adopt' | 'ignoreUnlisted'
> {
  readonly selector: string;
  readonly namespaces: readonly string[] | 'all';
  /** Empty: ConfigMap and Secret. */
  readonly pruneKinds: readonly string[];
  /** Also ConfigMaps and Secrets whose names have no content hash; then any occurrence of a name is a use. */
  readonly plainNames: boolean;
  /** Younger ones stay, ms. */
  readonly olderThanMs: number;
  /** The newest revision of a family goes as well, although nothing replaced it. */
  readonly includeNewest: boolean;
  /** `client`: only the plan; `server`: the server tries every delete as well. */
  readonly dryRun: 'client' | 'server' | undefined;
  readonly fieldManager: string;
  readonly concurrency: number;
  readonly backup?: (object: KubeObject) => Promise<void>;
}

const DEFAULT_KINDS = ['/ConfigMap', '/Secret'];

/** Deletes what the selector matches and nothing uses. Failures of objects are in the report; only a bug rejects. */
export async function pruneCluster(options: PruneClusterOptions, context: RunContext): Promise<Report> {
  const target = {
    namespace: options.namespaces === 'all' ? '' : options.namespaces.join(','),
    set: '',
    pruneLabel: options.selector,
    dryRun: options.dryRun ?? null,
  };
  return reported(target, context, (reporting) => prune(options, reporting), 'pruned');
}

async function prune(options: PruneClusterOptions, context: RunContext): Promise<void> {
  const { cluster, emit, signal, now } = context;
  parsePruneSelector(options.selector);
  const discovery = await cluster.discover({ signal });
  const judging = judgingOptions(options, discovery, signal);
  const { plan, runStart } = await runPhase('plan', undefined, context, async () => {
    const { judgements, serverTime, warnings } = await judgeNow(cluster, { ...judging, projected: false });
    const made = planOf(judgements, warnings, options);
    emit({ type: 'planned', plan: made });
    for (const message of warnings) emit({ type: 'warning', message });
    return { plan: made, runStart: serverTime };
  });
  if (options.dryRun === 'server') await tryDeletes(plan, discovery, context);
  if (options.dryRun !== undefined) return;
  await confirmPlan(plan, context);
  await runPhase('prune', plan.prune.length, context, async () => {
    const result = await executePrune({
      cluster,
      plan,
      emit,
      now,
      judging: { ...judging, runStart },
      ...(options.backup !== undefined && { backup: options.backup }),
    });
    refuseIncomplete(result);
  });
}

function judgingOptions(
  options: PruneClusterOptions,
  discovery: Discovery,
  signal: AbortSignal,
): Omit<JudgeNowOptions, 'projected'> {
  const {
    selector: pruneLabel,
    pruneKinds,
    namespaces,
    plainNames,
    keep,
    keepRollback,
    adopt,
    ignoreUnlisted = [],
    fieldManager,
    concurrency,
  } = options;
  return {
    pruneLabel,
    namespaces,
    plainNames,
    keep,
    keepRollback,
    adopt,
    ignoreUnlisted,
    fieldManager,
    concurrency,
    discovery,
    signal,
    pruneKinds: pruneKinds.length === 0 ? DEFAULT_KINDS : pruneKinds,
    generatedOnly: !plainNames,
    verb: 'prune',
    set: undefined,
    formerSet: undefined,
    applied: [],
    runStart: undefined,
    formerNamespaces: [],
    minimumAgeMs: options.olderThanMs,
    includeNewest: options.includeNewest,
  };
}

function planOf(judgements: readonly Judgement[], warnings: readonly string[], options: PruneClusterOptions): Plan {
  const isControlled = (judgement: Judgement): boolean =>
    judgement.verdict === 'keep' && judgement.why === 'controlled';
  const deletions = judgements.filter(({ verdict }) => verdict === 'delete').length;
  return {
    changes: [],
    prune: judgements.filter((judgement) => !isControlled(judgement)),
    controlled: judgements.filter(isControlled).length,
    // An operator always sees what goes before it goes.
    confirmations:
      deletions === 0
        ? []
        : [
            deletions > options.pruneLimit
              ? `${deletions} objects would be deleted, more than --prune-limit ${options.pruneLimit}`
              : `${deletions} objects would be deleted`,
          ],
    set: undefined,
    pruneLabel: options.selector,
    warnings,
  };
}

/** Permissions, webhooks and finalizers speak up in a dry run as well. */
async function tryDeletes(plan: Plan, discovery: Discovery, { cluster, emit, signal, now }: RunContext): Promise<void> {
  for (const judgement of plan.prune) {
    if (judgement.verdict !== 'delete') continue;
    const { id, version, uid, resourceVersion } = judgement;
    const resource = findResource(discovery, id.group, version, id.kind);
    if (resource === undefined) continue;
    try {
      await cluster.remove(
        { resource, namespace: id.namespace, name: id.name },
        { uid, resourceVersion, dryRun: true, signal },
      );
      emit({ type: 'pruned', id, version, outcome: 'deleted', reason: judgement.reason, at: now() });
    } catch (error) {
      if (!(error instanceof KapplyError)) throw error;
      emit({ type: 'pruned', id, version, outcome: 'failed', reason: error.message, at: now() });
    }
  }
}
