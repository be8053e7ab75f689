/** What the server will hold after a take-over and our apply, which no dry run can show: the take-over has not been made. */
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';
import { ownedBy, parseFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { givenUp, withoutFields } from '../../../patch/apply/givenUp.js';
import type { TakeOver } from './takeOver.js';
import { isWhole, entryOf } from './managerEntry.js';

/**
 * What is left of an object after the take-over and our apply, before the server puts defaults in again. A dry run of
 * the apply cannot show it, since it does not see a migration that was not made: so what it left, although the taken
 * fields would have gone, is removed here.
 * @param forced the server's answer to a forced dry run of our apply on the object as it is
 */
export function withoutGivenUp(forced: KubeObject, takeOver: TakeOver, manager: string): KubeObject {
  const isOurs = (entry: ManagedFieldsEntry): boolean =>
    entry.operation === 'Apply' && entry.manager === manager && isWhole(entry);
  const applied = parseFieldsV1(entryOf(forced, manager)?.fieldsV1);
  const owned = ownedBy(takeOver.managedFields.filter(isOurs));
  const others = ownedBy(takeOver.managedFields.filter((entry) => !isOurs(entry)));
  return withoutFields(forced, givenUp(owned, applied), others);
}

/** Metadata that a user's apply can change. */
const METADATA_FIELDS = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/**
 * A JSON patch that makes `live` what `wanted` is: its dry run shows the object with the server's defaults in it.
 * Nothing but the fields that differ is named.
 */
export function replacingPatch(live: KubeObject, wanted: KubeObject): JsonObject[] {
  const operation = (path: string, before: unknown, after: unknown): JsonObject[] => {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return after === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value: after as JsonObject }];
  };
  const fields = new Set([...Object.keys(live), ...Object.keys(wanted)]);
  for (const field of ['apiVersion', 'kind', 'metadata', 'status']) fields.delete(field);
  return [
    ...METADATA_FIELDS.flatMap((field) =>
      operation(`/metadata/${field}`, live.metadata[field], wanted.metadata[field]),
    ),
    ...[...fields].flatMap((field) =>
      operation(`/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, live[field], wanted[field]),
    ),
  ];
}
