/** `replicas` (the ReplicaCountTransformer). */
import { inputError } from '../../errors.js';
import { scalarUpdate, updateFields } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import type { Replica } from '../kustomization/kustomization.js';
import { type Resource, currentId, previousIds, typeOf } from '../resources/resource.js';
import { isSelectedBy } from '../resources/resourceId.js';
import { withText } from '../resources/scalarText.js';
import { type Transformer, changing } from './transformer.js';

/** `replicas`: sets the count of the workloads that have, or ever had, this name. */
export function setReplicas({ name = '', count = 0 }: Replica, specs: readonly FieldSpec[]): Transformer {
  const isMeant = (resource: Resource, spec: FieldSpec): boolean =>
    [...previousIds(resource), currentId(resource)].some((id) => id.name === name && isSelectedBy(id, spec));
  return ({ resources }) => {
    let found = false;
    for (const spec of specs) {
      for (const resource of resources) {
        const { tree } = resource;
        if (tree === undefined || !isMeant(resource, spec)) continue;
        found = true;
        if (!isSelectedBy(typeOf(resource), spec)) continue;
        changing(resource, 'setting replicas', () =>
          updateFields(
            tree,
            spec,
            scalarUpdate(spec.path, (old, quoted) => withText(old, String(count), quoted)),
            () => 0,
          ),
        );
      }
    }
    if (found) return;
    const kinds = [...new Set(specs.map((spec) => spec.kind ?? 'anything'))].join(', ');
    throw inputError('NoSuchResource', `replicas names ${name}, and there is no ${kinds} of that name`, {
      suggestions: ['Check the name: it is the one before namePrefix and nameSuffix, or the one after them.'],
    });
  };
}
