import type { Rollback } from '../engine/plan/plan.js';
import { formatId } from '../objects/object.js';

/** What will no longer work once a revision is gone. */
export function rollbackText({ root, revision }: Rollback): string {
  return `rollout undo of ${formatId(root)} to revision ${revision} will no longer work`;
}
