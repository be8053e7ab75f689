/** Renders a kustomization: what `kustomize build` does, offline, as objects or as text. */
import type { JsonObject } from '../objects/object.js';
import type { KubeObject } from '../objects/object.js';
import type { Rendered } from '../objects/rendered.js';
import { accumulate } from './build/accumulate.js';
import {
  type Accumulation,
  type Build,
  type Target,
  atField,
  emptyAccumulation,
  inKustomization,
} from './build/build.js';
import { finishAnnotations } from './build/buildAnnotations.js';
import { Clones } from './loading/clone.js';
import { openRoot } from './loading/openRoot.js';
import { chooseOpenApi, loadKustomization } from './build/loadTarget.js';
import { fixNameReferences } from './references/fixNameReferences.js';
import { OpenApi } from './openApi/openApi.js';
import type { RenderOptions } from './options.js';
import { sortResources } from './build/order.js';
import { type OutputFile, isSecret, outputFiles } from './manifests/outputFiles.js';
import { createOutgoing } from '../net/outgoing.js';
import { handedOn } from './programs/environment.js';
import { refuseNameless } from './manifests/readResources.js';
import { type Resource, metadataTexts } from './resources/resource.js';
import { addHashes } from './transformers/addHashes.js';
import { setEntries } from './transformers/setEntries.js';
import { plainJson } from './resources/tree.js';
import { resolveVars } from './references/vars.js';
import { emitDocuments } from './yaml/emit.js';
import { makeBudget, withinStack } from './budget.js';

const LOCAL_CONFIG = 'config.kubernetes.io/local-config';
const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'kustomize-v5.8.2' };

interface Built {
  readonly resources: readonly Resource[];
  readonly target: Target;
  readonly warnings: readonly string[];
}

/**
 * Renders the kustomization in a folder, or in a git repository by its address.
 * Throws KapplyError (exit 2) for whatever `kustomize build` refuses, with file, line and the kustomizations that led there.
 */
export async function render(folder: string, options: RenderOptions = {}): Promise<Rendered> {
  const { resources, target, warnings } = await build(folder, options);
  const name = target.kustomization.metadata?.name;
  return {
    objects: resources.map((resource) => ({
      object: plainJson(resource.tree ?? {}) as unknown as KubeObject,
      origin: resource.source,
      generated: resource.needsHash,
      ...(resource.missedNamespace !== undefined && { kustomizationNamespace: resource.missedNamespace }),
    })),
    warnings,
    ...(name === undefined ? {} : { name }),
  };
}

export interface RenderedText {
  readonly text: string;
  /** Whether any of the objects is a Secret. */
  readonly holdsSecret: boolean;
  readonly warnings: readonly string[];
  /** The same as one file for each object. Throws KapplyError `SameFileName` where two would be one. */
  readonly files: () => OutputFile[];
}

/** What `kustomize build` prints, byte for byte, and the warnings. */
export async function renderText(folder: string, options: RenderOptions = {}): Promise<RenderedText> {
  const { resources, warnings } = await build(folder, options);
  const text = emitDocuments(resources.map(({ tree }) => plainJson(tree ?? {}) as JsonObject));
  return { text, warnings, holdsSecret: resources.some(isSecret), files: () => outputFiles(resources) };
}

function build(folder: string, options: RenderOptions): Promise<Built> {
  return withinStack(options.budget, () => buildWithin(folder, options));
}

async function buildWithin(folder: string, options: RenderOptions): Promise<Built> {
  const { signal } = options;
  const budget = makeBudget(options.budget, signal);
  const { environment = {}, env, remote = true } = options;
  const clones = new Clones({ environment, handedOn: handedOn(env), signal });
  try {
    const run = {
      cwd: options.cwd ?? process.cwd(),
      clones,
      remote,
      send: createOutgoing(environment),
      signal,
      budget,
    };
    const root = await openRoot(folder, options.loadRestrictor !== 'none', run);
    const shared: Build = { options, openApi: await OpenApi.load(), budget, warnings: new Set() };
    const loaded = loadKustomization(root, shared);
    const { buildMetadata } = loaded.kustomization;
    const target: Target = {
      ...loaded,
      build: shared,
      root,
      origin: buildMetadata.length === 0 ? undefined : {},
      helmNamespace: '',
      buildMetadata,
    };
    await atField(target, ['openapi'], () => chooseOpenApi(root, loaded.kustomization, loaded.file, shared));
    const sum = await accumulate(target, emptyAccumulation());
    await inKustomization(loaded.file, () => finish(sum, target));
    return { resources: sum.map.resources, target, warnings: [...shared.warnings] };
  } finally {
    await clones.remove();
  }
}

/** What is done once, on all resources, at the end. */
async function finish({ map, config, vars }: Accumulation, target: Target): Promise<void> {
  const { kustomization, file, build } = target;
  const { options, warnings, budget } = build;
  await addHashes(map);
  await fixNameReferences(map, config.nameReference, budget);
  const unused = await atField(target, ['vars'], () => resolveVars(map, vars, config.varReference, budget));
  if (unused.length > 0) warnings.add(`${file}: vars that are never used: ${unused.join(', ')}`);
  map.setAll(map.resources.filter((resource) => !isLocalConfig(resource)));
  const { sortOptions } = kustomization;
  if (sortOptions !== undefined) await atField(target, ['sortOptions'], () => sortResources(map, sortOptions, file));
  else if (options.reorder !== 'none') sortResources(map, { order: 'legacy' }, file);
  if (options.enableManagedbyLabel || kustomization.buildMetadata.includes('managedByLabel')) {
    await setEntries(MANAGED_BY, [{ path: 'metadata/labels', create: true }], 'setting labels')(map);
  }
  const keepOrigin = kustomization.buildMetadata.includes('originAnnotations');
  const keepTransformations = kustomization.buildMetadata.includes('transformerAnnotations');
  for (const resource of map.resources) {
    if (resource.tree !== undefined) refuseNameless(resource.tree, resource.source);
    finishAnnotations(resource, keepOrigin, keepTransformations);
    await budget.breathe();
    // Labels and the like are one text in many places until here.
    budget.spendTree(resource.tree ?? null);
  }
}

function isLocalConfig({ tree }: Resource): boolean {
  const local = metadataTexts(tree, 'annotations').get(LOCAL_CONFIG);
  return local !== undefined && local !== 'false';
}
