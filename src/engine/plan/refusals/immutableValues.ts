/** The values of a change that cannot be made: what is there, and what the manifest says. Pure. */
import { groupOf, type KubeObject } from '../../../objects/object.js';
import { valueAt } from '../../../objects/valueAt.js';
import { isConfigKind } from '../../configs/revisions.js';
import { differingPaths } from '../change/changedPaths.js';
import { guess } from '../change/guess.js';

const MOST = 3;
const LONGEST = 40;

/**
 * `spec.selector.matchLabels.team: nothing there, shop in the manifest`, for at most three differences below the fields
 * that the server names. Nothing of configs: their values may be secret, and may be long.
 */
export function immutableValues(live: KubeObject, desired: KubeObject, fields: readonly string[]): string[] {
  if (isConfigKind(groupOf(live.apiVersion), live.kind)) return [];
  const { after } = guess(live, desired);
  const paths = differingPaths(live, after).filter((path) => {
    const text = path.join('.');
    return fields.some((field) => text === field || text.startsWith(`${field}.`));
  });
  return paths.slice(0, MOST).flatMap((path) => {
    const [before, wanted] = [valueAt(live, path), valueAt(after, path)].map(shown);
    return before === undefined || wanted === undefined
      ? []
      : [`${path.join('.')}: ${before} there, ${wanted} in the manifest`];
  });
}

/** undefined for what is no single short value. */
function shown(value: unknown): string | undefined {
  if (value === undefined) return 'nothing';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  return text.length > LONGEST ? undefined : text === '' ? '""' : text;
}
