/** A deploy of nothing: removes a set, users before what they use, and its configs once nothing uses them any more. */
import { containersThatGo } from '../plan/confirmations.js';
import { idOf, keyOf } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { forgetLease } from '../lock/lease.js';
import { lockNamespace, renderedNamespaces } from '../lock/lockNamespace.js';
import { prepareSet, type Prepared as PreparedSet } from '../plan/makePlan.js';
import type { Judgement, Plan } from '../plan/plan.js';
import { readLive } from '../plan/readLive.js';
import type { Candidate } from '../prune/candidates.js';
import { judgeNow, type JudgeNowOptions, type Judgements } from '../prune/judgeNow.js';
import { DEPLOY_DEFAULTS } from './defaults.js';
import type { DeleteOptions, DeployOptions, RunContext } from './options.js';
import type { Report } from './report.js';
import { refuseMissingNamespaces } from './missingNamespaces.js';
import { targetOf } from './reported.js';
import { runPlan, type Prepared } from './runPlan.js';

/** Failures of objects are in the report; only a bug rejects. */
export async function deleteSet(
  rendered: readonly RenderedObject[],
  told: DeleteOptions,
  context: RunContext,
): Promise<Report> {
  const options = { ...DEPLOY_DEFAULTS, ...told };
  return runPlan(
    {
      done: 'deleted',
      target: targetOf(options, context),
      total: rendered.length,
      options,
      prepare: (running) => prepare(rendered, options, running),
    },
    context,
  );
}

async function prepare(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
): Promise<Prepared> {
  const { cluster, signal } = context;
  const prepared = await prepareSet(rendered, options, context);
  const { discovery, members } = prepared;
  const namespace = lockNamespace(members);
  const { set } = options;
  return {
    discovery,
    lock: { namespace, namespaces: renderedNamespaces(members) },
    makePlan: async () => {
      const judged = await judgeSet(prepared, options, context, { projected: true });
      await refuseMistakenNamespace(prepared, options, judged, context);
      return {
        plan: planOf(judged, options),
        rollout: undefined,
        judge: ({ searchedKinds, leaving, signal: lost }) =>
          judgeSet(prepared, options, { ...context, signal: lost }, { projected: false, searchedKinds, leaving }),
      };
    },
    finish: async () => {
      if (options.dryRun !== undefined || !options.lock || set === undefined) return;
      await forgetLease(cluster, { set, namespace, discovery, signal });
    },
  };
}

/** A set whose own namespaces are gone is gone; what somebody typed with -n must be there. */
async function refuseMistakenNamespace(
  { discovery, members }: PreparedSet,
  { namespace }: DeployOptions,
  { judgements }: Judgements,
  { cluster, signal }: RunContext,
): Promise<void> {
  const isOfSet = members.some(({ object }) => object.kind === 'Namespace' && object.metadata.name === namespace);
  if (namespace === undefined || judgements.length > 0 || isOfSet) return;
  await refuseMissingNamespaces(cluster, [namespace], { discovery, signal });
}

/** What is rendered, by its names, and with a prune label what the set left besides. */
async function judgeSet(
  { discovery, members }: PreparedSet,
  options: DeployOptions,
  { cluster, signal }: RunContext,
  how: Pick<JudgeNowOptions, 'projected' | 'searchedKinds' | 'leaving'>,
): Promise<Judgements> {
  const live = await readLive(cluster, members, { signal });
  const named = members.flatMap(({ object, resource }): Candidate[] => {
    const found = live.get(keyOf(idOf(object)));
    return found === undefined ? [] : [{ object: found, resource, protectedType: false }];
  });
  return judgeNow(cluster, {
    ...options,
    ...how,
    named,
    pruneLabel: options.set === undefined ? undefined : options.pruneLabel,
    discovery,
    signal,
    // Nothing is applied: what the set's workloads use goes with them.
    applied: [],
    namespaces: [...new Set([...renderedNamespaces(members), ...options.pruneNamespaces])],
    generatedOnly: false,
    plainNames: false,
    verb: 'deploy',
    formerNamespaces: [],
    includeNewest: true,
    runStart: undefined,
    minimumAgeMs: 0,
  });
}

function planOf({ judgements, warnings }: Judgements, { set, pruneLabel }: DeleteOptions): Plan {
  const isControlled = (judgement: Judgement): boolean =>
    judgement.verdict === 'keep' && judgement.why === 'controlled';
  const deletions = judgements.filter(({ verdict }) => verdict === 'delete').length;
  return {
    changes: [],
    prune: judgements.filter((judgement) => !isControlled(judgement)),
    controlled: judgements.filter(isControlled).length,
    confirmations:
      deletions === 0
        ? []
        : [
            `${deletions} objects${set === undefined ? '' : ` of set ${set}`} would be deleted`,
            ...containersThatGo(judgements),
          ],
    set,
    pruneLabel,
    warnings,
  };
}
