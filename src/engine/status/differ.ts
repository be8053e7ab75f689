/** The places at which a live object is not as its manifest says. Pure. */
import { canonicalQuantity } from '../../objects/quantity.js';
import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';
import type { FieldSet } from '../../patch/apply/fieldSet.js';
import { partShape } from '../../patch/apply/fieldSetOfValue.js';
import { fieldElement, fieldName, keyElement, valueElement, type Path } from '../../patch/apply/pathElement.js';
import type { Shape } from '../../patch/apply/shape.js';
import { jsonEqual } from '../../patch/jsonEqual.js';

interface Place {
  readonly path: Path;
  readonly shape: Shape | undefined;
  /** What the managers own at this place: it tells the keys of a list whose kind is not known. */
  readonly owned: readonly FieldSet[];
}

/** The outermost paths of the manifest at which something else lives. */
export function differ(desired: Json | undefined, live: Json | undefined, place: Place): Path[] {
  if (desired === undefined || desired === null || jsonEqual(desired, live)) return [];
  if (isLeftOut(desired, live, place)) return [];
  if (isJsonObject(desired) && isJsonObject(live)) {
    return Object.entries(desired).flatMap(([name, value]) =>
      differ(value, ownField(live, name), below(place, fieldElement(name))),
    );
  }
  if (isJsonArray(desired) && isJsonArray(live)) return differInItems(desired, live, place);
  return isSameQuantity(desired, live, place) ? [] : [place.path];
}

/** What a Go struct does not keep: an empty value that is not there. */
function isLeftOut(desired: Json, live: Json | undefined, { shape }: Place): boolean {
  if (isJsonObject(desired) && Object.keys(desired).length === 0) return live === undefined || isJsonObject(live);
  if (live !== undefined) return false;
  const isEmptyList = isJsonArray(desired) && desired.length === 0;
  if (isEmptyList) return true;
  // Maps and structs of which nothing is kept are not kept themselves.
  if (isJsonObject(desired)) return Object.values(desired).every((part) => part === undefined || part === null);
  return shape !== undefined && (desired === '' || desired === 0 || desired === false);
}

const QUANTITIES = new Set(['limits', 'requests', 'hard', 'capacity', 'sizeLimit', 'divisor', 'averageValue', 'value']);

/** `1000m` is stored as `1`; only where quantities stand, since a text of a ConfigMap may look like one. */
function isSameQuantity(desired: Json, live: Json | undefined, { path }: Place): boolean {
  const isAmount = (value: Json | undefined): value is string | number =>
    typeof value === 'string' || typeof value === 'number';
  if (!isAmount(desired) || !isAmount(live) || fieldName(path[0] ?? '') !== 'spec') return false;
  const names = path.slice(-2).map(fieldName);
  // An `env` has a `value` as well.
  const isText = path.includes('f:env');
  if (isText || !names.some((name) => name !== undefined && QUANTITIES.has(name))) return false;
  const canonical = canonicalQuantity(desired);
  return canonical !== undefined && canonical === canonicalQuantity(live);
}

function differInItems(desired: readonly Json[], live: readonly Json[], place: Place): Path[] {
  const keys = keysOf(place);
  if (keys.length > 0) {
    return desired.flatMap((item) => {
      const keyed = elementOf(item, keys, place.shape);
      if (keyed === undefined) return [place.path];
      const found = live.find((other) => elementOf(other, keys, place.shape) === keyed);
      const at = below(place, keyed);
      return found === undefined ? [at.path] : differ(item, found, at);
    });
  }
  if (place.shape?.list?.atomic === false) {
    return desired
      .filter((item) => !live.some((other) => jsonEqual(item, other)))
      .map((item) => [...place.path, valueElement(item)]);
  }
  // Owned as a whole; what the server put into the items is not the manifest's.
  if (desired.length !== live.length) return [place.path];
  const isSame = desired.every(
    (item, index) => differ(item, live[index], { ...place, shape: place.shape?.list?.items() }).length === 0,
  );
  return isSame ? [] : [place.path];
}

/** The fields that tell items apart: the kind's, or those by which the managers own them. */
function keysOf({ shape, owned }: Place): readonly string[] {
  if (shape?.list !== undefined) return shape.list.atomic ? [] : shape.list.keys;
  for (const fields of owned) {
    for (const element of fields.keys()) {
      if (element.startsWith('k:')) return Object.keys(JSON.parse(element.slice(2)) as object);
    }
  }
  return [];
}

/** The element of an item by its keys, with their defaults; undefined where one is missing. */
function elementOf(item: Json, keys: readonly string[], shape: Shape | undefined): string | undefined {
  if (!isJsonObject(item)) return undefined;
  const fields = keys.map((key) => [key, ownField(item, key) ?? shape?.list?.keyDefault(key)] as const);
  const known = fields.filter((field): field is readonly [string, Json] => field[1] !== undefined);
  return known.length === 0 ? undefined : keyElement(known);
}

function below({ path, shape, owned }: Place, element: string): Place {
  return {
    path: [...path, element],
    shape: partShape(shape, element),
    owned: owned.flatMap((fields) => fields.get(element)?.children ?? []),
  };
}

/** What we applied once, still lives, and is no longer in the manifest: the next deploy takes it away. */
export function leftOut(owned: FieldSet, desired: Json | undefined, live: Json | undefined, path: Path): Path[] {
  return [...owned].flatMap(([element, node]): Path[] => {
    const lives = partOf(live, element);
    if (lives === undefined) return [];
    const wanted = partOf(desired, element);
    const at = [...path, element];
    if (wanted === undefined) return isEmptyValue(lives) ? [] : [at];
    return leftOut(node.children, wanted, lives, at);
  });
}

function isEmptyValue(value: Json): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) ? Object.keys(value).length === 0 : value === null;
}

function partOf(value: Json | undefined, element: string): Json | undefined {
  const name = fieldName(element);
  if (name !== undefined) return isJsonObject(value) ? ownField(value, name) : undefined;
  if (!isJsonArray(value)) return undefined;
  if (element.startsWith('i:')) return value[Number(element.slice(2))];
  if (element.startsWith('v:')) return value.find((item) => valueElement(item) === element);
  const keys = Object.entries(JSON.parse(element.slice(2)) as Record<string, Json>);
  return value.find(
    (item) =>
      isJsonObject(item) &&
      // A key that the item leaves out has its default there: a port's protocol.
      keys.every(([key, part]) => ownField(item, key) === undefined || jsonEqual(ownField(item, key), part)),
  );
}

/** Whether the field, what it lies in as a whole, or a part of it is in the set. */
export function owns(fields: FieldSet, path: Path): boolean {
  let nodes = fields;
  for (const element of path) {
    const node = nodes.get(element);
    if (node === undefined) return false;
    if (node.children.size === 0) return true;
    nodes = node.children;
  }
  return true;
}
