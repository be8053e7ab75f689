/**
 * Deletes what the plan showed and a second judgement, with fresh references, still finds stale. Never more than was
 * shown; each delete is guarded by UID and resourceVersion; a failed one is reported, and found again by the next run.
 */
import type { Discovery } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { KapplyError } from '../../errors.js';
import { releaseOwners } from '../configs/owners.js';
import { isConfigKind } from '../configs/revisions.js';
import type { WriteContext } from '../run/options.js';
import type { Judgement, Plan } from '../plan/plan.js';
import { settleOwnership } from '../sets/settleOwnership.js';
import { deleteInReverse, type DeleteOptions, type Deletion, type Settled } from './deleteGuarded.js';
import { deleteUsersFirst } from './deleteUsersFirst.js';
import type { Judgements } from './judgeNow.js';
import { awaitOperators } from './operatorsLast.js';
import { restoreUsed, type DeletedConfig } from './restoreUsed.js';
import { type JudgedAgain, asApproved, unknownOf } from './secondJudgement.js';
import { reportKept, reportHeld, reportVanished } from './pruneReports.js';

/** What was deleted is looked after, even in a run that ends now, for so long at most, ms. */
const LAST_WORDS_MS = 10_000;

export interface ExecutePruneOptions {
  readonly discovery: Discovery;
  /** How long to wait, in all, for what is being deleted to be gone, ms. */
  readonly timeoutMs: number;
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
  /** Whose fields are those of a config that is created again. */
  readonly fieldManager: string;
  /** Any occurrence of a name is a use. */
  readonly plainNames?: boolean;
  readonly ignoreUnlisted?: readonly string[];
  /** Judges once more, on the cluster as it is. */
  readonly judge: (now: JudgedAgain) => Promise<Judgements>;
  /** Called with the whole object before it is deleted; where it rejects with `BackupFailed`, the object stays. */
  readonly backup?: (object: KubeObject) => Promise<void>;
}

export interface PruneResult {
  /** True where something planned could not be deleted or judged, or was deleted and needed after all. */
  readonly incomplete: boolean;
}

/** Carries out the plan's deletions as they are judged now: never more than the plan showed. */
export async function executePrune(
  plan: Plan,
  options: ExecutePruneOptions,
  context: WriteContext,
): Promise<PruneResult> {
  const shown = new Set(plan.prune.flatMap((judgement) => (judgement.verdict === 'delete' ? [judgement.uid] : [])));
  await settleOwnership(plan.prune, { ...options, ...context });
  if (shown.size === 0) {
    for (const judgement of plan.prune) reportKept(judgement, shown, context);
    return { incomplete: false };
  }
  const searchedKinds = [...new Set(plan.prune.map(({ id }) => `${id.group}/${id.kind}`))];
  /** What was read whole on the way, as it was then. */
  const read = new Map<string, KubeObject>();
  const judge = async (leaving: ReadonlySet<string> = new Set()): Promise<readonly Judgement[]> => {
    const { judgements, warnings, unlisted, whole } = await options.judge({ searchedKinds, leaving, keepWhole: shown });
    for (const [uid, object] of whole ?? []) read.set(uid, object);
    for (const message of warnings) context.emit({ type: 'warning', message });
    return [...judgements.map(asApproved(plan)), ...unknownOf(plan.prune, judgements, unlisted)];
  };
  const agreed = (judgements: readonly Judgement[]): Deletion[] =>
    judgements.filter((judgement): judgement is Deletion => judgement.verdict === 'delete' && shown.has(judgement.uid));

  const deadline = context.now() + options.timeoutMs;
  const deleting: DeleteOptions = {
    ...options,
    deadline,
    read,
    // What goes with it uses it no more; a config has to be let go of first.
    rejudge: async (deletion) =>
      (await judge(isConfig(deletion) ? new Set() : shown)).find(({ uid }) => uid === deletion.uid),
  };
  const operators = needsOperators(plan)
    ? await awaitOperators(
        {
          ...deleting,
          judgements: await judge(shown),
          isOpen: (judgement) => shown.has(judgement.uid),
          remove: (deletions) => deleteReleasing(deletions, { ...deleting, allAtOnce: true }, context),
        },
        context,
      )
    : { settled: [], left: [] };
  const gone = new Set(operators.settled.map(({ deletion }) => deletion.uid));
  const { first, last, settled, done } = await deleteUsersFirst({
    judge,
    isOpen: (judgement) => shown.has(judgement.uid) && !gone.has(judgement.uid),
    isDeletable: (judgement) => !isConfig(judgement) && operators.left.length === 0,
    remove: (deletions, before) =>
      deleteReleasing(deletions, { ...deleting, before: [...operators.settled, ...before] }, context),
    now: context.now,
    deadline,
    signal: context.signal,
  });
  const configs = agreed(last).filter(isConfig);
  const { settled: configsDone, neededAfterAll } = await deleteConfigs(configs, deleting, options, context);

  const tried = new Set([...gone, ...done, ...configs.map(({ uid }) => uid)]);
  const held = agreed(last).filter(({ uid }) => !tried.has(uid));
  for (const deletion of held) reportHeld(deletion, operators.left, context);
  for (const judgement of last) if (!tried.has(judgement.uid)) reportKept(judgement, shown, context);
  const judged = [...first, ...last].map(({ uid }) => uid);
  reportVanished(plan, new Set([...gone, ...judged]), context);
  const unknown = last.some(
    (judgement) => judgement.verdict === 'keep' && judgement.why === 'unknown' && shown.has(judgement.uid),
  );
  return {
    incomplete:
      unknown ||
      neededAfterAll ||
      held.length > 0 ||
      [...operators.settled, ...settled, ...configsDone].some(
        ({ outcome }) => outcome === 'failed' || outcome === 'terminating',
      ),
  };
}

/** Custom resources with finalizers go in this run or are on their way out, and what could be their operator goes as well. */
function needsOperators({ prune }: Plan): boolean {
  const isAwaited = (one: Judgement): boolean =>
    one.finalizers !== undefined && (one.verdict === 'delete' || one.why === 'terminating');
  return (
    prune.some(isAwaited) &&
    prune.some((one) => one.verdict === 'delete' && one.finalizers === undefined && !isConfig(one))
  );
}

/** Deletes what is no config; first the configs that --own tied to a workload are let go of: they have judgements of their own. */
export async function deleteReleasing(
  deletions: readonly Deletion[],
  deleting: DeleteOptions,
  context: WriteContext,
): Promise<Settled[]> {
  const { emit, now } = context;
  const warn = (message: string): void => emit({ type: 'warning', message });
  const held = await releaseOwners(deletions, { ...deleting, ...context }, warn);
  const kept = deletions.flatMap((deletion): Settled[] => {
    const { id, version, uid } = deletion;
    const error = held.get(uid);
    if (error === undefined) return [];
    const reason = `a config would go with it, and could not be released: ${error.message} (${error.code})`;
    emit({ type: 'pruned', id, version, outcome: 'failed', reason, at: now() });
    return [{ deletion, outcome: 'failed' }];
  });
  const released = deletions.filter(({ uid }) => !held.has(uid));
  const before = [...(deleting.before ?? []), ...kept];
  return [...kept, ...(await deleteInReverse(released, { ...deleting, before }, context))];
}

/** Deletes configs, and creates again what somebody began to use meanwhile. */
async function deleteConfigs(
  configs: readonly Deletion[],
  deleting: DeleteOptions,
  options: ExecutePruneOptions,
  context: WriteContext,
): Promise<{ settled: readonly Settled[]; neededAfterAll: boolean }> {
  const deleted = new Map<string, DeletedConfig>();
  const remembering: DeleteOptions = {
    ...deleting,
    remember: (deletion, address, object) => void deleted.set(deletion.uid, { deletion, address, object }),
    forget: ({ uid }) => void deleted.delete(uid),
  };
  const restore = (signal: AbortSignal): Promise<boolean> =>
    restoreUsed([...deleted.values()], options, { ...context, signal });
  try {
    const settled = await deleteInReverse(configs, remembering, context);
    return { settled, neededAfterAll: await restore(context.signal) };
  } catch (error) {
    // Interrupted or cut off: no other run knows what this one has deleted.
    try {
      await restore(AbortSignal.timeout(LAST_WORDS_MS));
    } catch (last) {
      // What ended the run is what it reports.
      if (!(last instanceof KapplyError) && !(last instanceof DOMException && last.name === 'TimeoutError')) throw last;
    }
    throw error;
  }
}

function isConfig({ id }: Judgement): boolean {
  return isConfigKind(id.group, id.kind);
}
