import { type FieldSet, NO_FIELDS, fieldSet } from './fieldSet.js';
import { fieldElement } from './pathElement.js';

/** What a write to the status of these kinds may not change besides the spec. */
const ALSO_KEPT_BY_STATUS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'apps/v1/Deployment': [['metadata', 'labels']],
  'v1/Pod': [
    ['metadata', 'deletionTimestamp'],
    ['metadata', 'ownerReferences'],
  ],
};

export interface ResetFieldsOptions {
  /** The kind is a custom resource. */
  readonly custom?: boolean;
}

/**
 * The fields that the API server puts back on a write, and that nobody comes to own by it: `status` of an object whose
 * status is a subresource of its own, and about everything else on a write to that (GetResetFields of each kind's
 * registry strategy). `subresource` is '' for the object itself. For `KindOptions.ignored`.
 */
export function resetFields(
  apiVersion: string,
  kind: string,
  subresource: string,
  hasStatus: boolean,
  { custom = false }: ResetFieldsOptions = {},
): FieldSet {
  if (!hasStatus) return NO_FIELDS;
  if (subresource === '') return fieldSet([fieldElement('status')]);
  if (subresource !== 'status') return NO_FIELDS;
  const more = custom ? [['metadata']] : (ALSO_KEPT_BY_STATUS[`${apiVersion}/${kind}`] ?? []);
  return fieldSet(...[['spec'], ...more].map((path) => path.map(fieldElement)));
}
