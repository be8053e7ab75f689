/**
 * Deletes what the plan showed and a second judgement, with fresh references, still finds stale. Never more than was
 * shown; each delete is guarded by UID and resourceVersion; a failed one is reported, and found again by the next run.
 */
import { ApiError } from '../../cluster/apiError.js';
import { KapplyError } from '../../errors.js';
import type { ApiResource, Cluster } from '../../cluster/cluster.js';
import type { KubeObject } from '../../objects/object.js';
import { isConfigKind } from '../../objects/revisions.js';
import { waveOf } from '../../objects/waves.js';
import type { Emit, PruneOutcome } from '../events.js';
import { mapConcurrently } from '../mapConcurrently.js';
import { pause } from '../pause.js';
import type { Judgement, Plan } from '../plan.js';
import { judgeNow, type JudgeNowOptions } from './judgeNow.js';

const GONE_POLL_MS = 250;
const GONE_TIMEOUT_MS = 60_000;
/** Pods of a workload that was just deleted are marked for deletion by the garbage collector, within seconds. */
const RELEASE_TIMEOUT_MS = 15_000;
const RELEASE_POLL_MS = 1000;

export interface ExecutePruneOptions {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly emit: Emit;
  readonly now: () => number;
  readonly judging: Omit<JudgeNowOptions, 'projected'>;
  /** Called with the whole object before it is deleted; where it rejects with `BackupFailed`, the object stays. */
  readonly backup?: (object: KubeObject) => Promise<void>;
}

export interface PruneResult {
  /** True where something planned could not be deleted, or judged. */
  readonly incomplete: boolean;
}

type Deletion = Judgement & { readonly verdict: 'delete' };

export async function executePrune(options: ExecutePruneOptions): Promise<PruneResult> {
  const shown = new Set(
    options.plan.prune.flatMap((judgement) => (judgement.verdict === 'delete' ? [judgement.uid] : [])),
  );
  if (shown.size === 0) {
    for (const judgement of options.plan.prune) reportKept(judgement, shown, options);
    return { incomplete: false };
  }
  const pruneKinds = [...new Set(options.plan.prune.map(({ id }) => `${id.group}/${id.kind}`))];
  const judge = async (): Promise<readonly Judgement[]> => {
    const { judgements, warnings } = await judgeNow(options.cluster, {
      ...options.judging,
      pruneKinds,
      projected: false,
    });
    for (const message of warnings) options.emit({ type: 'warning', message });
    return judgements;
  };
  const isConfig = ({ id }: Judgement): boolean => isConfigKind(id.group, id.kind);
  const agreed = (judgements: readonly Judgement[]): Deletion[] =>
    judgements.filter((judgement): judgement is Deletion => judgement.verdict === 'delete' && shown.has(judgement.uid));

  const first = await judge();
  const others = agreed(first).filter((judgement) => !isConfig(judgement));
  const othersDone = await deleteInReverse(others, options);
  const second = others.length === 0 ? first : await judgeReleased(judge, shown, options);
  const configsDone = await deleteInReverse(agreed(second).filter(isConfig), options);

  const done = new Set([...others, ...agreed(second).filter(isConfig)].map(({ uid }) => uid));
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

/** Judges again, until the pods of the workloads that were just deleted have let go of their configs. */
async function judgeReleased(
  judge: () => Promise<readonly Judgement[]>,
  shown: ReadonlySet<string>,
  { now, judging }: ExecutePruneOptions,
): Promise<readonly Judgement[]> {
  const began = now();
  for (;;) {
    const judgements = await judge();
    const held = judgements.some(
      (judgement) => judgement.verdict === 'keep' && judgement.why === 'inUse' && shown.has(judgement.uid),
    );
    if (!held || now() - began >= RELEASE_TIMEOUT_MS) return judgements;
    await pause(RELEASE_POLL_MS, judging.signal);
  }
}

/** Deletes wave by wave, the last applied first. */
async function deleteInReverse(deletions: readonly Deletion[], options: ExecutePruneOptions): Promise<PruneOutcome[]> {
  const waves = new Map<number, Deletion[]>();
  for (const deletion of deletions) {
    const wave = waveOf(deletion.id.group, deletion.id.kind);
    waves.set(wave, [...(waves.get(wave) ?? []), deletion]);
  }
  const outcomes: PruneOutcome[] = [];
  for (const wave of [...waves.keys()].sort((a, b) => b - a)) {
    outcomes.push(
      ...(await mapConcurrently(waves.get(wave) ?? [], options.judging.concurrency, (deletion) =>
        deleteOne(deletion, options),
      )),
    );
  }
  return outcomes;
}

async function deleteOne(deletion: Deletion, options: ExecutePruneOptions): Promise<PruneOutcome> {
  const { id, version } = deletion;
  const resource = options.judging.discovery.resources.find(
    (candidate) => candidate.group === id.group && candidate.kind === id.kind && candidate.version === version,
  );
  const settle = (outcome: PruneOutcome, reason: string): PruneOutcome => {
    options.emit({ type: 'pruned', id, version, outcome, reason, at: options.now() });
    return outcome;
  };
  if (resource === undefined) return settle('failed', `${id.kind} is not served any more`);
  try {
    const result = await removeGuarded(resource, deletion, options);
    if (result === 'gone') return settle('gone', 'was gone already');
    if (result !== 'deleted') return settle('kept', result.reason);
    const left = await waitUntilGone(resource, deletion, options);
    return left === undefined ? settle('deleted', deletion.reason) : settle('terminating', left);
  } catch (error) {
    // A backup that fails is an error of the disk: the object stays.
    const isOwn = error instanceof ApiError || (error instanceof KapplyError && error.code === 'BackupFailed');
    if (!isOwn) throw error;
    return settle('failed', `${error.message} (${error.code}); the next deploy tries again`);
  }
}

/** A version that moved since the judgement is judged once more: it may be in use by now. */
async function removeGuarded(
  resource: ApiResource,
  deletion: Deletion,
  { cluster, judging, backup }: ExecutePruneOptions,
): Promise<'deleted' | 'gone' | { readonly reason: string }> {
  const address = { resource, namespace: deletion.id.namespace, name: deletion.id.name };
  const { signal } = judging;
  if (backup !== undefined) {
    const object = await cluster.get(address, { signal });
    if (object === undefined) return 'gone';
    await backup(object);
  }
  try {
    return await cluster.remove(address, {
      uid: deletion.uid,
      resourceVersion: deletion.resourceVersion,
      propagation: 'Background',
      signal,
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status.reason !== 'Conflict') throw error;
    const { judgements } = await judgeNow(cluster, { ...judging, projected: false });
    const again = judgements.find(({ uid }) => uid === deletion.uid);
    if (again === undefined) return 'gone';
    if (again.verdict === 'keep') return { reason: again.reason };
    return cluster.remove(address, {
      uid: again.uid,
      resourceVersion: again.resourceVersion,
      propagation: 'Background',
      signal,
    });
  }
}

/** Undefined when it is gone; what holds it back after a minute. */
async function waitUntilGone(
  resource: ApiResource,
  { id, uid }: Deletion,
  { cluster, now, judging }: ExecutePruneOptions,
): Promise<string | undefined> {
  const began = now();
  for (;;) {
    const live = await cluster.get({ resource, namespace: id.namespace, name: id.name }, { signal: judging.signal });
    if (live?.metadata.uid !== uid) return undefined;
    if (now() - began >= GONE_TIMEOUT_MS) {
      const finalizers = live.metadata.finalizers ?? [];
      return `deletion was asked for, but it is still there${finalizers.length === 0 ? '' : `, waiting for ${finalizers.join(', ')}`}`;
    }
    await pause(GONE_POLL_MS, judging.signal);
  }
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
