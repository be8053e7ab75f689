/** How the view of a run comes of its events. */
import type { Event } from '../../engine/run/events.js';
import { changesOf, type Plan } from '../../engine/plan/plan.js';
import { keyOf, type ObjectId } from '../../objects/object.js';
import { type RunView, emptyRunView } from './runView.js';

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
