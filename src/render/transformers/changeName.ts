/** `namePrefix` and `nameSuffix` (the PrefixTransformer and SuffixTransformer). */
import { scalarUpdate, updateFields } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import { originalId, storePreviousId, typeOf } from '../resources/resource.js';
import { type GvkSelector, isSelectedBy } from '../resources/resourceId.js';
import { withText } from '../resources/scalarText.js';
import { SourceScalar, textOf } from '../resources/tree.js';
import { refuseLongName } from './nameLength.js';
import { type Transformer, changing } from './transformer.js';

/** Their names mean something of their own. */
const KEPT: readonly GvkSelector[] = [
  { kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { kind: 'Namespace' },
];

export interface NameChange {
  readonly prefix?: string;
  readonly suffix?: string;
}

/**
 * `namePrefix` and `nameSuffix`: changes the fields that `specs` name, of everything but CRDs, APIServices and Namespaces.
 */
export function changeName({ prefix = '', suffix = '' }: NameChange, specs: readonly FieldSpec[]): Transformer {
  refuseLongName('a prefix or suffix', prefix, suffix);
  return (map) => {
    for (const resource of map.resources) {
      const { tree } = resource;
      if (tree === undefined) continue;
      const id = originalId(resource);
      if (KEPT.some((selector) => isSelectedBy(id, selector))) continue;
      changing(resource, 'changing the name', () => {
        for (const spec of specs) {
          if (!isSelectedBy(id, spec)) continue;
          if (spec.path === 'metadata/name' && prefix + suffix !== '') {
            if (prefix !== '') resource.prefixes = [...resource.prefixes, prefix];
            if (suffix !== '') resource.suffixes = [...resource.suffixes, suffix];
            storePreviousId(resource);
          }
          if (!isSelectedBy(typeOf(resource), spec)) continue;
          updateFields(
            tree,
            spec,
            scalarUpdate(spec.path, (value) => withText(value, prefix + textOf(value) + suffix)),
            () => new SourceScalar(null, ''),
          );
        }
      });
    }
    map.idsChanged();
  };
}
