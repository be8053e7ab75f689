import { rollbackText } from './rollbackText.js';
import type { Change } from '../engine/plan/member.js';
import { changesOf, type Plan } from '../engine/plan/plan.js';
import { formatId, keyOf, type KubeObject } from '../objects/object.js';
import { objectDiff, type ObjectDiffOptions } from './objectDiff.js';
import { planCounts } from './phaseLine.js';
import { emptyRunView, foldEvent, isAcrossNamespaces } from './runView.js';
import { cleanLine, harmless } from './untrusted.js';

const GLYPHS = { create: '+', configure: '~', recreate: '±', unchanged: '=' } as const;
const WORDS = {
  create: 'create',
  configure: 'update',
  recreate: 'delete and create',
  unchanged: 'unchanged',
} as const;

export interface PlanDiffOptions extends ObjectDiffOptions {
  /** What a change that creates is compared with instead of nothing: the earlier revision of a config. By `keyOf`. */
  readonly replaced?: ReadonlyMap<string, KubeObject>;
}

/**
 * A plan as diffs: every object that changes, then what prune deletes, and what it keeps although the label matches, with
 * the reason. Ends with the counts.
 */
export function planDiff(planned: Plan, options: PlanDiffOptions): string {
  const plan = harmless(planned);
  const { style } = options;
  const view = emptyRunView();
  foldEvent(view, { type: 'planned', plan });
  const namespaced = isAcrossNamespaces(view);
  const heading = (change: Change): string => {
    const { member, action, replaces, takesOver, notes, validated } = change;
    const paint = action === 'create' ? style.added : style.changed;
    const more = [
      ...(replaces === undefined ? [] : [`replaces ${replaces}`]),
      ...takesOver.map((manager) => `takes over from ${manager}`),
      ...notes.map(cleanLine),
    ];
    const unsure = validated ? [] : ['not validated'];
    const words = [WORDS[action], ...more, ...unsure].join(', ');
    return `${paint(GLYPHS[action])} ${style.strong(formatId(member.id, namespaced))}  ${words}`;
  };
  const changes = changesOf(plan)
    .filter(({ action }) => action !== 'unchanged')
    .map((change) => [heading(change), ...hunksOf(change, options), ''].join('\n'));
  const prune = plan.prune.map((judgement) => {
    const name = style.strong(formatId(judgement.id, namespaced));
    if (judgement.verdict === 'keep') return `${style.faint('=')} ${name}  keep, ${cleanLine(judgement.reason)}`;
    const why = [judgement.reason, ...judgement.consequences.map(rollbackText)]
      .map(cleanLine)
      .filter((text) => text !== '');
    return `${style.removed('-')} ${name}  ${['prune', ...why].join(', ')}`;
  });
  const blocks = [...changes, ...(prune.length > 0 ? [...prune, ''] : []), planCounts(plan)];
  return `${blocks.join('\n')}\n`;
}

function hunksOf(change: Change, options: PlanDiffOptions): string[] {
  const before = options.replaced?.get(keyOf(change.member.id));
  const hunks = objectDiff(before === undefined ? change : { ...change, live: before }, options);
  // A take-over changes who owns fields, and maybe no field.
  const isQuiet = hunks.length === 0 && change.action === 'configure';
  return isQuiet ? [options.style.faint('  no field changes, only who owns them')] : hunks;
}

/** True where carrying the plan out would change something. */
export function hasDifferences(plan: Plan): boolean {
  return (
    changesOf(plan).some(({ action }) => action !== 'unchanged') ||
    plan.prune.some(({ verdict }) => verdict === 'delete')
  );
}
