/** Strategic merge patches on resources (api/resource Resource.ApplySmPatch and resmap's ApplySmPatch). */
import { inputError } from '../../errors.js';
import { takeBuildAnnotations, writeBuildAnnotations } from '../build/buildAnnotations.js';
import { MergeProblem } from '../merge/mergeProblem.js';
import { strategicMerge } from '../merge/strategicMerge.js';
import {
  type Resource,
  currentId,
  kindOf,
  metadataOf,
  metadataTexts,
  namespaceOf,
  setMetadataTexts,
  storePreviousId,
} from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import {
  type TreeMap,
  cloneTree,
  emptyMap,
  getField,
  isMissing,
  removeField,
  textUnlessNull,
} from '../resources/tree.js';

/** The resource that a patch means by its own kind, name and namespace. Throws `NoPatchTarget` or `AmbiguousPatchTarget`. */
export function targetOf(map: ResourceMap, patch: Resource): Resource {
  const id = currentId(patch);
  const [found, second] = map.withAnyId(id);
  if (found === undefined) {
    throw inputError('NoPatchTarget', `the patch is for ${describeId(id)}, which is not there`, {
      position: patch.source,
      suggestions: [
        `There is ${nearest(map, patch)}.`,
        'Name apiVersion, kind, name and namespace as the object has them, or give the patch a target.',
      ],
    });
  }
  if (second !== undefined) {
    throw inputError(
      'AmbiguousPatchTarget',
      `the patch is for ${describeId(id)}, and several objects are or were called so`,
      {
        position: patch.source,
        suggestions: [`They are from ${found.source.file} and ${second.source.file}. Use their present names.`],
      },
    );
  }
  return found;
}

function nearest(map: ResourceMap, patch: Resource): string {
  const kind = kindOf(patch.tree);
  const names = map.resources
    .filter(({ tree }) => kindOf(tree) === kind)
    .map((resource) => describeId(currentId(resource)));
  return names.length === 0 ? `no ${kind}` : names.slice(0, 5).join(', ');
}

/** Patches one resource: its name, kind and namespace stay unless the patch may change them. Leaves no tree where it deletes. */
export function applyMergePatch(resource: Resource, patch: Resource): void {
  if (resource.tree === undefined || patch.tree === undefined) return;
  merge(resource, cloneTree(patch.tree), patch);
}

/** The same for a patch with a target: its labels and annotations count as strings, its apiVersion does not count. */
export function applyTargetedPatch(resource: Resource, patch: Resource): void {
  if (resource.tree === undefined || patch.tree === undefined) return;
  const tree = cloneTree(patch.tree);
  for (const field of ['labels', 'annotations'] as const) {
    setMetadataTexts(tree, field, metadataTexts(tree, field));
  }
  const metadata = metadataOf(tree);
  if (metadata !== undefined && namespaceOf(patch) === '') removeField(metadata, 'namespace');
  const { apiVersion } = resource.tree;
  if (apiVersion !== undefined) tree.apiVersion = apiVersion;
  else removeField(tree, 'apiVersion');
  const merged = merge(resource, tree, patch);
  // kustomize gives the patch the apiVersion of the object, and writes one that is empty as nothing.
  if (merged !== undefined && isMissing(apiVersion)) merged.apiVersion = null;
}

/** Returns what the resource is afterwards; undefined where the patch deletes it. */
function merge(
  resource: Resource,
  patch: TreeMap,
  { allowNameChange, allowKindChange, source }: Resource,
): TreeMap | undefined {
  const target = resource.tree as TreeMap;
  // kustomize makes another object of a patch that replaces it all, and then goes on with the old one.
  if (textUnlessNull(getField(patch, '$patch')) === 'replace') return target;
  const { kind } = target;
  const { name, namespace } = metadataOf(target) ?? emptyMap();
  if (allowNameChange || allowKindChange) storePreviousId(resource);
  writeBuildAnnotations(resource);
  if (merging(resource, source, () => strategicMerge(target, patch, resource.openApi)) === undefined) {
    resource.tree = undefined;
    return undefined;
  }
  // Whatever is merged is the changed target: `$patch: replace` for a whole object does nothing, as in kustomize.
  takeBuildAnnotations(resource, true);
  if (!allowKindChange && kind !== undefined) target.kind = kind;
  const metadata = metadataOf(target) ?? (target.metadata = emptyMap());
  if (!allowNameChange && name !== undefined) metadata.name = name;
  if (namespace === undefined || textUnlessNull(namespace) === '') removeField(metadata, 'namespace');
  else metadata.namespace = namespace;
  return target;
}

function merging<T>(resource: Resource, source: Resource['source'], merge: () => T): T {
  try {
    return merge();
  } catch (error) {
    if (!(error instanceof MergeProblem)) throw error;
    throw inputError('PatchMismatch', `the patch does not fit ${describeId(currentId(resource))}: ${error.message}`, {
      position: source,
      cause: error,
    });
  }
}
