import { child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../fieldErrors.js';
import { labelErrors, nameErrors, qualifiedNameProblems } from './names.js';
import type { NameForm } from './names.js';

/** metadata, as k8s.io/apimachinery pkg/api/validation/objectmeta.go checks it. */

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];
const MOST_ANNOTATIONS = 256 * 1024;

/** What is wrong with the metadata of any object: name, labels, annotations, owners, finalizers. */
export function metadataErrors(object: Draft, nameForm: NameForm): FieldError[] {
  const metadata = child(object, 'metadata') ?? {};
  return [
    ...nameErrors('metadata.name', text(metadata, 'name'), nameForm),
    ...labelErrors('metadata.labels', child(metadata, 'labels')),
    ...annotationErrors('metadata.annotations', child(metadata, 'annotations')),
    ...children(metadata, 'ownerReferences').flatMap((owner, i) =>
      ownerErrors(`metadata.ownerReferences[${i}]`, owner),
    ),
    ...controllerErrors(children(metadata, 'ownerReferences')),
    ...finalizersOf(metadata).flatMap((finalizer, i) => finalizerErrors(`metadata.finalizers[${i}]`, finalizer)),
  ];
}

/** What is wrong with annotations: their names, and their size together. */
export function annotationErrors(field: string, annotations: Draft | undefined): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  );
  return [
    ...entries.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map((problem) => fieldInvalid(field, key, problem)),
    ),
    ...(size > MOST_ANNOTATIONS
      ? [
          {
            reason: 'FieldValueTooLong' as const,
            field,
            message: `Too long: may not be more than ${MOST_ANNOTATIONS} bytes`,
          },
        ]
      : []),
  ];
}

function ownerErrors(field: string, owner: Draft): FieldError[] {
  return ['apiVersion', 'kind', 'name', 'uid']
    .filter((part) => text(owner, part) === '')
    .map((part) => fieldRequired(`${field}.${part}`, 'must not be empty'));
}

function controllerErrors(owners: readonly Draft[]): FieldError[] {
  const [first, second] = owners.filter((owner) => owner['controller'] === true);
  if (first === undefined || second === undefined) return [];
  const why = `Only one reference can have Controller set to true. Found "true" in references for ${text(first, 'kind')}/${text(first, 'name')} and ${text(second, 'kind')}/${text(second, 'name')}`;
  return [fieldInvalid('metadata.ownerReferences', owners, why)];
}

function finalizersOf(metadata: Draft): string[] {
  const value = metadata['finalizers'];
  return Array.isArray(value) ? value.map(String) : [];
}

function finalizerErrors(field: string, finalizer: string): FieldError[] {
  const problems = qualifiedNameProblems(finalizer);
  if (problems.length > 0) return problems.map((problem) => fieldInvalid(field, finalizer, problem));
  if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return [];
  return [fieldInvalid(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}

/** What an update may not do to metadata. */
export function metadataUpdateErrors(object: Draft, old: Draft): FieldError[] {
  const metadata = child(object, 'metadata') ?? {};
  const before = child(old, 'metadata') ?? {};
  const known = finalizersOf(before);
  const added = finalizersOf(metadata).filter((finalizer) => !known.includes(finalizer));
  if (text(before, 'deletionTimestamp') === '' || added.length === 0) return [];
  const names = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  return [
    fieldForbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`,
    ),
  ];
}
