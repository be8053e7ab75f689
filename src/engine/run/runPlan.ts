/**
 * The one road of every verb that writes: plan, lock, question, apply, rollout, judgement, deletion. A verb says how its
 * plan is made; a delete and a prune are deploys that apply nothing.
 */
import type { Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { retireRuns } from '../jobs/retireRuns.js';
import { isRetired, withoutRuns } from '../jobs/settleRuns.js';
import { activityOf } from '../lock/activity.js';
import { withLock } from '../lock/withLock.js';
import type { WithLockOptions } from '../lock/withLockOptions.js';
import { changesAnything, changesOf, type Judgement, type Plan } from '../plan/plan.js';
import { kindsNow } from '../prune/kindsNow.js';
import { executePrune } from '../prune/executePrune.js';
import type { JudgedAgain } from '../prune/secondJudgement.js';
import type { Judgements } from '../prune/judgeNow.js';
import type { Unlisted } from '../prune/candidate.js';
import { refusePartlyBlind } from '../prune/refuseUnlisted.js';
import { refuseIncomplete } from '../prune/refuseIncomplete.js';
import { countEvent, noCounts, type EndedRun } from '../records/endedRun.js';
import { applyAndAwait, type Rollout, type RolledOut } from './applyAndAwait.js';
import { confirmPlan } from './confirmPlan.js';
import type { Event, Target } from './events.js';
import type { LockOptions, RunContext } from './options.js';
import { runPhase, skipPhase } from './phase.js';
import type { Report } from './report.js';
import { reported } from './reported.js';

/** A plan, and how it is carried out. */
export interface Runnable {
  readonly plan: Plan;
  /** What is applied before anything is deleted; undefined for a verb that applies nothing. */
  readonly rollout: Rollout | undefined;
  /** Judges what the plan shows once more, after the rollout; a text: why nothing is deleted at all. */
  readonly judge: string | ((after: AfterRollout) => Promise<Judgements>);
  /** What could not be looked at, where a run that leaves something for this reason alone is not green: exit 6. */
  readonly unread?: readonly Unlisted[];
}

export interface AfterRollout extends JudgedAgain {
  /** Everything that the run applied, as the server stored it. */
  readonly applied: readonly KubeObject[];
  readonly discovery: Discovery;
  /** False where another run may write to the set at the same time. */
  readonly held: boolean;
  readonly signal: AbortSignal;
}

/** What a verb knows before it plans. */
export interface Preparation {
  readonly discovery: Discovery;
  /** The place of the set's lock; undefined: none is taken. */
  readonly lock: Pick<WithLockOptions, 'namespace' | 'namespaces' | 'early'> | undefined;
  readonly makePlan: () => Promise<Runnable>;
  /** Tries the plan's deletions, where the server is asked to try every write. */
  readonly tryDeletes?: (deletions: readonly Judgement[]) => Promise<void>;
  /** Called when the work begins; what it returns writes down how the run ended, while it still holds the lock. */
  readonly record?: (plan: Plan) => (ended: EndedRun) => Promise<void>;
  /** After all is done, outside of the lock. */
  readonly finish?: () => Promise<void>;
}

export interface RunPlanOptions extends LockOptions {
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
  readonly dryRun: 'client' | 'server' | undefined;
  /** For the rollout, and for what is deleted to be gone, ms. */
  readonly timeoutMs: number;
  readonly fieldManager: string;
  readonly plainNames?: boolean;
  readonly ignoreUnlisted: readonly string[];
  readonly backup?: (object: KubeObject) => Promise<void>;
}

export interface Verb {
  readonly done: 'deployed' | 'deleted' | 'pruned';
  readonly target: Omit<Target, 'context' | 'server'>;
  /** How many objects were rendered, where there are any. */
  readonly total: number | undefined;
  readonly options: RunPlanOptions;
  /** Refuses what can be refused without a plan. */
  readonly prepare: (context: RunContext) => Promise<Preparation>;
}

/** Failures of objects are in the report, as is whatever ended the run; only a bug rejects. */
export async function runPlan(verb: Verb, context: RunContext): Promise<Report> {
  return reported(verb.target, context, (reporting) => run(verb, reporting), verb.done);
}

async function run({ prepare, total, options }: Verb, given: RunContext): Promise<void> {
  let activity: string | undefined;
  const counts = noCounts();
  const emit = (event: Event): void => {
    if (event.type === 'phaseStarted') activity = activityOf(event.phase);
    countEvent(counts, event);
    given.emit(event);
  };
  const context = { ...given, emit };
  const prepared = await prepare(context);
  const plan = (): Promise<Runnable> =>
    runPhase('plan', total, context, async () => {
      const made = await prepared.makePlan();
      emit({ type: 'planned', plan: made.plan });
      for (const message of made.plan.warnings) emit({ type: 'warning', message });
      return made;
    });
  if (options.dryRun !== undefined) {
    const made = await plan();
    if (options.dryRun === 'server') await prepared.tryDeletes?.(made.plan.prune);
    refusePartlyBlind(made.unread ?? [], given.cluster);
    return;
  }
  const { lock } = prepared;
  let unread: readonly Unlisted[] = [];
  await withLock(
    {
      prepare: async () => {
        const made = await plan();
        const { prunes } = await confirmPlan(made.plan, context);
        unread = made.unread ?? [];
        if (prunes) return made;
        const kept = { ...made.plan, prune: made.plan.prune.filter((judgement) => !isRetired(judgement)) };
        return { ...made, plan: kept, judge: 'nothing is deleted this time: the next deploy does it' };
      },
      writes: ({ plan: planned }) => changesAnything(planned),
      work: async (made, { cluster, signal, held, transitions }) => {
        let applied: readonly KubeObject[] | undefined;
        const rolledOut = (after: RolledOut): void => void (applied = after.applied);
        const record = prepared.record?.(made.plan);
        const tell = (error: unknown): Promise<void> | undefined => record?.({ error, applied, counts, transitions });
        try {
          await carryOut(made, prepared, options, { ...context, cluster, signal }, { held, rolledOut });
        } catch (error) {
          await tell(signal.aborted ? signal.reason : error);
          throw error;
        }
        await tell(undefined);
      },
    },
    {
      ...options,
      ...(lock ?? { namespace: '', namespaces: [] }),
      ...context,
      lock: options.lock && lock !== undefined,
      discovery: prepared.discovery,
      activity: () => activity,
    },
  );
  refusePartlyBlind(unread, given.cluster);
  await prepared.finish?.();
}

async function carryOut(
  { plan, rollout, judge }: Runnable,
  prepared: Preparation,
  options: RunPlanOptions,
  context: RunContext,
  { held, rolledOut }: { readonly held: boolean; readonly rolledOut: (after: RolledOut) => void },
): Promise<void> {
  const { signal } = context;
  signal.throwIfAborted();
  const { discovery: known } = prepared;
  const after =
    rollout === undefined
      ? { applied: [], discovery: known }
      : await applyAndAwait(plan, { ...rollout, discovery: known, locked: held }, context);
  if (after === undefined) {
    skipPhase('prune', 'nothing is pruned before the rollout has finished: the next deploy does', context);
    return;
  }
  if (rollout !== undefined) rolledOut(after);
  const { applied } = after;
  const goes = typeof judge !== 'string' && plan.prune.some(({ verdict }) => verdict === 'delete');
  const discovery = goes ? await kindsNow(context.cluster, after.discovery, signal) : after.discovery;
  const retired = await retireRuns(plan.prune, { ...options, discovery }, context);
  if (typeof judge === 'string') {
    skipPhase('prune', judge, context);
    refuseIncomplete(retired);
    return;
  }
  const changes = changesOf(plan);
  const judgeAfter = async (how: JudgedAgain): Promise<Judgements> => {
    const judged = await judge({ ...how, applied, discovery, held, signal });
    return { ...judged, judgements: withoutRuns(judged.judgements, changes) };
  };
  const rest = { ...plan, prune: plan.prune.filter((judgement) => !isRetired(judgement)) };
  await runPhase('prune', rest.prune.length, context, async () => {
    const { incomplete } = await executePrune(rest, { ...options, discovery, judge: judgeAfter }, context);
    refuseIncomplete({ incomplete: incomplete || retired.incomplete });
  });
}
