/** The fields that we apply and that others own. */
import type { KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';
import { difference, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { parseFieldsV1 } from '../../../patch/apply/fieldsV1.js';

/**
 * Fields that a forced apply took from managers that are not taken over: the conflicts that the user must settle,
 * by manager. `before` is the live object, `forced` the answer to the forced dry run, `kept` the entries that a take-over
 * leaves to others: all, where there is none.
 */
export function conflictsOf(
  before: KubeObject,
  forced: KubeObject,
  kept: readonly ManagedFieldsEntry[] | undefined,
  manager: string,
): { manager: string; fields: FieldSet }[] {
  const same = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean =>
    a.manager === b.manager &&
    a.operation === b.operation &&
    (a.subresource ?? '') === (b.subresource ?? '') &&
    a.apiVersion === b.apiVersion;
  return (before.metadata.managedFields ?? [])
    .filter((entry) => (kept?.includes(entry) ?? true) && entry.manager !== manager)
    .flatMap((entry) => {
      const left = forced.metadata.managedFields?.find((other) => same(entry, other))?.fieldsV1;
      const lost = difference(parseFieldsV1(entry.fieldsV1), parseFieldsV1(left));
      return lost.size === 0 ? [] : [{ manager: entry.manager ?? 'unknown', fields: lost }];
    });
}
