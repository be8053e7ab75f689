import { isRestorable } from '../../engine/records/goBackTo.js';
import type { RecordedDeploys } from '../../engine/records/readDeploys.js';

/** What `history --set -o json` prints: docs/output.md. Field by field, so that a record holds what it likes. */
export function deploysDocument({ set, namespace, records, holder, isUnrecorded }: RecordedDeploys): object {
  return {
    schemaVersion: 1,
    set,
    namespace,
    unrecorded: isUnrecorded,
    holder: holder?.holder ?? null,
    deploys: records.map((record) => ({
      number: record.number,
      state: record.state,
      at: record.at,
      user: record.user ?? null,
      runner: record.runner,
      commit: record.commit ?? null,
      counts: record.counts,
      objects: record.objects,
      backTo: record.backTo ?? null,
      restorable: isRestorable(record),
      ...(record.error !== undefined && { error: record.error }),
    })),
  };
}
