/**
 * Strategic merge patch as the API server does it (apimachinery, util/strategicpatch): lists merge by their merge key or
 * as sets where the schema says so, and the patch's directives ($patch, $retainKeys, $setElementOrder,
 * $deleteFromPrimitiveList) are followed. kustomize's flavour differs and is the renderer's.
 */
import { type KapplyError, inputError } from '../errors.js';
import { isJsonArray, isJsonObject, ownField } from '../objects/json.js';
import type { Json, JsonObject } from '../objects/object.js';
import { withoutNulls } from './mergePatch.js';
import { type Schema, type SchemaTable, fieldSchema, itemSchema, schemaFor } from './schema/schemaTable.js';
import { follows, inMergedOrder, itemKey, PATCH, placesAfterMerge } from './strategicOrder.js';

const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder/';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch to an object of a built-in kind; neither argument is changed. Throws KapplyError
 * `StrategicPatchUnsupported` for kinds that the table does not know (custom resources have no merge keys) and
 * `StrategicPatchInvalid` for malformed directives and for list items without their merge key.
 */
export function strategicMergePatch(original: JsonObject, patch: JsonObject, table: SchemaTable): JsonObject {
  const { apiVersion, kind } = original as { apiVersion: string; kind: string };
  const schema = schemaFor(table, { apiVersion, kind });
  if (schema === undefined) {
    throw inputError(
      'StrategicPatchUnsupported',
      `a strategic merge patch needs the merge keys of ${kind}, which only built-in kinds have`,
      { suggestions: ['send a merge patch or apply it'] },
    );
  }
  return mergeObject({ table }, schema, original, patch);
}

interface Context {
  readonly table: SchemaTable;
}

/** How a list or object field merges. */
interface Strategy {
  readonly schema: Schema | undefined;
  readonly merges: boolean;
  readonly replaces: boolean;
  readonly mergeKey: string | undefined;
}

function strategyOf({ table }: Context, schema: Schema | undefined, name: string): Strategy {
  const field = schema && fieldSchema(table, schema, name);
  const strategies = field?.patchStrategy?.split(',') ?? [];
  return {
    schema: field,
    merges: strategies.includes('merge'),
    replaces: strategies.includes('replace'),
    mergeKey: field?.patchMergeKey,
  };
}

function mergeObject(
  context: Context,
  schema: Schema | undefined,
  original: JsonObject,
  patch: JsonObject,
): JsonObject {
  const directive = ownField(patch, PATCH);
  if (directive === 'replace') return without(patch, (name) => name === PATCH);
  if (directive === 'delete') return {};
  if (directive !== undefined) throw invalid(`unknown $patch directive ${JSON.stringify(directive)}`);

  const fields = new Map(Object.entries(retained(original, patch)));
  const ordered = new Set<string>();
  for (const [name, order] of Object.entries(patch)) {
    if (!name.startsWith(ELEMENT_ORDER)) continue;
    const list = name.slice(ELEMENT_ORDER.length);
    if (!isJsonArray(order)) throw invalid(`${name} is not a list`);
    const merged = mergeOrdered(
      context,
      strategyOf(context, schema, list),
      fields.get(list),
      ownField(patch, list),
      order,
    );
    if (merged !== undefined) fields.set(list, merged);
    ordered.add(list);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER) || ordered.has(key)) continue;
    const deletes = key.startsWith(DELETE_FROM_LIST);
    const name = deletes ? key.slice(DELETE_FROM_LIST.length) : key;
    const merged = mergeField(context, strategyOf(context, schema, name), fields.get(name), value, deletes);
    if (merged === undefined) fields.delete(name);
    else fields.set(name, merged);
  }
  return Object.fromEntries(fields);
}

/** The merged value of one field; undefined where it goes. */
function mergeField(
  context: Context,
  strategy: Strategy,
  original: Json | undefined,
  patch: Json,
  deletes: boolean,
): Json | undefined {
  if (patch === null) return undefined;
  if (isJsonObject(original) && isJsonObject(patch)) {
    return strategy.replaces ? patch : mergeObject(context, strategy.schema, original, patch);
  }
  if (isJsonArray(original) && isJsonArray(patch)) {
    if (deletes) return withoutScalars(original, patch);
    return strategy.merges ? mergeList(context, strategy, original, patch) : patch;
  }
  return deletes ? original : withoutDirectives(withoutNulls(patch));
}

/** With $retainKeys, the fields of the original that it does not name go; the patch may set no others. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = ownField(patch, RETAIN_KEYS);
  if (keys === undefined) return original;
  if (!isJsonArray(keys)) throw invalid('$retainKeys is not a list');
  for (const [name, value] of Object.entries(patch)) {
    const exempt = name === RETAIN_KEYS || name.startsWith(DELETE_FROM_LIST) || name.startsWith(ELEMENT_ORDER);
    if (!exempt && value !== null && value !== undefined && !keys.includes(name)) {
      throw invalid(`the patch sets ${name}, which its $retainKeys does not name`);
    }
  }
  return without(original, (name) => !keys.includes(name));
}

function mergeList(
  context: Context,
  strategy: Strategy,
  original: readonly Json[],
  patch: readonly Json[],
): readonly Json[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (!holdsObjects(original, patch)) {
    return inMergedOrder([...new Set([...original, ...patch])], patch, original, undefined);
  }
  const { mergeKey } = strategy;
  if (mergeKey === undefined) throw invalid('a list of objects without a merge key cannot be merged');
  const { kept, items } = followDirectives(original as readonly JsonObject[], patch as readonly JsonObject[], mergeKey);
  const merged: JsonObject[] = [...kept];
  const schema = strategy.schema && itemSchema(context.table, strategy.schema);
  for (const item of items) {
    const key = requiredKey(item, mergeKey);
    const index = merged.findIndex((candidate) => itemKey(candidate, mergeKey) === key);
    const found = merged[index];
    if (found === undefined) merged.push(item);
    else merged[index] = mergeObject(context, schema, found, item);
  }
  merged.forEach((item) => requiredKey(item, mergeKey));
  return inMergedOrder(merged, items, kept, mergeKey);
}

/** Follows `$patch: delete` and `$patch: replace` among the items of a patch. */
function followDirectives(
  original: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
): { kept: readonly JsonObject[]; items: readonly JsonObject[] } {
  let kept = original;
  const items: JsonObject[] = [];
  let replace = false;
  for (const item of patch) {
    const directive = ownField(item, PATCH);
    if (directive === undefined) items.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      const key = requiredKey(item, mergeKey);
      kept = kept.filter((candidate) => itemKey(candidate, mergeKey) !== key);
    } else throw invalid(`unknown $patch directive ${JSON.stringify(directive)} in a list`);
  }
  return replace ? { kept: items, items: [] } : { kept, items };
}

/** Merges a list whose order the patch gives: its own items in that order, the others where they were. */
function mergeOrdered(
  context: Context,
  strategy: Strategy,
  original: Json | undefined,
  patch: Json | undefined,
  order: readonly Json[],
): readonly Json[] | undefined {
  if ((original !== undefined && !isJsonArray(original)) || (patch !== undefined && !isJsonArray(patch))) {
    throw invalid('$setElementOrder is given for a field that is no list');
  }
  const { mergeKey } = strategy;
  if (!follows(patch ?? [], order, mergeKey))
    throw invalid('the order of the patch list does not match $setElementOrder');
  if (original === undefined && patch === undefined) return undefined;
  let merged: readonly Json[];
  if (patch === undefined) merged = original ?? [];
  else if (original === undefined) merged = patch.filter((item) => withoutDirectives(item) !== undefined);
  else merged = strategy.merges ? mergeList(context, strategy, original, patch) : patch;
  const live = original ?? [];
  if (live.length === 0 && (patch ?? []).length === 0) throw invalid('$setElementOrder is given for an empty list');
  holdsObjects(live, patch ?? []);
  return inMergedOrder(merged, order, placesAfterMerge(live, merged, mergeKey), mergeKey);
}

function requiredKey(item: JsonObject, mergeKey: string): Json {
  const key = itemKey(item, mergeKey);
  if (key === undefined) throw invalid(`an item of a list has no merge key "${mergeKey}"`);
  return key;
}

/** Whether the items are objects; they are all of one type, and none is a list. */
function holdsObjects(...lists: readonly (readonly Json[])[]): boolean {
  const types = new Set(
    lists.flat().map((item) => (isJsonArray(item) ? 'list' : item === null ? 'null' : typeof item)),
  );
  if (types.size > 1 || types.has('list')) throw invalid('the items of a merged list are not all of one type');
  return types.has('object');
}

function withoutScalars(original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  const gone = new Set(patch);
  return original.filter((item) => !gone.has(item));
}

/** A new value as it is stored: what a directive marks is left out, undefined for the value itself. */
function withoutDirectives(value: Json): Json | undefined {
  if (isJsonArray(value)) return value.flatMap((item) => withoutDirectives(item) ?? (item === null ? [null] : []));
  if (!isJsonObject(value)) return value;
  if (ownField(value, PATCH) !== undefined) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, field && withoutDirectives(field)]));
}

function without(object: JsonObject, gone: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !gone(name)));
}

function invalid(message: string): KapplyError {
  return inputError('StrategicPatchInvalid', `the strategic merge patch is malformed: ${message}`);
}
