/** What a deploy of a set and a deploy of nothing have in common: the checks, the set's lock, and the Lease that nobody needs afterwards. */
import type { RenderedObject } from '../../objects/rendered.js';
import { askEarly, type EarlyLease } from '../lock/observeLease.js';
import { forgetLease } from '../lock/lease.js';
import { guessLockNamespace, lockNamespace, renderedNamespaces } from '../lock/lockNamespace.js';
import type { Plan } from '../plan/plan.js';
import type { PreparedSet } from '../plan/prepare/prepareSet.js';
import type { EndedRun } from '../records/endedRun.js';
import { forgetRecords } from '../records/writeRecord.js';
import { namedNamespaces } from './namedNamespaces.js';
import type { PlanOptions, RunContext } from './options.js';
import type { Report } from './report.js';
import { targetOf } from './reported.js';
import { runPlan, type Runnable, type RunPlanOptions, type Verb } from './runPlan.js';

export interface SetVerb extends Pick<Verb, 'done'> {
  readonly options: RunPlanOptions & Pick<PlanOptions, 'namespace' | 'pruneLabel'>;
  /** Refuses what can be refused without a plan. `begin` is called before the first request, when the input is good. */
  readonly prepare: (context: RunContext, begin: () => void) => Promise<PreparedSet>;
  readonly makePlan: (prepared: PreparedSet, context: RunContext) => Promise<Runnable>;
  /** Where the set's Lease lies, where that does not follow from what is rendered. */
  readonly home?: string | undefined;
  /** Called when the work begins; what it returns writes down how the run ended. */
  readonly record?: (plan: Plan, prepared: PreparedSet, context: RunContext) => (ended: EndedRun) => Promise<void>;
  /** The set that has no objects after the run: its Lease goes, and its records. */
  readonly emptied: string | undefined;
}

/** Failures of objects are in the report, as is whatever ended the run; only a bug rejects. */
export async function runSet(
  rendered: readonly RenderedObject[],
  { done, options, prepare, makePlan, record, home, emptied }: SetVerb,
  context: RunContext,
): Promise<Report> {
  const verb: Verb = {
    done,
    options,
    target: {
      ...targetOf(options, context),
      namespaces: namedNamespaces(rendered, options.namespace ?? context.cluster.namespace),
    },
    total: rendered.length,
    prepare: async (running) => {
      // Beside discovery: a run that writes waits for its lock first.
      const isLocking = options.lock && options.dryRun === undefined && options.set !== undefined;
      let early: EarlyLease | undefined;
      const prepared = await prepare(running, () => {
        if (!isLocking) return;
        early = askEarly(running.cluster, {
          set: options.set,
          namespace: guessLockNamespace(rendered, options.namespace ?? running.cluster.namespace),
          signal: running.signal,
        });
      });
      const { discovery, members } = prepared;
      const namespace = home ?? lockNamespace(members);
      return {
        discovery,
        lock: { namespace, namespaces: renderedNamespaces(members), early },
        makePlan: () => makePlan(prepared, running),
        ...(record !== undefined && { record: (plan: Plan) => record(plan, prepared, running) }),
        finish: async () => {
          if (!options.lock || emptied === undefined) return;
          await forgetLease(running.cluster, { set: emptied, namespace, discovery, signal: running.signal });
          await forgetRecords(emptied, namespace, { cluster: running.cluster, discovery, signal: running.signal });
        },
      };
    },
  };
  return runPlan(verb, context);
}
