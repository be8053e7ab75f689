/** `labels`, `commonLabels` and `commonAnnotations`: entries of maps (api/filters/labels and annotations). */
import { takeBuildAnnotations, writeBuildAnnotations } from '../build/buildAnnotations.js';
import { updateFields } from '../fieldSpecs/fieldPath.js';
import { FieldPathProblem } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import type { Texts } from '../kustomization/kustomization.js';
import { problemOfMadeKey } from '../resources/madeKeys.js';
import { noteMade } from '../resources/keptStyle.js';
import { type FieldSlot, setSharedField, shareFields } from '../resources/sharedFields.js';
import { emptyMap, isMap, isNull } from '../resources/tree.js';
import { specsByKind } from './matchingSpecs.js';
import { type Transformer, changing } from './transformer.js';

/** `purpose`: `setting labels`, for messages. */
export function setEntries(entries: Texts, specs: readonly FieldSpec[], purpose: string): Transformer {
  const pairs = Object.entries(entries);
  const specsFor = specsByKind(specs);
  // What kustomize notes while it builds are annotations, so that there are some in what a kustomization below has named anew.
  const seesNotes = specs.some(({ path, create }) => path === 'metadata/annotations' && !create);
  return ({ resources }) => {
    if (pairs.length === 0) return;
    for (const resource of resources) {
      const { tree } = resource;
      if (tree === undefined) continue;
      const added = new Map<string, FieldSlot[]>(pairs.map(([key]) => [key, []]));
      if (seesNotes) writeBuildAnnotations(resource);
      changing(resource, purpose, () => {
        for (const spec of specsFor(resource)) {
          updateFields(
            tree,
            spec,
            (value) => {
              if (isNull(value)) return value;
              if (!isMap(value)) throw new FieldPathProblem(spec.path, 'something other than a map stands there');
              for (const [key, text] of pairs) {
                if (!Object.hasOwn(value, key)) {
                  const problem = problemOfMadeKey(key);
                  if (problem !== undefined) throw new FieldPathProblem(spec.path, problem);
                  added.get(key)?.push({ map: value, name: key });
                  noteMade(value, key, text);
                }
                setSharedField(value, key, text);
              }
              return value;
            },
            emptyMap,
          );
        }
      });
      if (seesNotes) takeBuildAnnotations(resource, false);
      for (const slots of added.values()) shareFields(slots);
    }
  };
}
