/**
 * What an object has besides the fields that are applied, near the fields that the server finds invalid: the `value`
 * beside a new `valueFrom`, the `rollingUpdate` of a strategy that is Recreate now. Pure.
 */
import type { StatusCause } from '../../../cluster/apiError.js';
import { isJsonArray, isJsonObject } from '../../../objects/json.js';
import type { Json, KubeObject, ManagedFieldsEntry } from '../../../objects/object.js';
import { childrenOf, leadsTo, union, type FieldSet } from '../../../patch/apply/fieldSet.js';
import { ownedBy, parseFieldsV1 } from '../../../patch/apply/fieldsV1.js';
import { meaningOf } from '../../../patch/apply/listItems.js';
import { fieldElement, type Path, type PathElement } from '../../../patch/apply/pathElement.js';

/** One field, with all below it, that nobody applies any more and that may exclude what is applied. */
export interface Obstacle {
  readonly path: Path;
  /** Who put it there; none where it is a default of the server. */
  readonly managers: readonly string[];
}

/** Further than this nobody looks: an object in which so much is foreign is not invalid because of one field. */
const MOST = 24;

/**
 * @param merged what was found invalid
 * @param applied the fields of it that we apply
 * @param entries who owns what on the live object, our own entry aside
 * @returns the nearest first; several where one alone cannot be told from the others
 */
export function obstaclesNear(
  { field = '' }: StatusCause,
  merged: KubeObject,
  applied: FieldSet,
  entries: readonly ManagedFieldsEntry[],
): Obstacle[] {
  const all = union(applied, ownedBy(entries));
  const steps = walk(merged, field, all);
  const own = steps.at(-1);
  const parent = steps.at(-2);
  if (own === undefined) return [];
  const scopes = [own, ...(parent === undefined || parent.path.length < 2 ? twins(field, merged, all) : [parent])];
  const paths = new Map<string, Path>();
  const list = steps.at(-3);
  for (const scope of scopes) {
    // What stands beside the field itself is in its way sooner than what lies deep in another one.
    const found = unapplied(scope, applied, all).toSorted((a, b) => a.length - b.length);
    for (const path of found) paths.set(path.join('\n'), path);
  }
  // A name that is unique in a list: the item that has it already, where nobody applies that.
  if (list !== undefined && isJsonArray(list.value)) {
    const items = unapplied(list, applied, all).filter((path) => path.length === list.path.length + 1);
    for (const path of items) paths.set(path.join('\n'), path);
  }
  return [...paths.values()].slice(0, MOST).map((path) => ({ path, managers: ownersOf(path, entries) }));
}

/** The same key in the other maps of an object: `binaryData.a` of `data[a]`, of which a ConfigMap has one. */
function twins(field: string, merged: KubeObject, fields: FieldSet): Step[] {
  const [top, key, ...deeper] = namesIn(field);
  if (top === undefined || key === undefined || deeper.length > 0) return [];
  const { apiVersion: _, kind: __, metadata: ___, status: ____, [top]: _____, ...others } = merged;
  return Object.keys(others).flatMap((other) => {
    const steps = walkNames(merged, [other, key], fields);
    return steps.length === 2 ? steps.slice(1) : [];
  });
}

interface Step {
  readonly path: Path;
  readonly value: Json;
}

/** The values on the way to a field of an error, `spec.containers[0].env[1].value`, as far as there are any. */
function walk(object: KubeObject, field: string, fields: FieldSet): Step[] {
  return walkNames(object, namesIn(field), fields);
}

function namesIn(field: string): string[] {
  return field.split(/[.[\]]+/).filter((part) => part !== '');
}

function walkNames(object: KubeObject, names: readonly string[], fields: FieldSet): Step[] {
  const steps: Step[] = [];
  let at: Json = object as unknown as Json;
  let path: Path = [];
  for (const name of names) {
    const key = elementOf(at, name, setAt(fields, path));
    if (key === undefined) break;
    at = childValue(at, name) ?? null;
    path = [...path, key];
    steps.push({ path, value: at });
  }
  return steps;
}

function childValue(value: Json, name: string): Json | undefined {
  if (isJsonArray(value)) return value[Number(name)];
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function elementOf(value: Json, name: string, fields: FieldSet): PathElement | undefined {
  const child = childValue(value, name);
  if (child === undefined) return undefined;
  if (!isJsonArray(value)) return fieldElement(name);
  return [...fields.keys()].find((element) => meaningOf(element)(child, Number(name)));
}

/** The outermost fields at or below a step that nobody applies. */
function unapplied({ path, value }: Step, applied: FieldSet, all: FieldSet): Path[] {
  if (!leadsTo(applied, path)) return [path];
  // A leaf in everybody's set is one value: what is applied of it is all of it.
  if (setAt(all, path).size === 0) return [];
  const children: (readonly [string, Json])[] = isJsonArray(value)
    ? value.map((item, index) => [String(index), item] as const)
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const]))
      : [];
  return children.flatMap(([name, item]) => {
    const key = elementOf(value, name, setAt(all, path));
    return key === undefined ? [] : unapplied({ path: [...path, key], value: item }, applied, all);
  });
}

function setAt(fields: FieldSet, path: Path): FieldSet {
  return path.reduce(childrenOf, fields);
}

function ownersOf(path: Path, entries: readonly ManagedFieldsEntry[]): string[] {
  const owners = entries.filter(({ fieldsV1 }) => leadsTo(parseFieldsV1(fieldsV1), path));
  return [...new Set(owners.map(({ manager = 'unknown' }) => manager))];
}
