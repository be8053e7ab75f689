/** `patches`, `patchesStrategicMerge` and `patchesJson6902` (the three patch transformers). */
import { KapplyError, inputError } from '../../errors.js';
import type { Json } from '../../objects/object.js';
import type { Patch, Selector } from '../kustomization/kustomization.js';
import { type Reading, readResources } from '../manifests/readResources.js';
import { type Resource, currentId, storePreviousId } from '../resources/resource.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import { loadSelectors, selectResources } from '../resources/select.js';
import { patchWithOperations, readJsonPatch } from './jsonPatch.js';
import { applyMergePatch, applyTargetedPatch, targetOf } from './mergePatch.js';
import type { Transformer } from './transformer.js';

/** What the patch transformers need of the kustomization that they belong to. */
export interface PatchContext extends Reading {
  /** How messages name the kustomization. */
  readonly file: string;
  /** Reads a file that the kustomization names. */
  readonly load: (path: string) => Promise<string>;
  /** How messages name such a file. */
  readonly shown: (path: string) => string;
  /** To be told that no object matches the target of a patch. */
  readonly unmatched?: (target: Selector) => void;
}

/** An entry of `patches`: a strategic merge patch or a JSON patch, given or in a file. */
export async function makePatch(entry: Patch, context: PatchContext): Promise<Transformer> {
  const { path = '', target, options = {} } = entry;
  await loadSelectors([target]);
  const inline = (entry.patch ?? '').trim();
  if (inline === '' && path === '') {
    throw inputError('InvalidPatch', 'an entry of patches has neither patch nor path', {
      position: { file: context.file },
    });
  }
  if (inline !== '' && path !== '') {
    throw inputError('InvalidPatch', `an entry of patches has both patch and path (${path})`, {
      position: { file: context.file },
      suggestions: ['Keep one of the two.'],
    });
  }
  const text = inline === '' ? await context.load(path) : inline;
  const file = inline === '' ? context.shown(path) : context.file;
  const read = inline === '' ? readPatch(text, file, context) : within(file, () => readPatch(text, INLINE, context));
  if ('operations' in read) return jsonPatchTransformer(read.operations, target, file, context);
  for (const patch of read.merges) {
    patch.allowNameChange = options.allowNameChange ?? false;
    patch.allowKindChange = options.allowKindChange ?? false;
  }
  return mergePatchTransformer(read.merges, target, file, context);
}

/** What stands in the kustomization itself has no file, and lines of its own. */
const INLINE = 'the patch';

/** Reads what stands in the kustomization: lines that count from the patch's first are told, not pointed at. */
function within<T extends { merges: Resource[] } | { operations: Json }>(file: string, read: () => T): T {
  try {
    const result = read();
    return 'merges' in result
      ? { ...result, merges: result.merges.map((patch) => ({ ...patch, source: { file } })) }
      : result;
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    const { line } = error.position ?? {};
    throw inputError(
      error.code,
      line === undefined ? error.message : `${error.message}, in line ${line} of the patch`,
      {
        suggestions: error.suggestions,
        position: { file },
        cause: error,
      },
    );
  }
}

function readPatch(text: string, file: string, reading: Reading): { merges: Resource[] } | { operations: Json } {
  let mergeProblem: unknown;
  try {
    return { merges: readResources(text, file, reading) };
  } catch (error) {
    mergeProblem = error;
  }
  try {
    return { operations: readJsonPatch(text, file) };
  } catch (error) {
    // Of the two, the problem of the kind that was meant: a JSON patch is a list.
    throw /^\s*[-[]/.test(text) ? error : mergeProblem;
  }
}

function mergePatchTransformer(
  patches: readonly Resource[],
  target: Selector | undefined,
  file: string,
  context: PatchContext,
): Transformer {
  return async (map) => {
    const [patch, second] = patches;
    if (patch === undefined) return;
    if (target === undefined) {
      for (const own of patches) patchOwnTarget(map, own);
      return;
    }
    if (second !== undefined) {
      throw inputError('InvalidPatch', 'a patch with a target holds one document, and this one holds several', {
        position: { file },
        suggestions: ['Make an entry of patches for each of them, or leave the target out.'],
      });
    }
    for (const resource of selected(map, target, context)) {
      await context.budget.breathe();
      context.budget.spendTree(patch.tree ?? null);
      applyTargetedPatch(resource, patch);
    }
    forgetIds(map, patch);
    map.dropDeleted();
    map.refuseDuplicates();
  };
}

function selected(map: ResourceMap, target: Selector, { unmatched }: PatchContext): Resource[] {
  const found = selectResources(map.resources, target);
  if (found.length === 0) unmatched?.(target);
  return found;
}

function patchOwnTarget(map: ResourceMap, patch: Resource): void {
  const resource = targetOf(map, patch);
  applyMergePatch(resource, patch);
  if (resource.tree === undefined) map.idsChanged();
  forgetIds(map, patch);
}

function forgetIds(map: ResourceMap, { allowNameChange, allowKindChange }: Resource): void {
  if (allowNameChange || allowKindChange) map.idsChanged();
}

function jsonPatchTransformer(
  operations: Json,
  target: Selector | undefined,
  file: string,
  context: PatchContext,
): Transformer {
  if (target === undefined) {
    return () => {
      throw inputError('MissingPatchTarget', 'a JSON patch needs a target', {
        position: { file },
        suggestions: ['Say which objects it is for: target: {kind: Deployment, name: web}.'],
      });
    };
  }
  return async (map) => {
    for (const resource of selected(map, target, context)) {
      await context.budget.breathe();
      storePreviousId(resource);
      patchWithOperations(resource, operations, { file }, context.budget);
    }
    map.idsChanged();
  };
}

/** `patchesStrategicMerge`: files or patches themselves, each for the object that it names. */
export async function makeMergePatches(
  paths: readonly string[],
  text: string,
  context: PatchContext,
): Promise<Transformer> {
  const patches: Resource[] = [];
  for (const path of paths) patches.push(...(await readInlineOrFile(path, context)));
  if (text !== '') {
    patches.push(...within(context.file, () => ({ merges: readResources(text, INLINE, context) })).merges);
  }
  if (patches.length === 0) {
    throw inputError(
      'InvalidPatch',
      `patchesStrategicMerge holds no patch${paths.length > 0 ? `: ${paths.join(', ')}` : ''}`,
      {
        position: { file: context.file },
      },
    );
  }
  return async (map) => {
    for (const patch of patches) {
      await context.budget.breathe();
      const resource = targetOf(map, patch);
      for (const same of map.withCurrentId(currentId(resource))) applyTargetedPatch(same, patch);
      if (resource.tree === undefined) map.dropDeleted();
    }
    map.refuseDuplicates();
  };
}

async function readInlineOrFile(path: string, context: PatchContext): Promise<Resource[]> {
  const { load, shown, file } = context;
  try {
    return within(file, () => ({ merges: readResources(path, INLINE, context) })).merges;
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    if (path.includes('\n')) throw error;
    return readResources(await load(path), shown(path), context);
  }
}

/** An entry of `patchesJson6902`. */
export async function makeJsonPatch(
  { target, path = '', patch = '' }: Patch,
  context: PatchContext,
): Promise<Transformer> {
  const invalid = (message: string): KapplyError =>
    inputError('InvalidPatch', message, { position: { file: context.file } });
  if (target?.name === undefined || target.name === '')
    throw invalid('an entry of patchesJson6902 needs a target with a name');
  if (path === '' && patch === '') throw invalid('an entry of patchesJson6902 has neither patch nor path');
  if (path !== '' && patch !== '') throw invalid(`an entry of patchesJson6902 has both patch and path (${path})`);
  await loadSelectors([target]);
  const text = path === '' ? patch : await context.load(path);
  const file = path === '' ? context.file : context.shown(path);
  const read = (name: string): { operations: Json } => ({ operations: readJsonPatch(text, name) });
  const { operations } = path === '' ? within(file, () => read(INLINE)) : read(file);
  if (Array.isArray(operations) && operations.length === 0) throw invalid(`the JSON patch for ${target.name} is empty`);
  return async (map) => {
    for (const resource of selected(map, target, context)) {
      await context.budget.breathe();
      patchWithOperations(resource, operations, { file }, context.budget);
    }
    map.idsChanged();
  };
}
