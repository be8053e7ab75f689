/** An operator's prune: the last step of a deploy alone, without a render. What nothing uses and is old enough goes. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import { refuseBlind } from '../prune/refuseUnlisted.js';
import { findResource, type Discovery } from '../../cluster/cluster.js';
import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { parsePruneSelector } from '../../objects/selector.js';
import { deletionPlan } from './deletionPlan.js';
import type { PruneOptions, RunContext, WriteContext } from './options.js';
import type { Judgement } from '../plan/plan.js';
import { judgeNow } from '../prune/judgeNow.js';
import type { JudgeNowOptions } from '../prune/judgeNowOptions.js';
import type { Report } from './report.js';
import { refuseMissingNamespaces } from './missingNamespaces.js';
import { runPlan, type Preparation } from './runPlan.js';

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
  /** How long to wait for what is being deleted to be gone, ms. */
  readonly timeoutMs: number;
  readonly backup?: (object: KubeObject) => Promise<void>;
}

const DEFAULT_KINDS = ['/ConfigMap', '/Secret'];

/** Deletes what the selector matches and nothing uses. Failures of objects are in the report; only a bug rejects. */
export async function pruneCluster(options: PruneClusterOptions, context: RunContext): Promise<Report> {
  const { selector, namespaces, dryRun } = options;
  return runPlan(
    {
      done: 'pruned',
      target: {
        namespace: namespaces === 'all' ? '' : namespaces.join(','),
        set: '',
        pruneLabel: selector,
        dryRun: dryRun ?? null,
      },
      total: undefined,
      // What nobody uses belongs to no single set: there is no lock to hold.
      options: { ...options, set: undefined, formerSet: undefined, lock: false, lockTimeoutMs: 0, supersede: false },
      prepare: (running) => prepare(options, running),
    },
    context,
  );
}

async function prepare(options: PruneClusterOptions, context: RunContext): Promise<Preparation> {
  const { cluster, signal } = context;
  parsePruneSelector(options.selector);
  const discovery = await cluster.discover({ signal });
  const judging = judgingOptions(options, discovery, signal);
  return {
    discovery,
    lock: undefined,
    makePlan: async () => {
      const shown = { set: undefined, pruneLabel: options.selector };
      const judged = await judgeNow(cluster, { ...judging, projected: false });
      const { serverTime } = judged;
      refuseBlind({ unlisted: judged.unlisted, answered: serverTime !== undefined }, cluster);
      const unasked =
        judged.anyCandidate || options.namespaces === 'all'
          ? []
          : await refuseMissingNamespaces(cluster, options.namespaces, { discovery, signal });
      return {
        plan: deletionPlan({ ...judged, warnings: [...unasked, ...judged.warnings] }, shown, reasonOf(options)),
        rollout: undefined,
        unread: [...judged.unlisted, ...judged.unsearched],
        judge: ({ applied: _, held: __, ...after }) =>
          judgeNow(cluster, { ...judging, ...after, runStart: serverTime, projected: false }),
      };
    },
    tryDeletes: (judgements) => tryDeletes(judgements, discovery, context),
  };
}

function judgingOptions(
  options: PruneClusterOptions,
  discovery: Discovery,
  signal: AbortSignal,
): Omit<JudgeNowOptions, 'projected'> {
  const { selector: pruneLabel, pruneKinds, plainNames } = options;
  return {
    ...options,
    pruneLabel,
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
  };
}

function reasonOf({ pruneLimit }: PruneClusterOptions): (deletions: number) => string {
  return (deletions) =>
    `${deletions} object${deletions === 1 ? '' : 's'} would be deleted${deletions > pruneLimit ? `, more than --prune-limit ${pruneLimit}` : ''}`;
}

/** Permissions, webhooks and finalizers speak up in a dry run as well. */
async function tryDeletes(
  judgements: readonly Judgement[],
  discovery: Discovery,
  { cluster, emit, signal, now }: WriteContext,
): Promise<void> {
  for (const judgement of judgements) {
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
      emit({
        type: 'pruned',
        id,
        version,
        outcome: 'failed',
        reason: error instanceof ApiError ? refusedWords(error) : error.message,
        at: now(),
      });
    }
  }
}
