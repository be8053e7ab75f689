/** The report of a run is a fold of its events: what a reporter saw and what the summary says cannot disagree. */
import { EXIT, type ExitCode } from '../../errors.js';
import { keyOf, type ObjectId } from '../../objects/object.js';
import type { Event, ObjectStatus, Target } from './events.js';
import { changesOf, type Plan } from '../plan/plan.js';
import { lockWaitsOf } from './lockWaits.js';
import type { Report } from './report.js';

/** What `result` says for each exit code; for 0, what a deploy is when it is done. */
export const RESULTS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'deployed',
  [EXIT.differences]: 'different',
  [EXIT.input]: 'invalid',
  [EXIT.rolloutFailed]: 'rolloutFailed',
  [EXIT.timedOut]: 'timedOut',
  [EXIT.refused]: 'refused',
  [EXIT.pruneIncomplete]: 'pruneIncomplete',
  [EXIT.unreachable]: 'unreachable',
  [EXIT.superseded]: 'superseded',
  [EXIT.planMoved]: 'planMoved',
  [EXIT.bug]: 'bug',
  [EXIT.interrupted]: 'interrupted',
  [EXIT.terminated]: 'terminated',
};

export interface FoldOptions {
  readonly target: Target;
  /** What a run of this verb is when it is done. */
  readonly done?: 'deployed' | 'deleted' | 'pruned';
  readonly ms: number;
  readonly requests: number;
}

type Applied = Extract<Event, { type: 'applied' }>;
type Pruned = Extract<Event, { type: 'pruned' }>;

/** The report of a run, from its events alone. */
export function foldReport(events: readonly Event[], { target, done, ms, requests }: FoldOptions): Report {
  const applied = events.filter((event): event is Applied => event.type === 'applied');
  const pruned = withoutRestored(events.filter((event): event is Pruned => event.type === 'pruned'));
  const planned = events.find((event) => event.type === 'planned')?.plan;
  const stopped = events.find((event) => event.type === 'stopped');
  const recorded = events.find((event) => event.type === 'recorded');
  const rollouts = latestStatuses(events);
  const waits = lockWaitsOf(events);
  const versions = new Map(applied.map((event) => [keyOf(event.id), event.version]));
  const exitCode = stopped?.exitCode ?? EXIT.done;
  const changes =
    target.dryRun !== null && planned !== undefined && applied.length === 0
      ? plannedChanges(planned)
      : applied.map(reportChange);
  const prune =
    target.dryRun !== null && planned !== undefined && pruned.length === 0
      ? plannedPrune(planned)
      : pruned.map(reportPruned);
  return {
    schemaVersion: 1,
    target,
    changes,
    rollouts: rollouts.map((status) => ({
      ...reportedId(status.id, versions.get(keyOf(status.id)) ?? ''),
      status: status.status,
      message: status.message,
      ...(status.problems.length > 0 && {
        pods: status.problems.map(({ pod, container, reason, message }) => ({
          name: pod,
          ...(container !== undefined && { container }),
          reason,
          message,
        })),
      }),
    })),
    prune,
    warnings: [...new Set(events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])))],
    ...(waits.length > 0 && { lockWaits: waits }),
    ...(recorded !== undefined && { record: recorded.number }),
    summary: {
      result:
        exitCode !== EXIT.done ? RESULTS[exitCode] : target.dryRun !== null ? 'planned' : (done ?? RESULTS[exitCode]),
      exitCode,
      counts: countOutcomes(changes, rollouts, prune),
      ms,
      requests,
      ...(stopped !== undefined && { error: stopped.failure }),
    },
  };
}

/** What was deleted and created again is there: it is not among what was deleted. */
function withoutRestored(pruned: readonly Pruned[]): Pruned[] {
  const restored = new Set(pruned.flatMap(({ id, outcome }) => (outcome === 'restored' ? [keyOf(id)] : [])));
  return pruned.filter(({ id, outcome }) => outcome !== 'deleted' || !restored.has(keyOf(id)));
}

function latestStatuses(events: readonly Event[]): ObjectStatus[] {
  const latest = new Map<string, ObjectStatus>();
  for (const event of events) {
    if (event.type === 'status' || event.type === 'settled') latest.set(keyOf(event.status.id), event.status);
  }
  return [...latest.values()];
}

function reportedId(id: ObjectId, version: string) {
  const { group, kind, namespace, name } = id;
  return { group, version, kind, namespace, name };
}

function reportChange({ id, version, outcome, replaces, failure }: Applied): Report['changes'][number] {
  return {
    ...reportedId(id, version),
    action: outcome,
    ...(replaces !== undefined && { replaces }),
    ...(failure !== undefined && { error: failure }),
  };
}

function reportPruned({ id, version, outcome, reason }: Pruned): Report['prune'][number] {
  return { ...reportedId(id, version), outcome, reason };
}

const PLANNED_OUTCOMES = {
  create: 'created',
  configure: 'configured',
  recreate: 'recreated',
  unchanged: 'unchanged',
} as const;

function plannedChanges(plan: Plan): Report['changes'] {
  return changesOf(plan).map(({ member: { id, resource }, action, replaces }) => ({
    ...reportedId(id, resource.version),
    action: PLANNED_OUTCOMES[action],
    ...(replaces !== undefined && { replaces }),
  }));
}

function plannedPrune(plan: Plan): Report['prune'] {
  return plan.prune.map((judgement) => ({
    ...reportedId(judgement.id, judgement.version),
    outcome: judgement.verdict === 'delete' ? ('deleted' as const) : ('kept' as const),
    reason: judgement.reason,
  }));
}

function countOutcomes(
  changes: Report['changes'],
  rollouts: readonly ObjectStatus[],
  prune: Report['prune'],
): Record<string, number> {
  const counts: Record<string, number> = {
    created: 0,
    configured: 0,
    unchanged: 0,
    failed: 0,
    ready: 0,
    notReady: 0,
    deleted: 0,
    kept: 0,
    pruneFailed: 0,
  };
  const count = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { action } of changes) count(action);
  for (const { status } of rollouts) count(status === 'Current' ? 'ready' : 'notReady');
  for (const { outcome } of prune) count(outcome === 'failed' ? 'pruneFailed' : outcome);
  return counts;
}
