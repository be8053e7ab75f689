/** A deploy: plan, apply wave by wave, wait for the rollout, and only then prune. Headless: it emits, and never prints. */
import type { RenderedObject } from '../../objects/rendered.js';
import { forgetLease } from '../lock/lease.js';
import { lockNamespace, renderedNamespaces } from '../lock/lockNamespace.js';
import { planPrepared, prepareDeploy, pruneNamespaces, type MadePlan } from '../plan/makePlan.js';
import { judgeNow } from '../prune/judgeNow.js';
import { STRANGERS_AGE_MS } from '../prune/rules.js';
import type { DeployOptions, RunContext } from './options.js';
import type { Report } from './report.js';
import { targetOf } from './reported.js';
import { runPlan, type Prepared, type Runnable } from './runPlan.js';

/**
 * Deploys rendered objects. Failures of objects are in the report, as is whatever ended the run; only a bug rejects.
 * Running it again after any interruption finishes what was begun.
 */
export async function deploy(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
): Promise<Report> {
  return runPlan(
    {
      done: 'deployed',
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
  const prepared = await prepareDeploy(rendered, options, context);
  const { discovery, members } = prepared;
  const namespace = lockNamespace(members);
  const { formerSet } = options;
  return {
    discovery,
    lock: { namespace, namespaces: renderedNamespaces(members) },
    makePlan: async () => runnable(await planPrepared(prepared, options, context), options, context),
    finish: async () => {
      if (options.dryRun !== undefined || !options.lock || formerSet === undefined) return;
      await forgetLease(cluster, { set: formerSet, namespace, discovery, signal });
    },
  };
}

function runnable(made: MadePlan, options: DeployOptions, { cluster }: RunContext): Runnable {
  const { pruneLabel } = options;
  const { plan, runStart, former } = made;
  return {
    plan,
    rollout: { made, options },
    judge:
      pruneLabel === undefined
        ? 'no --prune-label'
        : ({ held, ...after }) =>
            judgeNow(cluster, {
              ...options,
              ...after,
              pruneLabel,
              runStart,
              namespaces: pruneNamespaces(plan.changes, options),
              generatedOnly: false,
              plainNames: false,
              verb: 'deploy',
              formerNamespaces: [...former.recorded, ...former.elsewhere],
              includeNewest: false,
              minimumAgeMs: held ? 0 : STRANGERS_AGE_MS,
              projected: false,
            }),
  };
}
