/** Who uses what, as text: an object, below it its users, and for each where it names the object and in which revision. */
import type { UsedObject } from '../../engine/status/readUses.js';
import { groupBy } from '../../objects/groupBy.js';
import { formatId, keyOf } from '../../objects/object.js';
import type { Use } from '../../engine/uses/uses.js';
import { wrapTo } from '../columns.js';
import type { Paint, Style } from '../style.js';
import { cleanLine, harmless } from '../untrusted.js';
import { USE_STATES } from './useStates.js';

/** So many names of one kind are shown of a revision; the others are counted. */
const MOST_NAMES = 3;

export interface UsesTextOptions {
  readonly style: Style;
  /** Columns; undefined: not cut. */
  readonly width: number | undefined;
}

/** The objects with their users. */
export function usesText(read: readonly UsedObject[], { style, width }: UsesTextOptions): string {
  const blocks = harmless(read).map((object) => {
    const { word, glyph, paint } = USE_STATES[object.state];
    const colour: Paint = style[paint];
    // What never had revisions did not grow stale.
    const said = object.state === 'stale' ? 'unused' : word;
    const heading = `${style.strong(formatId(object, true))}  ${colour(`${glyph} ${said}`)}`;
    const lines = [...notesOf(object), ...rootsOf(object.users).flatMap((uses) => userLines(uses, style))];
    return [heading, ...lines].map((line) => wrapTo(line, width)).join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function notesOf({ exists, state, reason, users }: UsedObject): string[] {
  return [
    ...(exists === false ? ['  it is not there'] : []),
    ...(exists === null ? ['  whether it is there may not be asked'] : []),
    ...(state === 'unknown' ? [`  ${cleanLine(reason)}`] : []),
    ...(users.length === 0 && state !== 'unknown' ? ['  nothing names it'] : []),
  ];
}

/** The uses by the workload behind them, in the order in which they were found. */
export function rootsOf(users: readonly Use[]): (readonly [Use, ...Use[]])[] {
  return groupBy(users, ({ root }) => keyOf(root));
}

function userLines(uses: readonly [Use, ...Use[]], style: Style): string[] {
  const [first] = uses;
  const { root } = first;
  // The workload's own template says it best; a pod repeats it.
  const own = uses.find(({ user }) => keyOf(user) === keyOf(root)) ?? first;
  const others = uses.filter(({ user }) => keyOf(user) !== keyOf(root));
  return [
    `  ${formatId(root, true)}`,
    ...own.through.map((path) => `    ${style.faint(cleanLine(path))}`),
    ...groupBy(others, ({ revision = '', active }) => `${revision} ${active}`).map(([of, ...more]) => {
      const revision = of.revision === undefined ? '' : `revision ${of.revision}: `;
      const undo = of.active ? '' : style.faint(' (only a rollout undo goes back to it)');
      return `    ${revision}${namesOf([of, ...more])}${undo}`;
    }),
  ];
}

/** `ReplicaSet/web-6b, Pod/web-6b-x, Pod/web-6b-y and 4 more`. */
function namesOf(uses: readonly Use[]): string {
  const names = uses.map(({ user }) => formatId(user));
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
