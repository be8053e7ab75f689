/** The field specs of a list that apply to an object, found once for each of its kinds. */
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import { asGvk } from '../fieldSpecs/fieldSpec.js';
import { apiVersionText, kindOf } from '../resource.js';
import { isSelectedBy, parseApiVersion } from '../resourceId.js';
import type { TreeMap } from '../tree.js';

export type SpecsFor = (tree: TreeMap) => readonly FieldSpec[];

export function specsByKind(specs: readonly FieldSpec[]): SpecsFor {
  const known = new Map<string, readonly FieldSpec[]>();
  return (tree) => {
    const apiVersion = apiVersionText(tree);
    const kind = kindOf(tree);
    const key = `${apiVersion}/${kind}`;
    let matching = known.get(key);
    if (matching === undefined) {
      const gvk = asGvk({ ...parseApiVersion(apiVersion), kind });
      matching = specs.filter((spec) => isSelectedBy(gvk, spec));
      known.set(key, matching);
    }
    return matching;
  };
}
