/** What managedFields say of a manager. */
import type { KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';

/** True for an entry of the object itself, and not of a subresource. */
export function isWhole({ subresource }: ManagedFieldsEntry): boolean {
  return subresource === undefined || subresource === '';
}

/** The Apply entry of a manager on the object itself. */
export function entryOf(object: KubeObject, manager: string): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find(
    (entry) => entry.operation === 'Apply' && entry.manager === manager && isWhole(entry),
  );
}
