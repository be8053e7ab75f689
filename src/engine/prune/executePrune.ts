/**
 * Deletes what the plan showed and a second judgement, with fresh references, still finds stale. Never more than was
 * shown; each delete is guarded by UID and resourceVersion; a failed one is reported, and found again by the next run.
 */
import type { Cluster } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { isConfigKind } from '../configs/revisions.js';
import type { Emit } from '../run/events.js';
import type { Judgement, Plan } from '../plan/plan.js';
import { settleOwnership } from '../sets/settleOwnership.js';
import type { Unlisted } from './candidates.js';
import { deleteInReverse, type DeleteOptions, type Deletion } from './deleteGuarded.js';
import { deleteUsersFirst } from './deleteUsersFirst.js';
import { judgeNow, type JudgeNowOptions } from './judgeNow.js';

export interface ExecutePruneOptions {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly emit: Emit;
  readonly now: () => number;
  readonly judging: Omit<JudgeNowOptions, 'projected' | 'leaving'>;
  /** Called with the whole object before it is deleted; where it rejects with `BackupFailed`, the object stays. */
  readonly backup?: (object: KubeObject) => Promise<void>;
}

export interface PruneResult {
  /** True where something planned could not be deleted, or judged. */
  readonly incomplete: boolean;
}

export async function executePrune(options: ExecutePruneOptions): Promise<PruneResult> {
  const shown = new Set(
    options.plan.prune.flatMap((judgement) => (judgement.verdict === 'delete' ? [judgement.uid] : [])),
  );
  const { discovery, signal, concurrency, set, formerSet } = options.judging;
  await settleOwnership(options.plan.prune, {
    cluster: options.cluster,
    discovery,
    signal,
    concurrency,
    set,
    formerSet,
  });
  if (shown.size === 0) {
    for (const judgement of options.plan.prune) reportKept(judgement, shown, options);
    return { incomplete: false };
  }
  const pruneKinds = [...new Set(options.plan.prune.map(({ id }) => `${id.group}/${id.kind}`))];
  const judge = async (leaving: ReadonlySet<string> = new Set()): Promise<readonly Judgement[]> => {
    const { judgements, warnings, unlisted } = await judgeNow(options.cluster, {
      ...options.judging,
      pruneKinds,
      projected: false,
      leaving,
    });
    for (const message of warnings) options.emit({ type: 'warning', message });
    return [...judgements, ...unknownOf(options.plan.prune, judgements, unlisted)];
  };
  const isConfig = ({ id }: Judgement): boolean => isConfigKind(id.group, id.kind);
  const agreed = (judgements: readonly Judgement[]): Deletion[] =>
    judgements.filter((judgement): judgement is Deletion => judgement.verdict === 'delete' && shown.has(judgement.uid));

  const { cluster, emit, now, judging, backup } = options;
  const deleting: DeleteOptions = {
    cluster,
    emit,
    now,
    ...judging,
    rejudge: async ({ uid }) => (await judge()).find((judgement) => judgement.uid === uid),
    ...(backup !== undefined && { backup }),
  };
  const {
    first,
    last: second,
    outcomes: othersDone,
    done: others,
  } = await deleteUsersFirst({
    judge,
    isOpen: (judgement) => shown.has(judgement.uid),
    isDeletable: (judgement) => !isConfig(judgement),
    remove: (deletions) => deleteInReverse(deletions, deleting),
    now,
    signal,
  });
  const configsDone = await deleteInReverse(agreed(second).filter(isConfig), deleting);

  const done = new Set([
    ...others,
    ...agreed(second)
      .filter(isConfig)
      .map(({ uid }) => uid),
  ]);
  for (const judgement of second) if (!done.has(judgement.uid)) reportKept(judgement, shown, options);
  reportVanished(options, new Set([...first, ...second].map(({ uid }) => uid)));
  const unknown = second.some(
    (judgement) => judgement.verdict === 'keep' && judgement.why === 'unknown' && shown.has(judgement.uid),
  );
  return {
    incomplete:
      unknown || [...othersDone, ...configsDone].some((outcome) => outcome === 'failed' || outcome === 'terminating'),
  };
}

/** What was planned and could not be listed any more: it is not known to be gone. */
function unknownOf(
  planned: readonly Judgement[],
  judged: readonly Judgement[],
  unlisted: readonly Unlisted[],
): Judgement[] {
  const seen = new Set(judged.map(({ uid }) => uid));
  return planned.flatMap((judgement): Judgement[] => {
    const { id, version, uid, resourceVersion } = judgement;
    const unread = unlisted.find(
      ({ resource, namespace }) =>
        resource.group === id.group && resource.kind === id.kind && (namespace === '' || namespace === id.namespace),
    );
    if (seen.has(uid) || unread === undefined) return [];
    return [
      {
        id,
        version,
        uid,
        resourceVersion,
        verdict: 'keep',
        why: 'unknown',
        facts: { missing: unread.why },
        reason: unread.why,
      },
    ];
  });
}

function reportKept(judgement: Judgement, shown: ReadonlySet<string>, { emit, now }: ExecutePruneOptions): void {
  const { id, version } = judgement;
  if (judgement.verdict === 'keep' && judgement.why === 'controlled') return;
  const outcome = judgement.verdict === 'keep' && judgement.why === 'terminating' ? 'terminating' : 'kept';
  const reason =
    judgement.verdict === 'keep' ? judgement.reason : 'became stale during this run: the next deploy deletes it';
  if (judgement.verdict === 'delete' && shown.has(judgement.uid)) return;
  emit({ type: 'pruned', id, version, outcome, reason, at: now() });
}

/** Planned deletions that somebody else has made meanwhile. */
function reportVanished({ plan, emit, now }: ExecutePruneOptions, judged: ReadonlySet<string>): void {
  for (const judgement of plan.prune) {
    if (judgement.verdict !== 'delete' || judged.has(judgement.uid)) continue;
    const { id, version } = judgement;
    emit({ type: 'pruned', id, version, outcome: 'gone', reason: 'was gone already', at: now() });
  }
}
