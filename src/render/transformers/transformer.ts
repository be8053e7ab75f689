/** A step of a kustomization: changes the resources that it is given. */
import { inputError } from '../../errors.js';
import { FieldPathProblem } from '../fieldSpecs/fieldPath.js';
import { MergeProblem } from '../merge/mergeProblem.js';
import { type Resource, currentId } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';

export type Transformer = (resources: ResourceMap) => void | Promise<void>;

/** Runs a change of one resource; says which one and what for where the resource does not fit. `purpose`: `setting labels`. */
export function changing<T>(resource: Resource, purpose: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof FieldPathProblem || error instanceof MergeProblem)) throw error;
    const path = error instanceof FieldPathProblem ? ` at ${error.path}` : '';
    throw inputError(
      'FieldMismatch',
      `${purpose} on ${describeId(currentId(resource))} fails${path}: ${error.message}`,
      {
        position: resource.source,
        cause: error,
      },
    );
  }
}
