/** One line for each of the five phases: `✔ Apply     31/31 [0.6s]`. */
import type { Phase } from '../../engine/run/events.js';
import { changesOf, type Plan } from '../../engine/plan/plan.js';
import { formatDuration } from '../duration.js';
import { rolloutCounts } from './askedOfView.js';
import type { RunView } from './runView.js';
import type { Style } from '../style.js';

/** The phases of a deploy, in their order. */
export const PHASES: readonly Phase[] = ['render', 'plan', 'apply', 'rollout', 'prune'];

const LABELS: Readonly<Record<Phase, string>> = {
  render: 'Render',
  plan: 'Plan',
  apply: 'Apply',
  rollout: 'Roll out',
  prune: 'Prune',
};
export const LABEL_WIDTH = 10;

/** Label, counts and time of a phase, without its glyph. A phase that has not started is its label alone. */
export function phaseTitle(view: RunView, phase: Phase): string {
  const label = LABELS[phase].padEnd(LABEL_WIDTH);
  const seen = view.phases.get(phase);
  if (seen === undefined) return label.trimEnd();
  const counts = COUNTS[phase](view);
  if (seen.state === 'running') return `${label}${counts}`.trimEnd();
  if (seen.state === 'skipped') return `${label}skipped${seen.note === '' ? '' : `: ${seen.note}`}`;
  const time = `[${formatDuration((seen.endedAt ?? seen.startedAt) - seen.startedAt)}]`;
  return `${label}${[counts, time].filter((part) => part !== '').join(' ')}`;
}

const GLYPHS = { done: '✔', failed: '✖', skipped: '↓', running: '◌' } as const;

/** The title with its glyph. */
export function phaseLine(view: RunView, phase: Phase, style: Style): string {
  const state = view.phases.get(phase)?.state ?? 'running';
  const paint = { done: style.good, failed: style.bad, skipped: style.faint, running: style.strong }[state];
  return `${paint(GLYPHS[state])} ${phaseTitle(view, phase)}`;
}

const COUNTS: Readonly<Record<Phase, (view: RunView) => string>> = {
  render: ({ rendered }) =>
    rendered === undefined
      ? ''
      : [`${rendered.objects} ${rendered.objects === 1 ? 'object' : 'objects'}`]
          .concat(rendered.generated > 0 ? [`${rendered.generated} generated`] : [])
          .join(', '),
  plan: ({ plan }) => (plan === undefined ? '' : planCounts(plan)),
  apply: (view) => {
    const outcomes = [...view.applied.values()].map(({ outcome }) => outcome);
    const count = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
    const done = outcomes.length - count('failed') - count('skipped');
    const total = view.phases.get('apply')?.total ?? (view.plan && changesOf(view.plan).length) ?? outcomes.length;
    return [`${done}/${total}`, ...counted(count('failed'), 'failed'), ...counted(count('skipped'), 'not sent')].join(
      ', ',
    );
  },
  rollout: (view) => {
    const { ready, total, failed } = rolloutCounts(view);
    if (total === 0) return 'nothing to wait for';
    return [`${ready}/${total} ready`, ...counted(failed, 'failed')].join(', ');
  },
  prune: (view) => {
    const outcomes = [...view.pruned.values()].map(({ outcome }) => outcome);
    const count = (...wanted: string[]): number => outcomes.filter((outcome) => wanted.includes(outcome)).length;
    const planned = view.plan?.prune.filter(({ verdict }) => verdict === 'delete').length ?? 0;
    const total = Math.max(planned, count('deleted', 'gone', 'failed', 'terminating', 'restored'));
    return [
      total === 0 ? 'nothing to delete' : `${count('deleted', 'gone')}/${total} deleted`,
      ...counted(count('kept'), 'kept'),
      ...counted(count('terminating'), 'terminating'),
      ...counted(count('restored'), 'restored'),
      ...counted(count('failed'), 'failed'),
    ].join(', ');
  },
};

/** `+2 create  ~3 update  =26 unchanged  -2 prune`; what there is none of is left out. */
export function planCounts(plan: Plan): string {
  const count = (wanted: string): number => changesOf(plan).filter(({ action }) => action === wanted).length;
  const parts = [
    ['+', count('create'), 'create'],
    ['~', count('configure'), 'update'],
    ['±', count('recreate'), 'recreate'],
    ['=', count('unchanged'), 'unchanged'],
    ['-', plan.prune.filter(({ verdict }) => verdict === 'delete').length, 'prune'],
  ] as const;
  const some = parts.filter(([, amount]) => amount > 0).map(([glyph, amount, word]) => `${glyph}${amount} ${word}`);
  return some.length === 0 ? 'nothing to do' : some.join('  ');
}

function counted(amount: number, word: string): string[] {
  return amount === 0 ? [] : [`${amount} ${word}`];
}
