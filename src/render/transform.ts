/** The transformers that the fields of a kustomization stand for, in kustomize's order (kusttarget_configplugin.go). */
import type { Target } from './build.js';
import { loadText, shownFile } from './build.js';
import { type FieldSpec, FieldSpecConflict, mergeFieldSpecs } from './fieldSpecs/fieldSpec.js';
import type { TransformerConfig } from './fieldSpecs/transformerConfig.js';
import { inputError } from '../errors.js';
import { type Label, type Replacement, type ReplacementField, fieldSpecsOf } from './kustomization/kustomization.js';
import { type Origin, addTransformation, builtinOrigin } from './origin.js';
import { applyReplacements } from './replacement/replace.js';
import { readReplacementFile } from './replacement/replacementFile.js';
import type { ResourceMap } from './resourceMap.js';
import { changeName } from './transformers/changeName.js';
import { type PatchContext, makeJsonPatch, makeMergePatches, makePatch } from './transformers/patches.js';
import { setEntries } from './transformers/setEntries.js';
import { setImages } from './transformers/setImages.js';
import { setNamespace } from './transformers/setNamespace.js';
import { setReplicas } from './transformers/setReplicas.js';
import type { Transformer } from './transformers/transformer.js';

/** A transformer and what the objects that it changes are told about it. */
export interface Step {
  readonly transform: Transformer;
  readonly origin: Origin | undefined;
}

export function patchContext(target: Target): PatchContext {
  return {
    openApi: target.build.openApi,
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
  const add = (kind: string, transform: Transformer): void => {
    const origin = target.origin && builtinOrigin(target.origin, target.fileName, kind);
    steps.push({ transform, origin });
  };

  if (kustomization.patchesStrategicMerge.length > 0) {
    add('PatchStrategicMergeTransformer', await makeMergePatches(kustomization.patchesStrategicMerge, '', context));
  }
  for (const patch of kustomization.patches) add('PatchTransformer', await makePatch(patch, context));
  if (kustomization.namespace) add('NamespaceTransformer', setNamespace(kustomization.namespace, config.namespace));
  if (kustomization.namePrefix) {
    add('PrefixTransformer', changeName({ prefix: kustomization.namePrefix }, config.namePrefix));
  }
  if (kustomization.nameSuffix) {
    add('SuffixTransformer', changeName({ suffix: kustomization.nameSuffix }, config.nameSuffix));
  }
  const { labels, commonLabels = {}, commonAnnotations = {} } = kustomization;
  for (const label of labels) {
    add('LabelTransformer', setEntries(label.pairs ?? {}, labelSpecs(label, config, file), 'setting labels'));
  }
  if (labels.length > 0 || Object.keys(commonLabels).length > 0) {
    add('LabelTransformer', setEntries(commonLabels, config.commonLabels, 'setting labels'));
  }
  if (Object.keys(commonAnnotations).length > 0) {
    add('AnnotationsTransformer', setEntries(commonAnnotations, config.commonAnnotations, 'setting annotations'));
  }
  for (const patch of kustomization.patchesJson6902) add('PatchJson6902Transformer', await makeJsonPatch(patch, context));
  for (const replica of kustomization.replicas) add('ReplicaCountTransformer', setReplicas(replica, config.replicas));
  for (const image of kustomization.images) add('ImageTagTransformer', setImages(image, config.images));
  if (kustomization.replacements.length > 0) {
    const replacements = await readReplacements(kustomization.replacements, target);
    add('ReplacementTransformer', (map) => applyReplacements(map, replacements, file));
  }
  return steps;
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
    throw inputError('FieldSpecConflict', `a field of labels, ${error.spec.path}, is built in with another value of create`, {
      position: { file },
      cause: error,
    });
  }
}

/** Replacements as they stand there, or those of a file. */
export async function readReplacements(entries: readonly ReplacementField[], target: Target): Promise<Replacement[]> {
  const replacements: Replacement[] = [];
  for (const { path, ...own } of entries) {
    if (!path) {
      replacements.push(own);
    } else if (own.source !== undefined || (own.targets ?? []).length > 0) {
      throw inputError('InvalidReplacement', `a replacement has both path (${path}) and fields of its own`, {
        position: { file: target.file },
        suggestions: ['Keep one of the two.'],
      });
    } else replacements.push(...readReplacementFile(await loadText(target, path), shownFile(target, path)));
  }
  return replacements;
}

/** Runs steps one after the other; what a patch deletes is gone for the next. */
export async function runSteps(map: ResourceMap, steps: readonly Step[]): Promise<void> {
  for (const { transform, origin } of steps) {
    await transform(map);
    if (origin !== undefined) for (const resource of map.resources) addTransformation(resource, origin);
    map.dropDeleted();
  }
}
