import { type FieldSet, fieldSet } from './fieldSet.js';
import { fieldElement } from './pathElement.js';

/** What nobody owns: what identifies an object, and what the server sets (apimachinery, managedfields/internal/stripmeta.go). */
export const NOT_OWNED: FieldSet = fieldSet(
  ...[
    ['apiVersion'],
    ['kind'],
    ['metadata'],
    ['metadata', 'name'],
    ['metadata', 'namespace'],
    ['metadata', 'creationTimestamp'],
    ['metadata', 'selfLink'],
    ['metadata', 'uid'],
    ['metadata', 'clusterName'],
    ['metadata', 'generation'],
    ['metadata', 'managedFields'],
    ['metadata', 'resourceVersion'],
  ].map((path) => path.map(fieldElement)),
);
