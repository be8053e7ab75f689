import type { Rollback } from '../../engine/plan/plan.js';
import { groupBy } from '../../objects/groupBy.js';
import { formatId, keyOf } from '../../objects/object.js';

/** What will no longer work once a revision is gone, a text for each workload: `rollout undo of Deployment/web to revision 4, 3 or 2 …`. */
export function rollbackTexts(consequences: readonly Rollback[]): string[] {
  return groupBy(consequences, ({ root }) => keyOf(root)).map((rollbacks) => {
    const revisions = rollbacks.map(({ revision }) => revision);
    const last = revisions.length > 1 ? ` or ${revisions.at(-1) ?? ''}` : '';
    const first = revisions.length > 1 ? revisions.slice(0, -1).join(', ') : revisions.join('');
    return `rollout undo of ${formatId(rollbacks[0].root)} to revision ${first}${last} will no longer work`;
  });
}
