/** A deploy: plan, apply wave by wave, wait for the rollout, and only then prune. Headless: it emits, and never prints. */
import type { RenderedObject } from '../../objects/rendered.js';
import { planPrepared, type MadePlan } from '../plan/makePlan.js';
import { prepareDeploy, type PreparedSet } from '../plan/prepare/prepareSet.js';
import { pruneNamespaces } from '../plan/planPrune.js';
import { changesOf } from '../plan/plan.js';
import { judgeNow } from '../prune/judgeNow.js';
import { STRANGERS_AGE_MS } from '../prune/rules.js';
import type { DeployOptions, RunContext } from './options.js';
import type { Report } from './report.js';
import type { Runnable } from './runPlan.js';
import { runSet } from './runSet.js';

/**
 * Deploys rendered objects. Failures of objects are in the report, as is whatever ended the run; only a bug rejects.
 * Running it again after any interruption finishes what was begun.
 */
export async function deploy(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
): Promise<Report> {
  return deployWith(rendered, options, context, planPrepared);
}

/** As `deploy`, of a plan that is made in another way. */
export async function deployWith(
  rendered: readonly RenderedObject[],
  options: DeployOptions,
  context: RunContext,
  makePlan: (prepared: PreparedSet, options: DeployOptions, context: RunContext) => Promise<MadePlan>,
): Promise<Report> {
  return runSet(
    rendered,
    {
      done: 'deployed',
      options,
      emptied: options.formerSet,
      home: options.record?.back?.home,
      prepare: (running, begin) => prepareDeploy(rendered, options, running, begin),
      record: (plan, { members, discovery }, running) => {
        if (options.record === undefined) return () => Promise.resolve();
        const recording = import('../records/recordRun.js').then(({ beginRecord }) =>
          beginRecord(plan, { members, discovery, deploy: options }, running),
        );
        return async (ended) => (await recording)(ended);
      },
      makePlan: async (prepared, running) => runnable(await makePlan(prepared, options, running), options, running),
    },
    context,
  );
}

function runnable(
  { plan, runStart, former, staying }: MadePlan,
  options: DeployOptions,
  { cluster }: RunContext,
): Runnable {
  const { pruneLabel } = options;
  return {
    plan,
    rollout: { ...options, since: runStart },
    judge:
      pruneLabel === undefined
        ? 'no --prune-label'
        : ({ held, applied, ...after }) =>
            judgeNow(cluster, {
              ...options,
              ...after,
              applied: [...applied, ...staying],
              pruneLabel,
              runStart,
              namespaces: pruneNamespaces(changesOf(plan), options),
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
