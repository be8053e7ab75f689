/**
 * Proves, without asking the server, that a server-side apply would change nothing. The proof stands on managedFields:
 * what our Apply entry owns is what our last apply sent, as long as nobody has changed it since (whoever changes a value
 * takes its ownership from us). So an apply is a no-op where the fields that it would own are exactly those that we own,
 * and every value is the live one. The live object is walked, not a schema: custom resources and newer servers are served
 * alike. Whatever is not proved is asked of the server; a proof that is wrong would be a change that is never made.
 */
import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { canonicalQuantity } from '../../objects/quantity.js';
import { jsonEqual } from '../jsonEqual.js';
import type { FieldNode, FieldSet } from './fieldSet.js';
import { parseFieldsV1 } from './fieldsV1.js';
import { meaningOf } from './listItems.js';
import { type PathElement, fieldElement, fieldName, isKeyElement } from './pathElement.js';
import { type Shape } from './shape.js';
import { partShape } from './fieldSetOfValue.js';

export interface NoOpQuestion {
  /** The object as the server has it, in the version of `desired`. */
  readonly live: KubeObject;
  /** What would be sent. */
  readonly desired: KubeObject;
  /** The field manager of the apply. */
  readonly manager: string;
  /**
   * The kind's shape, where it is known: it tells a map that is owned as a whole (a label selector) from one that was
   * empty when it was applied, and fields whose values are quantities.
   */
  readonly shape?: Shape | undefined;
}

/** Metadata that names the object: nobody owns it. */
const NAMING = new Set(['name', 'namespace']);
/** Maps of built-in kinds whose values are quantities (core/v1 ResourceList). */
const QUANTITY_MAPS = new Set(['limits', 'requests', 'hard', 'capacity']);

/** True where applying `desired` as `manager` would leave the live object, and who owns what in it, as it is. */
export function isProvenNoOp({ live, desired, manager, shape }: NoOpQuestion): boolean {
  if (live.apiVersion !== desired.apiVersion || live.kind !== desired.kind) return false;
  if (live.metadata.deletionTimestamp !== undefined) return false;
  const entries = live.metadata.managedFields ?? [];
  const own = entries.filter((entry) => isApplyOf(entry, manager));
  const [entry] = own;
  if (entry === undefined || own.length > 1 || entry.apiVersion !== desired.apiVersion) return false;
  const owned = parseFieldsV1(entry.fieldsV1);
  const others = entries.filter((other) => other !== entry).map(({ fieldsV1 }) => parseFieldsV1(fieldsV1));
  return isSameObject(nameless(desired), nameless(live), owned, { others, shape, quantityMap: false, quantity: false });
}

function isApplyOf({ operation, manager, subresource = '' }: ManagedFieldsEntry, wanted: string): boolean {
  return operation === 'Apply' && manager === wanted && subresource === '';
}

/** The object without what nobody owns: its kind, its name, and metadata that is empty then. */
function nameless(object: KubeObject): JsonObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  const named = Object.entries(metadata).filter(([field, value]) => !NAMING.has(field) && value !== undefined);
  return {
    ...(rest as unknown as JsonObject),
    ...(named.length > 0 && { metadata: Object.fromEntries<Json>(named as [string, Json][]) }),
  };
}

interface Place {
  /** What other managers own at this place. */
  readonly others: readonly FieldSet[];
  readonly shape: Shape | undefined;
  /** A field of the schema whose values are quantities; a key of a ConfigMap that is called so is none. */
  readonly quantityMap: boolean;
  /**
   * The value of such a map, which nobody owns with us: to the server, `1000m` beside another owner's `1` is another
   * value, although it stores the same (seen).
   */
  readonly quantity: boolean;
}

function placeBelow({ others, shape, quantityMap }: Place, element: PathElement): Place {
  const name = fieldName(element);
  return {
    others: others.flatMap((set) => {
      const below = set.get(element)?.children;
      return below === undefined || below.size === 0 ? [] : [below];
    }),
    shape: partShape(shape, element),
    quantityMap: name !== undefined && QUANTITY_MAPS.has(name) && shape?.map?.declares(name) === true,
    quantity: quantityMap && !others.some((set) => set.get(element)?.member === true),
  };
}

function isSame(desired: Json, live: Json | undefined, node: FieldNode, place: Place): boolean {
  // What is owned as a whole has nothing below it; a map or list that was empty once looks the same.
  if (node.children.size === 0) return isSameWhole(desired, live, place);
  if (isJsonObject(desired)) return isJsonObject(live) && isSameObject(desired, live, node.children, place);
  return isJsonArray(desired) && isJsonArray(live) && isSameList(desired, live, node.children, place);
}

function isSameWhole(desired: Json, live: Json | undefined, { others, shape, quantity }: Place): boolean {
  if (desired === null) return false;
  // A built-in kind is a Go struct, which does not keep `value: ''`: what is owned and absent was sent as its zero.
  if (live === undefined) return shape !== undefined && (desired === '' || desired === 0 || desired === false);
  // `strategy: {}` leaves what the server has put there.
  if (isJsonObject(desired) && Object.keys(desired).length === 0 && shape?.map?.atomic === false)
    return isJsonObject(live);
  const isMap = isJsonObject(desired) && Object.keys(desired).length > 0;
  if (isMap && shape?.map?.atomic !== true) return false;
  const isList = isJsonArray(desired) && desired.length > 0;
  // Somebody owns a part of it, so it is no whole: it was empty when we applied it.
  if (isList && others.length > 0) return false;
  if (isList && shape !== undefined && shape.list?.atomic !== true) return false;
  return jsonEqual(desired, live) || (quantity && isSameQuantity(desired, live));
}

function isSameQuantity(desired: Json, live: Json): boolean {
  if (typeof live !== 'string' || (typeof desired !== 'string' && typeof desired !== 'number')) return false;
  const canonical = canonicalQuantity(desired);
  return canonical !== undefined && canonical === canonicalQuantity(live);
}

function isSameObject(desired: JsonObject, live: JsonObject, owned: FieldSet, place: Place): boolean {
  let matched = 0;
  for (const [name, value] of Object.entries(desired)) {
    if (value === undefined) continue;
    const element = fieldElement(name);
    const node = owned.get(element);
    if (node === undefined) {
      if (!isUnownedEmptyList(value, ownField(live, name), partShape(place.shape, element))) return false;
      continue;
    }
    matched += 1;
    if (!isSame(value, ownField(live, name), node, placeBelow(place, element))) return false;
  }
  return matched === owned.size;
}

/** An empty list of items that are owned one by one is owned by nobody. Of a list as a whole, even an empty one is. */
function isUnownedEmptyList(desired: Json, live: Json | undefined, shape: Shape | undefined): boolean {
  const isEmpty = (value: Json): boolean => isJsonArray(value) && value.length === 0;
  return isEmpty(desired) && shape?.list?.atomic === false && (live === undefined || isEmpty(live));
}

/** A list whose items are owned one by one: each of ours is one of the live ones, and they stand in the same order. */
function isSameList(desired: readonly Json[], live: readonly Json[], owned: FieldSet, place: Place): boolean {
  if (owned.size !== desired.length) return false;
  const elements = [...owned.keys()].map((element) => ({ element, means: meaningOf(element) }));
  const taken = new Set<PathElement>();
  let after = -1;
  for (const item of desired) {
    const mine = elements.filter(({ element, means }) => !taken.has(element) && means(item));
    const { element, means = () => false } = mine[0] ?? {};
    const node = element === undefined ? undefined : owned.get(element);
    // Two fit where an item leaves out a key that has a default: which is meant, only the server knows.
    if (element === undefined || node === undefined || mine.length > 1) return false;
    taken.add(element);
    const found = live.flatMap((other, index) => (means(other) ? [index] : []));
    const [at] = found;
    if (at === undefined || found.length > 1 || at < after) return false;
    after = at;
    // An item of a set is its value.
    if (isKeyElement(element) && !isSame(item, live[at], node, placeBelow(place, element))) return false;
  }
  return true;
}
