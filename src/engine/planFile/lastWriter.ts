/** Who wrote a field last, as managedFields tell. Pure. */
import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { fieldElement, formatPath, keysOf, parseElement, type PathElement } from '../../patch/apply/pathElement.js';
import { jsonEqual } from '../../patch/jsonEqual.js';
import type { FieldPath } from '../plan/change/changedPaths.js';

export interface Writer {
  readonly manager: string;
  /** RFC 3339; undefined where the entry has none. */
  readonly at: string | undefined;
}

export interface PlacedField {
  /** `.spec.template.spec.containers[name="app"].image` */
  readonly path: string;
  /** undefined where nobody owns what lives there: a field that was removed has no owner. */
  readonly writer: Writer | undefined;
}

/** The field in words, with whoever wrote it last. */
export function placeField(live: KubeObject, path: FieldPath): PlacedField {
  const entries = (live.metadata.managedFields ?? []).filter(({ subresource }) => subresource !== 'status');
  const walks = entries.map((entry) => ({ entry, ...walk(entry, live, path) }));
  const [last] = walks.filter(({ isOwner }) => isOwner).sort((a, b) => timeOf(b.entry) - timeOf(a.entry));
  const [deepest] = [...walks].sort((a, b) => b.elements.length - a.elements.length);
  const known = deepest?.elements ?? [];
  const rest = path.slice(known.length).map((step) => (typeof step === 'number' ? `i:${step}` : fieldElement(step)));
  const { manager = 'unknown', subresource = '', time } = last?.entry ?? {};
  return {
    path: formatPath([...known, ...rest]),
    writer:
      last === undefined
        ? undefined
        : { manager: subresource === '' ? manager : `${manager} (${subresource})`, at: time },
  };
}

function timeOf({ time = '' }: ManagedFieldsEntry): number {
  return Date.parse(time) || 0;
}

/** How far the entry's fields lead along the path; whoever owns a list or a map as a whole owns what is in it. */
function walk(
  { fieldsV1 }: ManagedFieldsEntry,
  live: KubeObject,
  path: FieldPath,
): { readonly elements: readonly PathElement[]; readonly isOwner: boolean } {
  const elements: PathElement[] = [];
  let fields: JsonObject | undefined = fieldsV1;
  let value = live as unknown as Json | undefined;
  for (const step of path) {
    // Nothing below: it owns all of it.
    if (fields !== undefined && Object.keys(fields).length === 0) return { elements, isOwner: elements.length > 0 };
    const next =
      typeof step === 'number' ? itemOf(value, step) : isJsonObject(value) ? ownField(value, step) : undefined;
    const name = typeof step === 'number' ? nameOfItem(fields ?? {}, next, step) : fieldElement(step);
    if (name === undefined || fields === undefined || !Object.hasOwn(fields, name)) return { elements, isOwner: false };
    const below: Json | undefined = fields[name];
    fields = isJsonObject(below) ? below : {};
    elements.push(parseElement(name) ?? name);
    value = next;
  }
  return { elements, isOwner: true };
}

function itemOf(list: Json | undefined, index: number): Json | undefined {
  return isJsonArray(list) ? list[index] : undefined;
}

/** The name under which FieldsV1 keeps an item of a list: by its key fields, its value or its index. */
function nameOfItem(fields: JsonObject, item: Json | undefined, index: number): string | undefined {
  return Object.keys(fields).find((name) => {
    if (name === `i:${index}`) return true;
    if (name.startsWith('v:')) return jsonEqual(JSON.parse(name.slice(2)) as Json, item);
    if (!name.startsWith('k:') || !isJsonObject(item)) return false;
    const keys = keysOf(name);
    return keys.length > 0 && keys.every(([key, value]) => jsonEqual(ownField(item, key) ?? null, value));
  });
}
