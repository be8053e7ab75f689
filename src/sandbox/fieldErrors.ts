/** What is wrong with the fields of an object: k8s.io/apimachinery pkg/util/validation/field, in its words. */
import { StatusError } from './status.js';

/** One thing that is wrong with one field (field.Error). */
export interface FieldError {
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueTypeInvalid'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound';
  /** `spec.template.spec.containers[0].image` */
  readonly field: string;
  /** The message without the field. */
  readonly message: string;
}

/** The field has a value that it cannot have. */
export const fieldInvalid = (field: string, value: unknown, why: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}: ${why}`,
});

/** The field must be there. */
export const fieldRequired = (field: string, why = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: why === '' ? 'Required value' : `Required value: ${why}`,
});

/** The field must not be there, or must not change. */
export const fieldForbidden = (field: string, why: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
});

/** The field has none of the values that it can have. */
export const fieldNotSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map((s) => JSON.stringify(s)).join(', ')}`,
});

/** The value is there a second time. */
export const fieldDuplicate = (field: string, value: unknown): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}`,
});

/** As field.Error shows a value: strings quoted, structures as JSON. */
function shown(value: unknown): string {
  return value === undefined || value === null ? 'null' : JSON.stringify(value);
}

/** 422, with every error as a cause. */
export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const list = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const what = group === '' ? kind : `${kind}.${group}`;
  return new StatusError(422, 'Invalid', `${what} "${name}" is invalid: ${list}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
