/** JSON patches (RFC 6902) on resources (api/filters/patchjson6902). */
import { KapplyError, inputError } from '../../errors.js';
import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { applyJsonPatch } from '../../patch/jsonPatch.js';
import type { Budget } from '../budget.js';
import { takeBuildAnnotations, writeBuildAnnotations } from '../build/buildAnnotations.js';
import { type Resource, currentId, metadataTexts, setMetadataTexts } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import { noteWritten } from '../resources/keptStyle.js';
import { type Tree, isMap, plainJson, treeFromJson } from '../resources/tree.js';
import { readYaml } from '../yaml/read.js';

/** Reads a patch: JSON where it starts with a bracket, else YAML. Throws KapplyError where it is no list of operations. */
export function readJsonPatch(text: string, file: string): Json {
  const operations = text.startsWith('[')
    ? parseJson(text, file)
    : readYaml(text, { file, dialect: 'kustomization' })[0]?.value;
  if (operations !== undefined && isJsonArray(operations) && operations.every(isJsonObject)) {
    for (const operation of operations) refuseDottedPath(operation, file);
    return operations;
  }
  throw inputError('InvalidPatch', 'a JSON patch is a list of operations, each with op and path', {
    position: { file },
  });
}

/** kustomize drops what stands before the first slash: with spec/replicas it changes a field `replicas` of the object itself. */
function refuseDottedPath({ path, from }: JsonObject, file: string): void {
  for (const pointer of [path, from]) {
    if (typeof pointer !== 'string' || pointer === '' || pointer.startsWith('/')) continue;
    throw inputError('InvalidPatch', `the path ${pointer} of a JSON patch does not start with a slash`, {
      position: { file },
      suggestions: [`Write /${pointer.includes('/') ? pointer : pointer.replaceAll('.', '/')}.`],
    });
  }
}

function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw inputError('InvalidPatch', 'what starts with a bracket must be JSON, and this is none', {
      position: { file },
      suggestions: ['Write a YAML patch with a dash before each operation.'],
      cause,
    });
  }
}

/** Patches one resource. What kustomize notes in its annotations survives any patch, and all annotations become strings. */
export function patchWithOperations(
  resource: Resource,
  operations: Json,
  source: Resource['source'],
  budget: Budget,
): void {
  if (resource.tree === undefined) return;
  const id = currentId(resource);
  writeBuildAnnotations(resource);
  const patched = treeFromJson(
    applying(describeId(id), source, () => {
      budget.spendTree(operations as Tree);
      return applyJsonPatch(plainJson(resource.tree ?? {}), operations, (copied) => budget.spendTree(copied as Tree));
    }),
  );
  if (!isMap(patched)) {
    throw inputError('PatchMismatch', `the patch makes ${describeId(id)} something other than an object`, {
      position: source,
    });
  }
  noteWritten(patched);
  resource.tree = patched;
  takeBuildAnnotations(resource, false);
  setMetadataTexts(patched, 'annotations', metadataTexts(patched, 'annotations'));
}

function applying<T>(target: string, source: Resource['source'], apply: () => T): T {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    throw inputError(error.code, `the patch does not fit ${target}: ${error.message}`, {
      position: source,
      suggestions: error.suggestions,
      cause: error,
    });
  }
}
