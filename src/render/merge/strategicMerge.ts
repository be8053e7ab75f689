/**
 * Strategic merge as kustomize does it (kyaml/yaml/merge2 and walk), which is neither the API server's nor kubectl's:
 * elements of the patch come first in merged lists, $retainKeys and $setElementOrder are fields like any other, nulls of the
 * target that are written as nothing are dropped.
 */
import { type Schema, fieldSchema, itemSchema } from '../../patch/schema/schemaTable.js';
import type { OpenApi } from '../openApi/openApi.js';
import { copyFieldStyle, forgetFlow, isQuotedField } from '../resources/styles.js';
import { withText } from '../resources/scalarText.js';
import { setSharedField, unshareField } from '../resources/sharedFields.js';
import {
  type Tree,
  type TreeMap,
  getField,
  hasFields,
  isList,
  isMap,
  isMissing,
  isNull,
  isScalar,
  removeField,
  textOf,
} from '../resources/tree.js';
import { type ListOrder, mergeAssociativeList } from './associativeList.js';
import { hasKnownDirective, takeDirective } from './directive.js';
import { MergeProblem } from './mergeProblem.js';

interface Merge {
  readonly openApi: OpenApi;
  readonly order: ListOrder;
}

/**
 * Merges a patch into a target, both of which are used up, and returns the result; undefined where the patch deletes all.
 * Throws MergeProblem where a map meets a list or a scalar, and for an unknown directive.
 */
export function strategicMerge(
  target: TreeMap,
  patch: TreeMap,
  openApi: OpenApi,
  order: ListOrder = 'patch-first',
): TreeMap | undefined {
  const result = mergeAny(target, patch, undefined, { openApi, order }, []);
  return isMap(result) ? result : undefined;
}

function mergeAny(
  target: Tree | undefined,
  patch: Tree | undefined,
  given: Schema | undefined,
  merge: Merge,
  path: readonly string[],
): Tree | undefined {
  const schema = given ?? schemaOfObject(target, merge) ?? schemaOfObject(patch, merge);
  const decisive = isMissing(target) ? patch : target;
  if (decisive === undefined || isNull(decisive) || isMap(decisive)) {
    refuseOthers(isMap, 'a map', target, patch, path);
    return mergeMaps(target, patch, schema, merge, path);
  }
  if (isList(decisive)) {
    refuseOthers(isList, 'a list', target, patch, path);
    return isAssociative(schema) ? mergeLists(target, patch, schema, merge, path) : patchOr(target, patch);
  }
  refuseOthers((tree) => !isMap(tree) && !isList(tree), 'a scalar', target, patch, path);
  return patchOr(target, patch);
}

/** The patch, null included: a null takes the field away. */
function patchOr(target: Tree | undefined, patch: Tree | undefined): Tree | undefined {
  return patch === undefined ? target : patch;
}

function mergeMaps(
  target: Tree | undefined,
  patch: Tree | undefined,
  schema: Schema | undefined,
  merge: Merge,
  path: readonly string[],
): Tree | undefined {
  const result = startOf(target, patch);
  if (!isMap(result)) return result;
  const other = isMap(patch) ? patch : undefined;
  // Braces with nothing in them are not kept for what comes into them.
  if (other !== undefined && result === target && !hasFields(result)) forgetFlow(result);
  const names = new Set([...Object.keys(result), ...(other === undefined ? [] : Object.keys(other))]);
  // In this order, because a field can be one with another that comes later.
  for (const name of [...names].sort()) {
    const left = getField(result, name);
    const right = other && getField(other, name);
    if (right === undefined && isNull(left)) {
      if (textOf(left) === '') removeField(result, name);
      continue;
    }
    const inner = schema && fieldSchema(merge.openApi.table, schema, name);
    const value = mergeAny(left, right, inner, merge, [...path, name]);
    if (value === undefined || isNull(value)) {
      removeField(result, name);
      unshareField(result, name);
    } else if (left === undefined) {
      setSharedField(result, name, value);
      if (other !== undefined) copyFieldStyle(other, result, name);
    } else setSharedField(result, name, inStyleOf(left, isQuotedField(result, name), value));
  }
  return result;
}

/** A scalar takes over the quotes of the one whose place it takes. */
function inStyleOf(old: Tree, quoted: boolean | undefined, value: Tree): Tree {
  if (!isScalar(value) || isNull(value) || typeof value === 'string') return value;
  const text = withText(old, textOf(value), quoted);
  return typeof text === 'string' ? text : value;
}

function mergeLists(
  target: Tree | undefined,
  patch: Tree | undefined,
  schema: Schema,
  merge: Merge,
  path: readonly string[],
): Tree | undefined {
  const result = startOf(target, patch);
  if (!isList(result)) return undefined;
  const items = itemSchema(merge.openApi.table, schema);
  const keys = schema.listKeys ?? (schema.patchMergeKey === undefined ? [] : [schema.patchMergeKey]);
  return mergeAssociativeList(result, isList(patch) ? patch : undefined, keys, merge.order, (left, right) =>
    mergeAny(left, right, items, merge, path),
  );
}

/** What the merge goes on with: the target, the patch where there is no target, or nothing where the patch deletes. */
function startOf(target: Tree | undefined, patch: Tree | undefined): Tree | undefined {
  if (isMissing(target)) {
    return isMap(patch) && hasKnownDirective(patch) && takeDirective(patch) === 'delete' ? undefined : patch;
  }
  if (isNull(patch)) return undefined;
  const directive = takeDirective(patch);
  return directive === 'delete' ? undefined : directive === 'replace' ? patch : target;
}

/** The schema of a whole object, which may stand within another one whose schema is unknown. */
function schemaOfObject(tree: Tree | undefined, { openApi }: Merge): Schema | undefined {
  if (!isMap(tree)) return undefined;
  const apiVersion = textOf(tree.apiVersion);
  const kind = textOf(tree.kind);
  return apiVersion === '' || kind === '' ? undefined : openApi.schemaOf(apiVersion, kind);
}

function isAssociative(schema: Schema | undefined): schema is Schema {
  return schema?.patchStrategy?.split(',').includes('merge') ?? false;
}

function refuseOthers(
  isRight: (tree: Tree | undefined) => boolean,
  wanted: string,
  target: Tree | undefined,
  patch: Tree | undefined,
  path: readonly string[],
): void {
  if ([target, patch].every((tree) => isMissing(tree) || isRight(tree))) return;
  throw new MergeProblem(
    `the object has ${wanted} at ${path.join('.') || 'its top'}, the patch has something else`,
    path,
  );
}
