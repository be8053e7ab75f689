/** How many keys a ConfigMap or a Secret has, without a look at their values. Pure. */
import { isJsonObject, ownField } from '../../objects/json.js';
import type { KubeObject } from '../../objects/object.js';

/** The fields whose names are keys: core/v1 ConfigMap and Secret. */
const DATA_FIELDS = ['f:data', 'f:binaryData'];

/**
 * The number of keys that the owners of a config's fields tell: what a list of metadata alone brings, so that no Secret is read for it.
 * @returns undefined where nobody owns any, as in an object that was written before fields had owners
 */
export function configKeys({ metadata: { managedFields = [] } }: KubeObject): number | undefined {
  const keys = new Set(
    managedFields.flatMap(({ fieldsV1 }) =>
      DATA_FIELDS.flatMap((name) => {
        const field = fieldsV1 === undefined ? undefined : ownField(fieldsV1, name);
        return isJsonObject(field) ? Object.keys(field).filter((key) => key.startsWith('f:')) : [];
      }),
    ),
  );
  return keys.size === 0 ? undefined : keys.size;
}
