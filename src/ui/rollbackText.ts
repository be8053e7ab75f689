import type { Rollback } from '../engine/plan/plan.js';
import { formatId, keyOf } from '../objects/object.js';

/** What will no longer work once a revision is gone, a text for each workload: `rollout undo of Deployment/web to revision 4, 3 or 2 …`. */
export function rollbackTexts(consequences: readonly Rollback[]): string[] {
  const byRoot = new Map<string, [Rollback, ...Rollback[]]>();
  for (const rollback of consequences) {
    const key = keyOf(rollback.root);
    const others = byRoot.get(key);
    if (others === undefined) byRoot.set(key, [rollback]);
    else others.push(rollback);
  }
  return [...byRoot.values()].map((rollbacks) => {
    const revisions = rollbacks.map(({ revision }) => revision);
    const last = revisions.length > 1 ? ` or ${revisions.at(-1) ?? ''}` : '';
    const first = revisions.length > 1 ? revisions.slice(0, -1).join(', ') : revisions.join('');
    return `rollout undo of ${formatId(rollbacks[0].root)} to revision ${first}${last} will no longer work`;
  });
}
