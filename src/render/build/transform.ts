/** The transformers that the fields of a kustomization stand for, in kustomize's order (kusttarget_configplugin.go). */
import type { Budget } from '../budget.js';
import { type Target, atField, loadText, shownFile } from './build.js';
import { type FieldSpec, FieldSpecConflict, mergeFieldSpecs } from '../fieldSpecs/fieldSpec.js';
import type { TransformerConfig } from '../fieldSpecs/transformerConfig.js';
import { formatPosition, inputError } from '../../errors.js';
import { COMPONENT_KIND } from '../kustomization/readKustomization.js';
import { positionOf } from '../yaml/position.js';
import { type Label, type Selector, fieldSpecsOf } from '../kustomization/kustomization.js';
import { type Origin, addTransformation, builtinOrigin } from './origin.js';
import { makeReplacements } from '../replacement/makeReplacements.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import { changeName } from '../transformers/changeName.js';
import { type PatchContext, makeJsonPatch, makeMergePatches, makePatch } from '../transformers/patches.js';
import { setEntries } from '../transformers/setEntries.js';
import { setImages } from '../transformers/setImages.js';
import { setNamespace } from '../transformers/setNamespace.js';
import { setReplicas } from '../transformers/setReplicas.js';
import type { Transformer } from '../transformers/transformer.js';

/** A transformer and what the objects that it changes are told about it. */
export interface Step {
  readonly transform: Transformer;
  readonly origin: Origin | undefined;
}

type Path = readonly (string | number)[];

/** What patches of a kustomization need: its schema, its budget, and the files below it. */
export function patchContext(target: Target): PatchContext {
  return {
    openApi: target.build.openApi,
    budget: target.build.budget,
    file: target.file,
    load: (path) => loadText(target, path),
    shown: (path) => shownFile(target, path),
  };
}

/** Reads and checks all that the transformers need before any of them runs. */
export async function fieldSteps(target: Target, config: TransformerConfig): Promise<Step[]> {
  const { kustomization, file } = target;
  const context = patchContext(target);
  const steps: Step[] = [];
  /** A transformer for a field, or one of its entries; what fails in it, now or later, is said to be there. */
  const add = async (kind: string, path: Path, make: () => Transformer | Promise<Transformer>): Promise<void> => {
    const origin = target.origin && builtinOrigin(target.origin, target.fileName, kind);
    const transform = await atField(target, path, make);
    steps.push({ transform: (map) => atField(target, path, () => transform(map)), origin });
  };

  const unmatchedAt =
    (path: Path) =>
    (selector: Selector): void =>
      warnOfNothing(target, path, `the target ${describe(selector)}`);

  const { patchesStrategicMerge, namespace, namePrefix: prefix, nameSuffix: suffix } = kustomization;
  if (patchesStrategicMerge.length > 0) {
    const make = (): Promise<Transformer> => makeMergePatches(patchesStrategicMerge, '', context);
    await add('PatchStrategicMergeTransformer', ['patchesStrategicMerge'], make);
  }
  for (const [index, patch] of kustomization.patches.entries()) {
    const path = ['patches', index];
    const unmatched = unmatchedAt(path);
    await add('PatchTransformer', path, () => makePatch(patch, { ...context, unmatched }));
  }
  if (namespace) await add('NamespaceTransformer', ['namespace'], () => setNamespace(namespace, config.namespace));
  if (prefix) await add('PrefixTransformer', ['namePrefix'], () => changeName({ prefix }, config.namePrefix));
  if (suffix) await add('SuffixTransformer', ['nameSuffix'], () => changeName({ suffix }, config.nameSuffix));
  const { labels, commonLabels = {}, commonAnnotations = {} } = kustomization;
  for (const [index, label] of labels.entries()) {
    const make = (): Transformer => setEntries(label.pairs ?? {}, labelSpecs(label, config, file), 'setting labels');
    await add('LabelTransformer', ['labels', index], make);
  }
  if (labels.length > 0 || Object.keys(commonLabels).length > 0) {
    const make = (): Transformer => setEntries(commonLabels, config.commonLabels, 'setting labels');
    await add('LabelTransformer', ['commonLabels'], make);
  }
  if (Object.keys(commonAnnotations).length > 0) {
    const make = (): Transformer => setEntries(commonAnnotations, config.commonAnnotations, 'setting annotations');
    await add('AnnotationsTransformer', ['commonAnnotations'], make);
  }
  for (const [index, patch] of kustomization.patchesJson6902.entries()) {
    const path = ['patchesJson6902', index];
    const unmatched = unmatchedAt(path);
    await add('PatchJson6902Transformer', path, () => makeJsonPatch(patch, { ...context, unmatched }));
  }
  for (const [index, replica] of kustomization.replicas.entries()) {
    await add('ReplicaCountTransformer', ['replicas', index], () => setReplicas(replica, config.replicas));
  }
  for (const [index, image] of kustomization.images.entries()) {
    const path = ['images', index];
    const unmatched = (): void => warnOfNothing(target, path, `the image ${image.name ?? ''}`);
    await add('ImageTagTransformer', path, () => setImages(image, config.images, unmatched));
  }
  if (kustomization.replacements.length > 0) {
    const path = ['replacements'];
    const make = (): Promise<Transformer> =>
      makeReplacements(kustomization.replacements, target, file, unmatchedAt(path));
    await add('ReplacementTransformer', path, make);
  }
  return steps;
}

/**
 * kustomize says nothing where an entry changes nothing, as with a name that is misspelt. A component may be meant for objects that are
 * not everywhere.
 */
function warnOfNothing({ kustomization, file, text, build }: Target, path: Path, what: string): void {
  if (kustomization.kind === COMPONENT_KIND) return;
  const position = formatPosition({ file, ...positionOf(text, 0, path, 'kustomization') });
  build.warnings.add(`${position}: ${path[0] ?? ''}: nothing here matches ${what}`);
}

function describe(selector: Selector): string {
  const parts = Object.entries(selector).filter(([, value]) => value !== '');
  return `{${parts.map(([field, value]) => `${field}: ${String(value)}`).join(', ')}}`;
}

/** Where the pairs of a `labels` entry go. */
function labelSpecs(label: Label, config: TransformerConfig, file: string): readonly FieldSpec[] {
  try {
    const specs = mergeFieldSpecs(fieldSpecsOf(label.fields), config.labels);
    if (label.includeSelectors) return mergeFieldSpecs(specs, config.commonLabels);
    const own = [{ path: 'metadata/labels', create: true }];
    const templates = label.includeTemplates ? config.templateLabels : [];
    const claims = label.includeVolumeClaimTemplates ? config.volumeClaimTemplateLabels : [];
    return [templates, claims, own].reduce<readonly FieldSpec[]>(mergeFieldSpecs, specs);
  } catch (error) {
    if (!(error instanceof FieldSpecConflict)) throw error;
    throw inputError(
      'FieldSpecConflict',
      `a field of labels, ${error.spec.path}, is built in with another value of create`,
      {
        position: { file },
        cause: error,
      },
    );
  }
}

/** Runs steps one after the other; what a patch deletes is gone for the next. */
export async function runSteps(map: ResourceMap, steps: readonly Step[], budget: Budget): Promise<void> {
  for (const { transform, origin } of steps) {
    await budget.breathe();
    await transform(map);
    if (origin !== undefined) for (const resource of map.resources) addTransformation(resource, origin);
    map.dropDeleted();
  }
}
