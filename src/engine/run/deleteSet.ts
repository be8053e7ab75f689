/** A deploy of nothing: removes a set, users before what they use, and its configs once nothing uses them any more. */
import { keyOf } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { renderedNamespaces } from '../lock/lockNamespace.js';
import { withPolicy } from '../jobs/hooks.js';
import { withLiveRuns } from '../jobs/settleRuns.js';
import { prepareSet, type PreparedSet } from '../plan/prepare/prepareSet.js';
import { readLive } from '../plan/live/readLive.js';
import type { Candidate } from '../prune/candidate.js';
import { judgeNow, type Judgements } from '../prune/judgeNow.js';
import type { JudgeNowOptions } from '../prune/judgeNowOptions.js';
import { DEPLOY_DEFAULTS } from './defaults.js';
import { deletionPlan } from './deletionPlan.js';
import type { DeleteOptions, DeployOptions, RunContext } from './options.js';
import type { Report } from './report.js';
import { refuseMissingNamespaces } from './missingNamespaces.js';
import { runSet } from './runSet.js';

/** Failures of objects are in the report; only a bug rejects. */
export async function deleteSet(
  rendered: readonly RenderedObject[],
  told: DeleteOptions,
  context: RunContext,
): Promise<Report> {
  const options = { ...DEPLOY_DEFAULTS, ...told };
  return runSet(
    rendered,
    {
      done: 'deleted',
      options,
      emptied: options.set,
      prepare: async (running, begin) =>
        withLiveRuns(await prepareSet(rendered.map(withPolicy), options, running, begin), {
          ...options,
          ...running,
          which: 'all',
        }),
      makePlan: async (prepared, running) => {
        const judged = await judgeSet(prepared, options, running, { projected: true });
        await refuseMistakenNamespace(prepared, options, judged, running);
        return {
          plan: deletionPlan(judged, options, reasonOf(options)),
          rollout: undefined,
          // What stays only because nobody may look is not gone.
          unread: judged.unsearched,
          judge: ({ searchedKinds, leaving, keepWhole, discovery, signal }) =>
            judgeSet(
              { ...prepared, discovery },
              options,
              { ...running, signal },
              { projected: false, searchedKinds, leaving, keepWhole },
            ),
        };
      },
    },
    context,
  );
}

function reasonOf({ set }: DeleteOptions): (deletions: number) => string {
  return (deletions) => `${deletions} objects${set === undefined ? '' : ` of set ${set}`} would be deleted`;
}

/** A set whose own namespaces are gone is gone; what somebody typed with -n must be there. */
async function refuseMistakenNamespace(
  { discovery, members }: PreparedSet,
  { namespace }: DeployOptions,
  { judgements }: Judgements,
  { cluster, signal }: RunContext,
): Promise<void> {
  const isOfSet = members.some(({ id }) => id.kind === 'Namespace' && id.name === namespace);
  if (namespace === undefined || judgements.length > 0 || isOfSet) return;
  await refuseMissingNamespaces(cluster, [namespace], { discovery, signal });
}

/** What is rendered, by its names, and with a prune label what the set left besides. */
async function judgeSet(
  { discovery, members }: PreparedSet,
  options: DeployOptions,
  { cluster, signal }: RunContext,
  how: Pick<JudgeNowOptions, 'projected' | 'searchedKinds' | 'leaving' | 'keepWhole'>,
): Promise<Judgements> {
  const live = await readLive(cluster, members, { signal });
  const named = members.flatMap(({ id, resource }): Candidate[] => {
    const found = live.get(keyOf(id));
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
