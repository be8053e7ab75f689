/** The field specs of a list that apply to an object, found once for each of its kinds. */
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import type { ResourceType } from '../openApi/openApi.js';
import { type Resource, typeOf } from '../resources/resource.js';
import { isSelectedBy } from '../resources/resourceId.js';

export type SpecsFor = (resource: Resource) => readonly FieldSpec[];

/** The field specs that mean a resource, looked up once for each kind. */
export function specsByKind(specs: readonly FieldSpec[]): SpecsFor {
  const known = new WeakMap<ResourceType, readonly FieldSpec[]>();
  return (resource) => {
    const type = typeOf(resource);
    let matching = known.get(type);
    if (matching === undefined) {
      matching = specs.filter((spec) => isSelectedBy(type, spec));
      known.set(type, matching);
    }
    return matching;
  };
}
