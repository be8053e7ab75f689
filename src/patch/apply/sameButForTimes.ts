import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { jsonEqual } from '../jsonEqual.js';
import { asData } from './kindVersions.js';
import { withManagedFields } from './managedFields.js';

/**
 * Whether a write would change nothing but the times in managedFields: the API server then leaves the object, its
 * resourceVersion and those times as they are (apiserver, handlers/fieldmanager/equality.go).
 */
export function sameButForTimes(before: KubeObject, after: KubeObject): boolean {
  const timeless = ({ metadata: { managedFields = [] } }: KubeObject) =>
    managedFields.map((entry): ManagedFieldsEntry => ({ ...entry, time: '' }));
  return (
    isDeepStrictEqual(timeless(before), timeless(after)) &&
    jsonEqual(asData(withManagedFields(before, undefined)), asData(withManagedFields(after, undefined)))
  );
}
