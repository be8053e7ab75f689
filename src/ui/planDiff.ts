import { rollbackText } from './rollbackText.js';
import type { Plan, PlannedChange } from '../engine/plan/plan.js';
import { formatId } from '../objects/object.js';
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

/**
 * A plan as diffs: every object that changes, then what prune deletes, and what it keeps although the label matches, with
 * the reason. Ends with the counts.
 */
export function planDiff(planned: Plan, options: ObjectDiffOptions): string {
  const plan = harmless(planned);
  const { style } = options;
  const view = emptyRunView();
  foldEvent(view, { type: 'planned', plan });
  const namespaced = isAcrossNamespaces(view);
  const heading = (change: PlannedChange): string => {
    const { id, action, replaces, notes, validated } = change;
    const paint = action === 'create' ? style.added : style.changed;
    const more = [...(replaces === undefined ? [] : [`replaces ${replaces}`]), ...notes.map(cleanLine)];
    const unsure = validated ? [] : ['not validated'];
    const words = [WORDS[action], ...more, ...unsure].join(', ');
    return `${paint(GLYPHS[action])} ${style.strong(formatId(id, namespaced))}  ${words}`;
  };
  const changes = plan.changes
    .filter(({ action }) => action !== 'unchanged')
    .map((change) => [heading(change), ...objectDiff(change, options), ''].join('\n'));
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

/** True where carrying the plan out would change something. */
export function hasDifferences({ changes, prune }: Plan): boolean {
  return changes.some(({ action }) => action !== 'unchanged') || prune.some(({ verdict }) => verdict === 'delete');
}
