/**
 * Plugins that are programs of the user: KRM functions (an annotation names the program) and the older exec plugins in the
 * plugin folder. They run only with --enable-alpha-plugins, functions with --enable-exec as well, unless they are in containers.
 */
import { inputError } from '../../errors.js';
import type { Target } from '../build/build.js';
import {
  adoptBuildAnnotations,
  behaviorOf,
  writeBuildAnnotations,
  takeBuildAnnotations,
} from '../build/buildAnnotations.js';
import { readResources } from '../manifests/readResources.js';
import { type Resource, currentId, metadataTexts, setMetadataTexts } from '../resources/resource.js';
import { type ResourceId, describeId, resourceKey } from '../resources/resourceId.js';
import { ResourceMap } from '../resources/resourceMap.js';
import { type TreeMap, cloneTree, plainJson } from '../resources/tree.js';
import { emitDocuments, emitYaml } from '../yaml/emit.js';
import type { Plugin } from './builtinPlugins.js';
import { loadExecPlugin } from './execPlugin.js';
import { ITEM_IDS, makeFunctionPlugin, functionSpecOf } from './functionPlugin.js';
import type { RunProgram } from './pluginProgram.js';

const ID = 'kustomize.config.k8s.io/id';
const NEEDS_HASH = 'kustomize.config.k8s.io/needs-hash';
const BEHAVIOR = 'kustomize.config.k8s.io/behavior';

/** A plugin of the user both generates and transforms: where it is named decides. Throws KapplyError `PluginsNotEnabled`. */
export async function makeExternalPlugin(
  config: Resource,
  target: Target,
): Promise<Required<{ transform: (map: ResourceMap) => Promise<void>; generate: () => Promise<Resource[]> }> & Plugin> {
  if (!target.build.options.enableAlphaPlugins) {
    throw inputError(
      'PluginsNotEnabled',
      `${describeId(currentId(config))} is a plugin of its own, and these are not enabled`,
      {
        position: config.source,
        suggestions: ['If you trust the program: --enable-alpha-plugins, and for functions --enable-exec.'],
      },
    );
  }
  const spec = functionSpecOf(config);
  const program = spec === undefined ? await loadExecPlugin(config, target) : makeFunctionPlugin(config, spec, target);
  const run: RunProgram = (input) => target.build.budget.outside(program(input));
  return {
    generate: async () => readGenerated(await run(undefined), config, target),
    transform: async (map) => takeOver(map, await run(withIds(map)), config, target),
  };
}

function withIds(map: ResourceMap): string {
  const trees = map.resources.map((resource) => {
    const copy = { ...resource, tree: cloneTree(resource.tree as TreeMap) };
    writeBuildAnnotations(copy);
    const annotations = metadataTexts(copy.tree, 'annotations').set(ID, idText(currentId(resource)));
    setMetadataTexts(copy.tree, 'annotations', annotations);
    return plainJson(copy.tree);
  });
  return emitDocuments(trees);
}

/** The id as YAML. */
function idText({ group, version, kind, name, namespace }: ResourceId): string {
  return Object.entries({ group, kind, name, namespace, version })
    .filter(([, value]) => value !== '')
    .map(([field, value]) => emitYaml({ [field]: value }))
    .join('');
}

function readGenerated(output: string, config: Resource, target: Target): Resource[] {
  const resources = readResources(output, `what ${describeId(currentId(config))} prints`, target.build);
  for (const resource of resources) {
    adoptBuildAnnotations(resource);
    const annotations = metadataTexts(resource.tree, 'annotations');
    resource.behavior = behaviorOf(annotations.get(BEHAVIOR));
    const needsHash = annotations.get(NEEDS_HASH);
    if (needsHash !== undefined && !['true', 'false'].includes(needsHash)) {
      throw inputError('InvalidPlugin', `the annotation ${NEEDS_HASH} is true or false, not ${needsHash}`, {
        position: config.source,
      });
    }
    if (needsHash === 'true') resource.needsHash = true;
    for (const key of [BEHAVIOR, NEEDS_HASH, ...ITEM_IDS]) annotations.delete(key);
    if (resource.tree !== undefined) setMetadataTexts(resource.tree, 'annotations', annotations);
  }
  return resources;
}

/** What comes back takes the place of what went in: changed, new, or gone. */
function takeOver(map: ResourceMap, output: string, config: Resource, target: Target): void {
  const returned = new ResourceMap();
  for (const resource of readResources(output, `what ${describeId(currentId(config))} prints`, target.build)) {
    if (resource.tree === undefined) continue;
    const annotations = metadataTexts(resource.tree, 'annotations');
    for (const key of [ID, ...ITEM_IDS]) annotations.delete(key);
    setMetadataTexts(resource.tree, 'annotations', annotations);
    adoptBuildAnnotations(resource);
    returned.append(resource);
  }
  for (const resource of returned.resources) {
    const [old] = map.withCurrentId(currentId(resource));
    if (old === undefined) map.append(resource);
    else {
      old.tree = resource.tree;
      takeBuildAnnotations(old, false);
      Object.assign(old, {
        previous: resource.previous,
        prefixes: resource.prefixes,
        suffixes: resource.suffixes,
        behavior: resource.behavior,
        needsHash: resource.needsHash,
        fromHelm: resource.fromHelm,
      });
    }
  }
  const kept = new Set(returned.resources.map((resource) => resourceKey(currentId(resource))));
  map.setAll(map.resources.filter((resource) => kept.has(resourceKey(currentId(resource)))));
}
