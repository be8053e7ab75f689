/**
 * Works through kustomizations from the bases up: resources, generators, components, transformers, validators, each
 * kustomization on what is below it (api/internal/target/kusttarget.go).
 */
import { isDeepStrictEqual } from 'node:util';
import { KapplyError, inputError } from '../../errors.js';
import {
  type Accumulation,
  type Target,
  atField,
  emptyAccumulation,
  inKustomization,
  loadText,
  mergeAccumulations,
  shownFile,
} from './build.js';
import { addConfig, readConfigurationFile } from '../fieldSpecs/configurationFile.js';
import { readCrdFile } from '../fieldSpecs/crdFile.js';
import { defaultConfig, emptyConfig } from '../fieldSpecs/transformerConfig.js';
import { absorb, generateConfig, withGeneratorOptions } from './generate.js';
import { COMPONENT_KIND } from '../kustomization/readKustomization.js';
import { parseRepoSpec } from '../loading/repoSpec.js';
import type { Root } from '../loading/root.js';
import { openChild } from '../loading/openRoot.js';
import { chooseOpenApi, loadKustomization } from './loadTarget.js';
import { type Origin, builtinOrigin, hasOrigin, originOf, setOrigin } from './origin.js';
import { generateFromCharts } from '../plugins/helmCharts.js';
import { loadGenerator, loadTransformer } from '../plugins/loadPlugin.js';
import { readResources } from '../manifests/readResources.js';
import { type Resource, metadataTexts, setMetadataTexts } from '../resources/resource.js';
import { ResourceMap } from '../resources/resourceMap.js';
import { type Step, fieldSteps, runSteps } from './transform.js';
import { type TreeMap, cloneTree } from '../resources/tree.js';
import { declareVars, mergeVars } from '../references/vars.js';

const VALIDATED_BY = 'validated-by';

/** Accumulates a kustomization, or a component upon what is there already. */
export function accumulate(target: Target, onto: Accumulation): Promise<Accumulation> {
  return inKustomization(target.file, async () => {
    const { kustomization, file } = target;
    // What reading one costs, however little it says.
    target.build.budget.spend(20, 0);
    await target.build.budget.breathe();
    let sum = await addResources(target, onto, kustomization.resources, 'resources');
    sum = { ...sum, config: await configOf(target, sum) };
    await runGenerators(target, sum.map);
    for (const [index, path] of kustomization.components.entries()) {
      const before = sum;
      sum = await atField(target, ['components', index], async () =>
        addFolder(target, before, await openChild(target.root, path), path, true),
      );
    }
    const steps = await fieldSteps(target, sum.config);
    steps.push(...(await pluginSteps(target, 'transformers')));
    await runSteps(sum.map, steps, target.build.budget);
    const { map } = sum;
    await atField(target, ['validators'], () => runValidators(target, map));
    const all = sum;
    const vars = await atField(target, ['vars'], () =>
      mergeVars(all.vars, declareVars(kustomization.vars, all.map, file)),
    );
    return { ...sum, vars };
  });
}

async function configOf(target: Target, sum: Accumulation): Promise<Accumulation['config']> {
  let own = emptyConfig;
  for (const [index, path] of target.kustomization.configurations.entries()) {
    const file = shownFile(target, path);
    const text = await atField(target, ['configurations', index], () => loadText(target, path));
    own = addConfig(own, readConfigurationFile(text, file), file);
  }
  let config = addConfig(sum.config, addConfig(defaultConfig, own, target.file), target.file);
  for (const [index, path] of target.kustomization.crds.entries()) {
    const file = shownFile(target, path);
    const text = await atField(target, ['crds', index], () => loadText(target, path));
    config = addConfig(config, readCrdFile(text, file), file);
  }
  return config;
}

/** `field` is where the paths are listed. */
async function addResources(
  target: Target,
  onto: Accumulation,
  paths: readonly string[],
  field: string,
): Promise<Accumulation> {
  let sum = onto;
  for (const [index, path] of paths.entries()) {
    const before = sum;
    sum = await atField(target, [field, index], () => addResource(target, before, path));
    await target.build.budget.breathe();
  }
  return sum;
}

async function addResource(target: Target, onto: Accumulation, path: string): Promise<Accumulation> {
  const read = await readFileOrNothing(target, path);
  if (!Array.isArray(read)) return addFolder(target, onto, await openFolder(target, path, read), path, false);
  if (target.origin !== undefined) for (const resource of read) setOrigin(resource, originOf(target.origin, path));
  onto.map.appendAll(read);
  return onto;
}

/** The resources of a file, or why the path may be a folder or a repository instead. */
async function readFileOrNothing(target: Target, path: string): Promise<Resource[] | KapplyError> {
  try {
    return readResources(await loadText(target, path), shownFile(target, path), target.build);
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    const mayBeFolder = error.code === 'NotAFile' || parseRepoSpec(path) !== undefined;
    if (mayBeFolder) return error;
    throw error;
  }
}

/** An address that is neither a file nor cloned has two reasons; the one that its form speaks for is the one to name. */
async function openFolder(target: Target, path: string, fileProblem: KapplyError): Promise<Root> {
  try {
    return await openChild(target.root, path);
  } catch (error) {
    const looksLikeFile = /\.(?:ya?ml|json)$/.test(path);
    throw looksLikeFile && fileProblem.code !== 'NotAFile' ? fileProblem : error;
  }
}

async function addFolder(
  target: Target,
  onto: Accumulation,
  root: Root,
  path: string,
  isComponent: boolean,
): Promise<Accumulation> {
  const { build, kustomization } = target;
  const loaded = loadKustomization(root, build);
  await chooseOpenApi(root, loaded.kustomization, loaded.file, build);
  refuseWrongKind(loaded.kustomization.kind, loaded.file, isComponent);
  const child: Target = {
    ...loaded,
    build,
    root,
    origin: target.origin && originOf(target.origin, path),
    helmNamespace: kustomization.namespace || target.helmNamespace,
    buildMetadata: target.buildMetadata,
  };
  const below = await accumulate(child, isComponent ? onto : emptyAccumulation());
  return mergeAccumulations(isComponent ? emptyAccumulation() : onto, below, target.file);
}

function refuseWrongKind(kind: string, file: string, isComponent: boolean): void {
  if ((kind === COMPONENT_KIND) === isComponent) return;
  throw isComponent
    ? inputError('NotAComponent', `${file} is a ${kind}, and components takes Components only`, {
        suggestions: ['Name it under resources, or give it kind: Component.'],
      })
    : inputError('UnexpectedComponent', `${file} is a Component, and resources takes none`, {
        suggestions: ['Name it under components.'],
      });
}

async function runGenerators(target: Target, map: ResourceMap): Promise<void> {
  const { kustomization, file } = target;
  const own = (kind: string): Origin | undefined =>
    target.origin && builtinOrigin(target.origin, target.fileName, kind);
  const made: {
    resources: Resource[];
    origin: Origin | undefined;
    path: readonly (string | number)[];
    behavior?: string;
  }[] = [];
  for (const [kind, field] of CONFIG_GENERATORS) {
    for (const [index, args] of kustomization[field].entries()) {
      const path = [field, index];
      const all = withGeneratorOptions(args, kustomization.generatorOptions);
      const resource = await atField(target, path, () => generateConfig(kind, all, target));
      made.push({ resources: [resource], origin: own(`${kind}Generator`), path, behavior: args.behavior ?? '' });
    }
  }
  const charts = await atField(target, ['helmCharts'], () => generateFromCharts(target));
  for (const [index, resources] of charts.entries()) {
    made.push({ resources, origin: own('HelmChartInflationGenerator'), path: ['helmCharts', index] });
  }
  for (const config of (await readPlugins(target, kustomization.generators, 'generators')).resources) {
    const { generate, origin } = await loadGenerator(config, target);
    made.push({ resources: await generate(), origin, path: ['generators'] });
  }
  for (const { resources, origin, path, behavior } of made) {
    if (origin !== undefined) {
      for (const resource of resources) if (!hasOrigin(resource)) setOrigin(resource, origin);
    }
    await atField(target, path, () => absorb(map, resources, file, behavior));
  }
}

const CONFIG_GENERATORS = [
  ['ConfigMap', 'configMapGenerator'],
  ['Secret', 'secretGenerator'],
] as const;

/** The configurations of plugins: written in the kustomization, in files, or in folders that are kustomizations. */
async function readPlugins(target: Target, entries: readonly string[], field: string): Promise<ResourceMap> {
  const inline = emptyAccumulation();
  const paths: string[] = [];
  for (const entry of entries) {
    const resources = readInline(entry, target);
    if (resources === undefined) paths.push(entry);
    else {
      if (target.origin !== undefined) {
        for (const resource of resources) setOrigin(resource, originOf(target.origin, target.fileName));
      }
      inline.map.appendAll(resources);
    }
  }
  return (await addResources(target, inline, paths, field)).map;
}

/** Undefined where the text is a path, not a resource. */
function readInline(text: string, target: Target): Resource[] | undefined {
  try {
    return readResources(text, target.file, target.build);
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    if (text.trim().includes('\n')) throw error;
    return undefined;
  }
}

async function pluginSteps(target: Target, field: 'transformers' | 'validators'): Promise<Step[]> {
  const steps: Step[] = [];
  const configs = await readPlugins(target, target.kustomization[field], field);
  for (const config of configs.resources) steps.push(await loadTransformer(config, target));
  return steps;
}

/**
 * Validators are transformers that may change nothing but the label validated-by. They get a list of their own: what they add to it or
 * leave out, as one that prints nothing does, does not count.
 */
async function runValidators(target: Target, map: ResourceMap): Promise<void> {
  for (const { transform } of await pluginSteps(target, 'validators')) {
    const before = map.resources.map(({ tree }) => cloneTree(tree as TreeMap));
    await transform(ResourceMap.of(map.resources));
    const after = map.resources.map(({ tree }) => tree && withoutLabel(cloneTree(tree)));
    if (isDeepStrictEqual(before, after)) continue;
    throw inputError('ValidatorChanges', 'a validator has changed the resources, and it may only look at them', {
      suggestions: ['Name it under transformers if the change is wanted.'],
    });
  }
}

function withoutLabel(tree: TreeMap): TreeMap {
  const labels = metadataTexts(tree, 'labels');
  if (labels.delete(VALIDATED_BY)) setMetadataTexts(tree, 'labels', labels);
  return tree;
}
