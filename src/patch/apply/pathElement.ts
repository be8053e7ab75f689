/**
 * Path elements: one step from an object to a part of it. They are kept as the strings that FieldsV1 uses, in canonical
 * form, so that two are equal exactly when the strings are (structured-merge-diff, fieldpath/element.go and
 * serialize-pe.go):
 *
 *     f:NAME            a field of an object
 *     k:{"name":"web"}  the item of a list whose key fields have these values, the names sorted
 *     v:"a"             the item of a set that has this value
 *     i:0               an item by its index
 */
import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json } from '../../objects/object.js';

export type PathElement = string;
export type Path = readonly PathElement[];

/** A step to the field of a map, as FieldsV1 writes it: `f:replicas`. */
export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** A step to an item of a list that is a set, by its value: `v:"a.example/finalizer"`. */
export function valueElement(value: Json): PathElement {
  return `v:${goJson(value)}`;
}

/** A step to an item of a list that is a map, by its key fields in the order of their names: `k:{"name":"app"}`. */
export function keyElement(fields: readonly (readonly [string, Json])[]): PathElement {
  const sorted = [...fields].sort(([a], [b]) => compareText(a, b));
  return `k:{${sorted.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(',')}}`;
}

/** The name of a field's element; undefined for the items of lists. */
export function fieldName(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/** Whether it is a step to an item by its key fields. */
export function isKeyElement(element: PathElement): boolean {
  return element.startsWith('k:');
}

/** The key fields of an element, with their values: `k:{"name":"app"}` → name, app. Empty for every other element. */
export function keysOf(element: PathElement): [string, Json][] {
  return isKeyElement(element) ? entriesOf(JSON.parse(element.slice(2)) as Json) : [];
}

/**
 * Reads a key of FieldsV1 into canonical form; undefined for a kind of element that is not known, which is to be ignored.
 * Throws a SyntaxError for what is malformed.
 */
export function parseElement(text: string): PathElement | undefined {
  if (text.length < 2 || text[1] !== ':') throw new SyntaxError(`"${text}" is no path element`);
  const content = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(JSON.parse(content) as Json);
    case 'k': {
      const fields = JSON.parse(content) as Json;
      if (!isJsonObject(fields)) throw new SyntaxError(`"${text}" has no key fields`);
      return keyElement(entriesOf(fields));
    }
    case 'i':
      if (!/^[+-]?[0-9]+$/.test(content)) throw new SyntaxError(`"${text}" has no index`);
      return `i:${Number(content)}`;
    default:
      return undefined;
  }
}

/** How messages show a path: `.spec.containers[name="web"].image`. */
export function formatPath(path: Path): string {
  return path.map(formatElement).join('');
}

function formatElement(element: PathElement): string {
  const content = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${content}`;
    case 'k': {
      const fields = JSON.parse(content) as { [name: string]: Json };
      return `[${Object.entries(fields)
        .map(([name, value]) => `${name}=${formatValue(value)}`)
        .join(',')}]`;
    }
    case 'v':
      return `[=${formatValue(JSON.parse(content) as Json)}]`;
    default:
      return `[${content}]`;
  }
}

function formatValue(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(value) : goJson(value);
}

const ORDER = 'fkvi';

/** The canonical order: fields by name, then keys, values and indexes. */
export function compareElements(left: PathElement, right: PathElement): number {
  if (left === right) return 0;
  const kind = left.charAt(0);
  if (kind !== right.charAt(0)) return ORDER.indexOf(kind) - ORDER.indexOf(right.charAt(0));
  const [a, b] = [left.slice(2), right.slice(2)];
  if (kind === 'f') return compareText(a, b);
  if (kind === 'i') return Number(a) - Number(b);
  const [x, y] = [JSON.parse(a) as Json, JSON.parse(b) as Json];
  return kind === 'v' ? compareValues(x, y) : compareFields(entriesOf(x), entriesOf(y));
}

function compareFields(left: readonly [string, Json][], right: readonly [string, Json][]): number {
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareText(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Any two values: numbers, then strings, booleans, lists, objects and null. */
function compareValues(left: Json, right: Json): number {
  const kind = rank(left);
  if (kind !== rank(right)) return kind - rank(right);
  if (typeof left === 'string') return compareText(left, right as string);
  if (isJsonArray(left)) {
    return compareFields(asFields(left), asFields(right as readonly Json[]));
  }
  if (isJsonObject(left)) return compareFields(sorted(entriesOf(left)), sorted(entriesOf(right)));
  return left === null ? 0 : Number(left) - Number(right);
}

function rank(value: Json): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (isJsonArray(value)) return 3;
  return value === null ? 5 : 4;
}

function asFields(items: readonly Json[]): [string, Json][] {
  return items.map((item) => ['', item]);
}

function sorted(fields: [string, Json][]): [string, Json][] {
  return fields.sort(([a], [b]) => compareText(a, b));
}

function entriesOf(value: Json): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value).map(([name, field]) => [name, field ?? null]) : [];
}

/** By bytes of UTF-8, as Go compares strings: code points, not UTF-16 units. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (/[\ud800-\udfff]/.test(left + right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

/** JSON as Go writes it: `<`, `>`, `&` and the line separators of Unicode escaped. */
function goJson(value: Json): string {
  if (typeof value === 'bigint') return value.toString();
  if (isJsonArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (isJsonObject(value)) {
    return `{${sorted(entriesOf(value))
      .map(([name, field]) => `${goJson(name)}:${goJson(field)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
