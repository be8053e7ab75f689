/** What a prune or a delete would take, for whoever has to agree to it: by family, with its age, its size and what it costs to undo. */
import { familyKey, familyOf } from '../../engine/configs/revisions.js';
import type { Judgement, Plan } from '../../engine/plan/plan.js';
import { groupBy } from '../../objects/groupBy.js';
import { formatId, keyOf } from '../../objects/object.js';
import { padTo, widest } from '../columns.js';
import { formatAge } from '../duration.js';
import { judgementNotes } from './planWords.js';
import type { Style } from '../style.js';

export interface PrunePlanOptions {
  readonly style: Style;
  /** ms since the epoch. */
  readonly now: number;
  readonly namespaced: boolean;
  /** Every object, however many there are: where nobody can ask for them. */
  readonly whole: boolean;
}

/** With more objects than this, only the families are told; as many families at most. */
const MOST_OBJECTS = 20;

type Deletion = Extract<Judgement, { verdict: 'delete' }>;
/** The revisions of one generator, or one other object. */
type Family = readonly [Deletion, ...Deletion[]];

/**
 * ```
 *   - ConfigMap/cfg   3 revisions of 4 to 6 keys, 40d02h to 62d04h old
 *       cfg-4fk2m9tt22   62d04h  stale: nothing uses it any more
 *   = 2 kept
 * ```
 */
export function prunePlanLines(plan: Plan, { style, now, namespaced, whole }: PrunePlanOptions): string[] {
  const deletions = plan.prune.filter((judgement): judgement is Deletion => judgement.verdict === 'delete');
  const kept = plan.prune.filter(({ verdict }) => verdict === 'keep');
  const families = groupBy(deletions, ({ id }) => familyKey(id) ?? keyOf(id));
  const isShort = whole || deletions.length <= MOST_OBJECTS;
  const shown = whole ? families : families.slice(0, MOST_OBJECTS);
  const isPlain = ([{ id }]: Family): boolean => familyKey(id) === undefined;
  const names = widest(shown.flatMap((family) => (isPlain(family) ? [] : family.map(({ id }) => id.name))));
  const lines = shown.flatMap((family) => {
    const notes = isShort && isPlain(family) ? judgementNotes(family[0], plan) : [];
    const words = [summaryOf(family, now), ...notes].filter((word) => word !== '').join(', ');
    return [
      `  ${style.removed('-')} ${style.strong(titleOf(family, namespaced))}   ${words}`.trimEnd(),
      // What is no revision is one object, which its title names.
      ...(isShort && !isPlain(family)
        ? family.map((deletion) => `      ${objectLine(deletion, names, now, plan)}`)
        : []),
    ];
  });
  const more = families.length - shown.length;
  return [
    ...lines,
    ...(more === 0 ? [] : [`  ${style.removed('-')} and ${more} more families`]),
    ...(whole
      ? kept.map(
          (judgement) =>
            `  ${style.faint('=')} ${formatId(judgement.id, namespaced)}   keep  ${judgementNotes(judgement, plan).join('  ')}`,
        )
      : kept.length === 0
        ? []
        : [`  ${style.faint('=')} ${kept.length} kept`]),
  ];
}

function titleOf([{ id }]: Family, namespaced: boolean): string {
  const isFamily = familyKey(id) !== undefined;
  return formatId(isFamily ? { ...id, name: familyOf(id.name) ?? id.name } : id, namespaced);
}

/** `3 revisions of 4 keys, 40d02h to 62d04h old, 2 rollout undos will no longer work` */
function summaryOf(family: Family, now: number): string {
  const ages = family.flatMap(({ created }) => (created === undefined ? [] : [Math.max(0, now - Date.parse(created))]));
  const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)].map(formatAge);
  const size = sizeOf(family);
  const revisions = `${family.length} ${family.length === 1 ? 'revision' : 'revisions'}`;
  const count =
    familyKey(family[0].id) !== undefined
      ? [[revisions, size].filter((words) => words !== '').join(' of ')]
      : size === ''
        ? []
        : [size];
  const age = ages.length === 0 ? [] : [youngest === oldest ? `${oldest} old` : `${youngest} to ${oldest} old`];
  const undos = family.reduce((sum, { consequences }) => sum + consequences.length, 0);
  const cost = undos === 0 ? [] : [`${undos} rollout ${undos === 1 ? 'undo' : 'undos'} will no longer work`];
  return [...count, ...age, ...cost].join(', ');
}

/** `4 keys`, `4 to 6 keys`; '' for what has none, and where nobody knows. */
function sizeOf(family: Family): string {
  const sizes = family.flatMap(({ keys }) => (keys === undefined ? [] : [keys]));
  if (sizes.length === 0) return '';
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  return `${fewest === most ? '' : `${fewest} to `}${most} ${most === 1 ? 'key' : 'keys'}`;
}

function objectLine(deletion: Deletion, names: number, now: number, plan: Plan): string {
  const { id, created } = deletion;
  const age = created === undefined ? '' : formatAge(Math.max(0, now - Date.parse(created)));
  return `${padTo(id.name, names)}   ${padTo(age, 6)}  ${judgementNotes(deletion, plan).join(', ')}`.trimEnd();
}
