import { EXIT, KapplyError } from '../../errors.js';
import type { PruneResult } from './executePrune.js';

/** @throws KapplyError `PruneIncomplete` (exit 6) */
export function refuseIncomplete({ incomplete }: PruneResult): void {
  if (!incomplete) return;
  throw new KapplyError('PruneIncomplete', 'not everything stale could be deleted', EXIT.pruneIncomplete, {
    suggestions: ['Run it again: what is left is found and judged anew.'],
  });
}
