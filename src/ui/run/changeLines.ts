/** What a run did, or will do, object by object: what stays in the scrollback. */
import type { ApplyOutcome, PruneOutcome } from '../../engine/run/events.js';
import type { ChangeAction } from '../../engine/plan/member.js';
import { changesOf, type Plan } from '../../engine/plan/plan.js';
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { padTo, widest } from '../columns.js';
import { formatDuration } from '../duration.js';
import { changeNotes, judgementNotes } from '../plan/planWords.js';
import { inPlanOrder, isAcrossNamespaces } from './askedOfView.js';
import type { AppliedView, RunView } from './runView.js';
import type { Paint, Style } from '../style.js';
import { cleanLine } from '../untrusted.js';

/** What is said of one object. */
export interface ChangeRow {
  readonly glyph: string;
  readonly paint: Paint;
  readonly id: ObjectId;
  /** The object's state in a word, and what else there is to say. */
  readonly state: string;
  readonly more: readonly string[];
}

const STATE_WIDTH = 8;

/** Nothing is said of what did not change. A rollout shorter than this, in ms, was no wait. */
const WORTH_SAYING_MS = 1000;

/**
 * ```
 *   + ConfigMap/cfg-9h2kf8d2   created   replaces cfg-4fk2m9tt
 *   ~ Deployment/web           ready 3/3  1m04s  image, cfg
 *   - ConfigMap/cfg-4fk2m9tt   deleted
 * ```
 */
export function changeLines(view: RunView, style: Style): string[] {
  return layOut(changeRows(view, style), isAcrossNamespaces(view));
}

/** The same as data, in the order of the plan: what was applied, then what was pruned or kept. */
export function changeRows(view: RunView, style: Style): ChangeRow[] {
  const taken = new Map(changesOf(view.plan).map(({ member, taken: words = [] }) => [keyOf(member.id), words]));
  const applied = inPlanOrder(view, [...view.applied.values()], ({ id }) => id)
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map((change) => appliedLine(view, change, { taken, style }));
  const pruned = inPlanOrder(view, [...view.pruned.values()], ({ id }) => id).map(({ id, outcome, reason }) =>
    prunedLine(id, outcome, reason, style),
  );
  return [...applied, ...unanswered(view, style), ...pruned, ...stillThere(view, style)];
}

/** Where a run ended while it applied: what of the plan nothing is known of. It was not sent, or its answer did not come. */
function unanswered(view: RunView, style: Style): ChangeRow[] {
  if (view.stopped === undefined || view.phases.get('apply')?.state !== 'failed') return [];
  return changesOf(view.plan)
    .filter(({ action, member: { id } }) => action !== 'unchanged' && !view.applied.has(keyOf(id)))
    .map(({ member: { id } }) => ({
      glyph: '?',
      paint: style.warn,
      id,
      state: 'unknown',
      more: ['not sent, or not answered'],
    }));
}

/** What was asked to go, and what it waits for, where a run ended before it was gone. */
function stillThere({ deleting, stopped }: RunView, style: Style): ChangeRow[] {
  if (stopped === undefined) return [];
  return [...deleting.values()].map(({ id, message }) => ({
    ...{ glyph: '◌', paint: style.warn, id, state: 'deleting' },
    more: [message === '' ? 'asked for, not gone yet' : `asked for, ${cleanLine(message)}`],
  }));
}

interface AppliedLineOptions {
  /** What was taken over from others, by key. */
  readonly taken: ReadonlyMap<string, readonly string[]>;
  readonly style: Style;
}

function appliedLine(view: RunView, change: AppliedView, { taken, style }: AppliedLineOptions): ChangeRow {
  const { id, outcome, replaces, changed } = change;
  const key = keyOf(id);
  const settled = view.settled.get(key);
  const status = settled?.status ?? view.statuses.get(key);
  const more = [
    ...(replaces === undefined ? [] : [`replaces ${replaces}`]),
    ...changedText(changed),
    ...(taken.get(key) ?? []).map(cleanLine),
  ];
  const common = { ...APPLIED[outcome](style), id };
  if (outcome === 'failed' || outcome === 'skipped') return { ...common, state: APPLIED_WORDS[outcome], more: [] };
  if (status?.status === 'Failed') return { ...common, glyph: '✖', paint: style.bad, state: 'FAILED', more };
  const time = settled !== undefined && settled.ms >= WORTH_SAYING_MS ? [formatDuration(settled.ms)] : [];
  const pods = status?.ready === undefined ? '' : ` ${status.ready.have}/${status.ready.want}`;
  // A green plus in front of what does not run would say that all is well.
  if (status !== undefined && status.status !== 'Current')
    return { ...common, glyph: '◌', paint: style.warn, state: `not ready${pods}`, more: [...time, ...more] };
  return { ...common, state: pods === '' ? APPLIED_WORDS[outcome] : `ready${pods}`, more: [...time, ...more] };
}

/** Marks of kapply and kubectl, which say nothing of what the object does. */
const MARKS = /^annotations\.(?:kapply\.dev\/|kubectl\.kubernetes\.io\/last-applied-configuration$)/;

function changedText(changed: readonly string[]): string[] {
  const telling = changed.filter((words) => !MARKS.test(words));
  const told = telling.length > 0 ? telling : changed;
  const shown = told.slice(0, 4).join(', ');
  if (shown === '') return [];
  return [told.length > 4 ? `${shown} and ${told.length - 4} more` : shown];
}

const APPLIED: Readonly<Record<ApplyOutcome, (style: Style) => Pick<ChangeRow, 'glyph' | 'paint'>>> = {
  created: (style) => ({ glyph: '+', paint: style.added }),
  configured: (style) => ({ glyph: '~', paint: style.changed }),
  recreated: (style) => ({ glyph: '±', paint: style.changed }),
  unchanged: (style) => ({ glyph: '=', paint: style.faint }),
  failed: (style) => ({ glyph: '✖', paint: style.bad }),
  skipped: (style) => ({ glyph: '↓', paint: style.faint }),
};
const APPLIED_WORDS: Readonly<Record<ApplyOutcome, string>> = {
  created: 'created',
  configured: 'configured',
  recreated: 'recreated',
  unchanged: 'unchanged',
  failed: 'refused',
  skipped: 'not sent',
};

function prunedLine(id: ObjectId, outcome: PruneOutcome, reason: string, style: Style): ChangeRow {
  const [glyph, paint] = (
    {
      deleted: ['-', style.removed],
      gone: ['-', style.faint],
      terminating: ['◌', style.warn],
      kept: ['=', style.faint],
      restored: ['+', style.warn],
      failed: ['✖', style.bad],
    } as const
  )[outcome];
  const says = outcome === 'deleted' || reason === '' ? [] : [cleanLine(reason)];
  return { glyph, paint, id, state: outcome === 'failed' ? 'not deleted' : outcome, more: says };
}

const PLANNED: Readonly<
  Record<ChangeAction, readonly [string, keyof Style & ('added' | 'changed' | 'faint'), string]>
> = {
  create: ['+', 'added', 'create'],
  configure: ['~', 'changed', 'update'],
  recreate: ['±', 'changed', 'delete and create'],
  unchanged: ['=', 'faint', 'unchanged'],
};

/** The same for a plan: what would be done, and what prune would delete or keep, with its reasons. */
export function planLines(plan: Plan, view: RunView, style: Style): string[] {
  return layOut(planRows(plan, style), isAcrossNamespaces(view));
}

/** What a plan would change and prune, a row for each object. */
export function planRows(plan: Plan, style: Style): ChangeRow[] {
  const changes = changesOf(plan)
    .filter(({ action }) => action !== 'unchanged')
    .map((change): ChangeRow => {
      const [glyph, paint, state] = PLANNED[change.action];
      const more = [...changedText(change.changed).map(cleanLine), ...changeNotes(change)];
      return { glyph, paint: style[paint], id: change.member.id, state, more };
    });
  const prune = plan.prune.map((judgement): ChangeRow => {
    const common = { id: judgement.id, more: judgementNotes(judgement, plan) };
    return judgement.verdict === 'delete'
      ? { ...common, glyph: '-', paint: style.removed, state: 'prune' }
      : { ...common, glyph: '=', paint: style.faint, state: 'keep' };
  });
  return [...changes, ...prune];
}

function layOut(lines: readonly ChangeRow[], namespaced: boolean): string[] {
  const names = lines.map(({ id }) => formatId(id, namespaced));
  const width = widest(names);
  return lines.map(({ glyph, paint, state, more }, index) => {
    const rest = [more.length > 0 ? padTo(state, STATE_WIDTH) : state, ...more].join('  ');
    return `  ${paint(glyph)} ${padTo(names[index] ?? '', width)}   ${rest}`;
  });
}
