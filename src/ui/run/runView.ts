/** What a run looks like so far: a fold of its events, from which every reporter draws. */
import type { ErrorInfo } from '../../errors.js';
import type {
  ApplyOutcome,
  Event,
  FailureDetails,
  LockHolder,
  ObjectStatus,
  Phase,
  PruneOutcome,
  Target,
} from '../../engine/run/events.js';
import { changesOf, type Plan } from '../../engine/plan/plan.js';
import type { Report } from '../../engine/run/report.js';
import type { RunSummary } from '../../engine/run/runSummary.js';
import { keyOf, type ObjectId } from '../../objects/object.js';

export interface PhaseView {
  readonly state: 'running' | 'done' | 'failed' | 'skipped';
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly total: number | undefined;
  /** When its wait is given up, ms since the epoch, where it has one. */
  readonly until: number | undefined;
  readonly note: string;
}

/** Another run of the set, which is waited for. */
export interface LockView extends LockHolder {
  readonly set: string;
  readonly startedAt: number;
  readonly until: number;
}

/** What is being deleted. */
export interface DeletingView {
  readonly id: ObjectId;
  readonly message: string;
  readonly startedAt: number;
  readonly until: number;
}

export interface AppliedView {
  readonly id: ObjectId;
  readonly outcome: ApplyOutcome;
  readonly replaces: string | undefined;
  readonly changed: readonly string[];
  readonly failure: ErrorInfo | undefined;
}

export interface SettledView {
  readonly status: ObjectStatus;
  readonly ms: number;
  readonly details: FailureDetails | undefined;
}

export interface PrunedView {
  readonly id: ObjectId;
  readonly outcome: PruneOutcome;
  readonly reason: string;
}

/** Keys of the maps are `keyOf` ids; their order is the order of the events. */
export interface RunView {
  target: Target | undefined;
  startedAt: number | undefined;
  /** When the last event happened. */
  now: number;
  rendered: { readonly objects: number; readonly generated: number } | undefined;
  plan: Plan | undefined;
  stopped: { readonly failure: ErrorInfo; readonly exitCode: number } | undefined;
  /** Who holds the lock, while it is waited for. */
  lock: LockView | undefined;
  readonly phases: Map<Phase, PhaseView>;
  readonly applied: Map<string, AppliedView>;
  /** The last status of every object that the rollout looks at. */
  readonly statuses: Map<string, ObjectStatus>;
  /** Since when each of them has been looked at, ms since the epoch. */
  readonly since: Map<string, number>;
  /** What was settled and has not left that state again: Current, Failed, or not ready when the time was over. */
  readonly settled: Map<string, SettledView>;
  /** Objects that had to be waited for at some time. */
  readonly waited: Set<string>;
  /** Whose deletion was asked for, and which is still there. */
  readonly deleting: Map<string, DeletingView>;
  readonly pruned: Map<string, PrunedView>;
  readonly warnings: string[];
  /** Namespaces of the objects that take part. */
  readonly namespaces: Set<string>;
}

/** What is seen of a run before its first event. */
export function emptyRunView(): RunView {
  return {
    target: undefined,
    startedAt: undefined,
    now: 0,
    rendered: undefined,
    plan: undefined,
    stopped: undefined,
    lock: undefined,
    phases: new Map(),
    applied: new Map(),
    statuses: new Map(),
    since: new Map(),
    settled: new Map(),
    waited: new Set(),
    deleting: new Map(),
    pruned: new Map(),
    warnings: [],
    namespaces: new Set(),
  };
}

/** What is said of a run that failed before its rollback is: its warnings stand above already. */
export function failedPart({ target }: RunView, summary: RunSummary): FinalPart {
  const dryRun = target?.dryRun ?? null;
  return { target: { dryRun }, warnings: [], summary };
}

/** The parts of a report that stand at the end of a run. */
export interface FinalPart extends Pick<Report, 'rollback'> {
  readonly target: Pick<Target, 'dryRun'>;
  readonly warnings: readonly string[];
  readonly summary: RunSummary;
}

/** Forgets all but where the run goes, and since when: a rollback begins. */
export function beginAgain(view: RunView): void {
  const { target, startedAt, now } = view;
  Object.assign(view, emptyRunView(), { target, startedAt, now });
}

/** Takes one event in. Changes `view` in place: it is drawn ten times a second and holds thousands of objects. */
export function foldEvent(view: RunView, event: Event): void {
  if ('at' in event) {
    view.startedAt ??= event.at;
    view.now = Math.max(view.now, event.at);
  }
  if (event.type === 'recorded' || event.type === 'rollingBack') return;
  switch (event.type) {
    case 'target':
      view.target = event.target;
      return;
    case 'lockAwaited':
      view.lock = { ...event, startedAt: view.lock?.startedAt ?? event.at };
      return;
    case 'phaseStarted':
      view.lock = undefined;
      view.phases.set(event.phase, {
        state: 'running',
        startedAt: event.at,
        endedAt: undefined,
        total: event.total,
        until: event.until,
        note: '',
      });
      return;
    case 'phaseFinished': {
      const phase = view.phases.get(event.phase);
      view.phases.set(event.phase, {
        state: event.outcome,
        startedAt: phase?.startedAt ?? event.at,
        endedAt: event.at,
        total: phase?.total,
        until: undefined,
        note: event.note,
      });
      return;
    }
    case 'rendered':
      view.rendered = { objects: event.objects, generated: event.generated };
      return;
    case 'planned':
      notePlan(view, event.plan);
      return;
    case 'applied':
      view.applied.set(keyOf(event.id), event);
      noteNamespace(view, event.id);
      return;
    case 'status':
    case 'settled': {
      const key = keyOf(event.status.id);
      view.statuses.set(key, event.status);
      if (!view.since.has(key)) view.since.set(key, event.at);
      if (event.status.status !== 'Current' || event.status.ready !== undefined) view.waited.add(key);
      if (event.type === 'settled') view.settled.set(key, event);
      else view.settled.delete(key);
      return;
    }
    case 'deleting': {
      const key = keyOf(event.id);
      view.deleting.set(key, { ...event, startedAt: view.deleting.get(key)?.startedAt ?? event.at });
      return;
    }
    case 'pruned':
      view.deleting.delete(keyOf(event.id));
      view.pruned.set(keyOf(event.id), event);
      noteNamespace(view, event.id);
      return;
    // What is said once is kept by whoever says it.
    case 'log':
      return;
    case 'warning':
      view.warnings.push(event.message);
      return;
    case 'stopped':
      view.lock = undefined;
      view.stopped = event;
      return;
  }
}

/** A second plan of a run takes the place of the first, before anything was applied. */
function notePlan(view: RunView, plan: Plan): void {
  view.plan = plan;
  view.namespaces.clear();
  for (const { member } of changesOf(plan)) noteNamespace(view, member.id);
  for (const { id } of plan.prune) noteNamespace(view, id);
}

function noteNamespace({ namespaces }: RunView, { namespace }: ObjectId): void {
  if (namespace !== '') namespaces.add(namespace);
}

/** True where objects of more than one namespace take part: names then carry theirs. Asked for every line that is written. */
export function isAcrossNamespaces({ namespaces }: RunView): boolean {
  return namespaces.size > 1;
}

/**
 * Things in the order of the plan, which is that of the manifests, and then of what is pruned: requests answer in any order,
 * and what is told does not. What the plan does not know comes last.
 */
export function inPlanOrder<T>(view: RunView, things: readonly T[], idOf: (thing: T) => ObjectId): T[] {
  const planned = [...changesOf(view.plan).map(({ member }) => member), ...(view.plan?.prune ?? [])];
  const places = new Map(planned.map(({ id }, place) => [keyOf(id), place]));
  const placeOf = (thing: T): number => places.get(keyOf(idOf(thing))) ?? places.size;
  return [...things].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Objects that are neither ready nor failed. */
export function unfinished(view: RunView): ObjectStatus[] {
  const open = [...view.statuses.values()].filter(({ status }) => status !== 'Current' && status !== 'Failed');
  return inPlanOrder(view, open, ({ id }) => id);
}

/** The run came to the end of its time, and this was not ready: nothing had failed. */
export function isTimedOut({ settled }: RunView, { id, status }: ObjectStatus): boolean {
  return status !== 'Current' && status !== 'Failed' && settled.has(keyOf(id));
}

/** Objects whose rollout failed, or was not over in time, with what is known of the cause. */
export function failures(view: RunView): SettledView[] {
  return [...view.settled.values()].filter(({ status }) => status.status !== 'Current');
}

/** What became of the objects that had to be waited for. */
export function rolloutCounts(view: RunView): {
  readonly ready: number;
  readonly failed: number;
  readonly total: number;
} {
  const words = [...view.waited].map((key) => view.statuses.get(key)?.status);
  return {
    ready: words.filter((word) => word === 'Current').length,
    failed: words.filter((word) => word === 'Failed').length,
    total: words.length,
  };
}
