/** A plan object by object, each with its lines: what every way to print a diff lays out. */
import type { Change, ChangeAction } from '../../engine/plan/member.js';
import { changesOf, type Plan } from '../../engine/plan/plan.js';
import type { Refusal } from '../../engine/plan/refusals/refusal.js';
import { ID_ANNOTATION, USED_AT_ANNOTATION } from '../../objects/annotations.js';
import { formatId, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { objectDiff, type ObjectDiffOptions } from './objectDiff.js';
import { changeNotes, judgementNotes } from './planWords.js';
import { areAcrossNamespaces } from '../acrossNamespaces.js';
import type { Paint, Style } from '../style.js';
import { cleanLine, cleanLines, harmless } from '../untrusted.js';

export interface PlanDiffOptions extends ObjectDiffOptions {
  /** What a change that creates is compared with instead of nothing: the earlier revision of a config. By `keyOf`. */
  readonly replaced?: ReadonlyMap<string, KubeObject>;
  /** What the server would not take: the rest of the plan is still worth seeing. */
  readonly refusals?: readonly Refusal[];
  /** What else a reader has to know, each a line at the end: which plan it is, and what approving it agrees to. */
  readonly about?: readonly string[];
}

export interface PlanBlock {
  readonly type: 'change' | 'refused' | 'delete' | 'keep';
  readonly id: ObjectId;
  readonly glyph: string;
  readonly paint: Paint;
  /** `shop/Deployment/web`: the namespace only where there are several. */
  readonly name: string;
  /** `update, restarts 3 pods`. */
  readonly words: string;
  /** The hunks of its diff, or what there is to say instead. */
  readonly lines: readonly string[];
}

const ACTIONS: Readonly<Record<ChangeAction, readonly [string, keyof Style & ('added' | 'changed'), string]>> = {
  create: ['+', 'added', 'create'],
  configure: ['~', 'changed', 'update'],
  recreate: ['±', 'changed', 'delete and create'],
  unchanged: ['=', 'changed', 'unchanged'],
};

/** True where the plan, or what is refused of it, is of more than one namespace. */
export function isPlanAcrossNamespaces(plan: Plan, refusals: readonly Refusal[] = []): boolean {
  return areAcrossNamespaces([
    ...changesOf(plan).map(({ member }) => member.id),
    ...[...plan.prune, ...refusals].map(({ id }) => id),
  ]);
}

/** Every object that changes, then what is refused, what goes, and what stays although the label matches. */
export function planBlocks(planned: Plan, options: PlanDiffOptions): PlanBlock[] {
  const plan = harmless(planned);
  const refusals = harmless(options.refusals ?? []);
  const { style } = options;
  const namespaced = isPlanAcrossNamespaces(plan, refusals);
  const common = (id: ObjectId): Pick<PlanBlock, 'id' | 'name'> => ({ id, name: formatId(id, namespaced) });
  const changes = changesOf(plan)
    .filter(({ action }) => action !== 'unchanged')
    .map((change): PlanBlock => {
      const [glyph, paint, word] = ACTIONS[change.action];
      const words = [word, ...changeNotes(change)].join(', ');
      const lines = hunksOf(change, options);
      return { ...common(change.member.id), type: 'change', glyph, paint: style[paint], words, lines };
    });
  const refused = refusals.map(({ id, failure: { message, suggestions } }): PlanBlock => {
    const [first = '', ...more] = cleanLines(message);
    const lines = [...more, ...suggestions.map((suggestion) => `try: ${cleanLine(suggestion)}`)];
    return { ...common(id), type: 'refused', glyph: '✖', paint: style.bad, words: `refused, ${first}`, lines };
  });
  const prune = plan.prune.map((judgement): PlanBlock => {
    const notes = judgementNotes(judgement, plan);
    const shown = { ...common(judgement.id), lines: [] };
    return judgement.verdict === 'delete'
      ? { ...shown, type: 'delete', glyph: '-', paint: style.removed, words: ['prune', ...notes].join(', ') }
      : { ...shown, type: 'keep', glyph: '=', paint: style.faint, words: ['keep', ...notes].join(', ') };
  });
  return [...changes, ...refused, ...prune];
}

/** The change against what it is compared with: a new revision against the earlier one, under the new one's name. */
export function comparedChange(change: Change, { replaced }: Pick<PlanDiffOptions, 'replaced'>): Change {
  const before = replaced?.get(keyOf(change.member.id));
  if (before === undefined) return change;
  const { name, annotations: after = {} } = change.after.metadata;
  const { annotations: earlier = {}, ...kept } = before.metadata;
  // That its name is another one is said already: `replaces`. When the earlier one was last used is kapply's own note.
  const annotations = Object.fromEntries(
    Object.entries(earlier)
      .filter(([key]) => key !== USED_AT_ANNOTATION)
      .map(([key, value]) => [key, key === ID_ANNOTATION ? (after[key] ?? value) : value]),
  );
  const metadata = { ...kept, name, ...(Object.keys(annotations).length > 0 && { annotations }) };
  return { ...change, live: { ...before, metadata } };
}

function hunksOf(change: Change, options: PlanDiffOptions): string[] {
  const hunks = objectDiff(comparedChange(change, options), options);
  // A take-over changes who owns fields, and maybe no field.
  const isQuiet = hunks.length === 0 && change.action === 'configure';
  return isQuiet ? [options.style.faint('  no field changes, only who owns them')] : hunks;
}
