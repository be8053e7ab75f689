/** In what way an object is in use, in one word and a reason. Pure. */
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { unknownUses, type UseScan } from '../uses/scanUses.js';
import { useKey, usersWords, type Use } from '../uses/uses.js';

/**
 * `current`: a workload's template names it. `inUse`: something else does, an old pod for one. `rollback`: only what
 * can be gone back to does. `stale`: nothing does. `unknown`: not everything could be read.
 */
export type UseState = 'current' | 'inUse' | 'rollback' | 'stale' | 'unknown';

/** The state, and who uses it in words; what is missing for `unknown`. */
export function useStateOf(id: ObjectId, scan: UseScan): readonly [UseState, string] {
  const uses = scan.uses.get(useKey(id)) ?? [];
  const active = uses.filter((use) => use.active);
  const templates = active.filter(({ user, root }) => keyOf(user) === keyOf(root) && user.kind !== 'Pod');
  if (templates.length > 0) return ['current', `in use by ${namesOf(templates)}`];
  const users = usersWords(active);
  if (users !== undefined) return ['inUse', `in use by ${users}`];
  const missing = unknownUses(scan, id);
  if (missing !== undefined) return ['unknown', missing];
  const rollbacks = uses.filter(({ revision }) => revision !== undefined);
  if (rollbacks.length > 0) {
    const words = rollbacks.map(
      ({ root, revision = '' }) => `rollout undo of ${formatId(root)} to revision ${revision}`,
    );
    return ['rollback', [...new Set(words)].join(', ')];
  }
  return ['stale', 'nothing uses it'];
}

function namesOf(uses: readonly Use[]): string {
  return [...new Set(uses.map(({ root }) => formatId(root)))].join(', ');
}
