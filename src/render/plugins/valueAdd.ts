/** The ValueAddTransformer: one value put into fields, or into a path that a field holds (api/filters/valueadd). */
import { inputError } from '../../errors.js';
import { splitPath } from '../fieldSpecs/fieldSpec.js';
import { loadPatterns } from '../../objects/regexp/goRegexp.js';
import { decode } from '../kustomization/decode.js';
import type { Selector } from '../kustomization/kustomization.js';
import { type StructShape, selector } from '../kustomization/shapes.js';
import { PathProblem, type Slot } from '../replacement/slot.js';
import { itemPatterns, matchPath } from '../replacement/matchPath.js';
import { type Resource, type ResourceSource, currentId } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import { withText } from '../resources/scalarText.js';
import { loadSelectors, selectResources } from '../resources/select.js';
import { makeNamespaceSetter } from '../transformers/setNamespace.js';
import type { Transformer } from '../transformers/transformer.js';
import { type Tree, isScalar, textOf } from '../resources/tree.js';
import { readYaml } from '../yaml/read.js';

export interface ValueTarget {
  readonly selector?: Selector;
  /** Field names joined by slashes. */
  readonly fieldPath?: string;
  /** Where in the path that the field holds the value goes, from 1; 0 replaces the field. */
  readonly filePathPosition?: number;
}

export const valueTargetShape: StructShape = {
  fields: { selector, fieldPath: 'string', filePathPosition: 'integer' },
};

/** `more` is the text of a file with further targets, '' where there is none. */
export async function addValue(
  value: string,
  own: readonly ValueTarget[],
  more: string,
  source: ResourceSource,
): Promise<Transformer> {
  const targets = [...own, ...(more === '' ? [] : readTargets(more, source))];
  const invalid = (message: string): Error => inputError('InvalidPlugin', message, { position: source });
  if (targets.length === 0) throw invalid('a ValueAddTransformer needs at least one target');
  for (const { fieldPath = '', filePathPosition = 0 } of targets) {
    if (fieldPath === '') throw invalid('a target of a ValueAddTransformer needs a fieldPath');
    if (filePathPosition < 0) throw invalid(`filePathPosition ${filePathPosition} is negative`);
  }
  await loadSelectors(targets.map((target) => target.selector));
  await loadPatterns(targets.flatMap(({ fieldPath = '' }) => itemPatterns(splitPath(fieldPath, '/'))));
  return (map) => {
    for (const { selector: selected, fieldPath = '', filePathPosition = 0 } of targets) {
      const setNamespaceOf = makeNamespaceSetter(value, []);
      for (const resource of selected === undefined ? map.resources : selectResources(map.resources, selected)) {
        if (fieldPath === 'metadata/namespace') setNamespaceOf(resource);
        else setField(resource, fieldPath, filePathPosition, value);
      }
    }
    map.idsChanged();
  };
}

function readTargets(text: string, { file }: ResourceSource): readonly ValueTarget[] {
  const value = readYaml(text, { file, dialect: 'kustomization' })[0]?.value ?? null;
  const shape: StructShape = { fields: { targets: { list: valueTargetShape } } };
  const options = { convertsScalars: true, subject: 'the file of targets', position: () => ({ file }) };
  return (decode(value, shape, options) as { targets?: ValueTarget[] }).targets ?? [];
}

function setField(resource: Resource, fieldPath: string, position: number, value: string): void {
  const root: Slot = { get: () => resource.tree as Tree, set: () => undefined };
  try {
    for (const slot of matchPath(root, splitPath(fieldPath, '/'), 'scalar')) {
      const old = slot.get();
      if (!isScalar(old)) throw new PathProblem('something other than a single value stands there');
      slot.set(withText(old, position > 0 ? insertPart(textOf(old), position - 1, value) : value));
    }
  } catch (error) {
    if (!(error instanceof PathProblem)) throw error;
    throw inputError(
      'FieldMismatch',
      `${fieldPath} of ${describeId(currentId(resource))} cannot be set: ${error.message}`,
      {
        position: resource.source,
        cause: error,
      },
    );
  }
}

/** Puts a part into a file path; one that is absolute stays so, and a position beyond the end is the end. */
function insertPart(path: string, position: number, part: string): string {
  const absolute = path.startsWith('/');
  const parts = path.split('/').filter((name) => name !== '');
  parts.splice(Math.min(position, parts.length), 0, part);
  return (absolute ? '/' : '') + parts.join('/');
}
