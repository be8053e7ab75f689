import { isJsonArray, isJsonObject, ownField } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { jsonEqual } from '../jsonEqual.js';
import { type FieldSet, type FieldSetBuilder, buildFieldSet, recursiveDifference } from './fieldSet.js';
import { itemElements } from './listItems.js';
import { type Path, type PathElement, fieldElement } from './pathElement.js';
import { type Branch, type ListShape, type MapShape, type Shape, branchOf, narrow } from './shape.js';

/** Which fields a change removed, modified and added; no field is in more than one. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

/** Compares two values of one shape (structured-merge-diff, typed/compare.go). */
export function compareShaped(shape: Shape, before: Json, after: Json): Comparison {
  const removed = buildFieldSet();
  const modified = buildFieldSet();
  const added = buildFieldSet();
  const walk: Walk = { removed, modified, added };
  compareAt(walk, shape, before, after, []);
  return { removed: removed.set, modified: modified.set, added: added.set };
}

/** The comparison without the fields that do not count, and what is below them. */
export function withoutIgnored({ removed, modified, added }: Comparison, ignored: FieldSet): Comparison {
  return {
    removed: recursiveDifference(removed, ignored),
    modified: recursiveDifference(modified, ignored),
    added: recursiveDifference(added, ignored),
  };
}

interface Walk {
  readonly removed: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly added: FieldSetBuilder;
}

/** One side may be undefined, absent; null is a value of its own that takes the other side's branch. */
function compareAt(walk: Walk, shape: Shape, before: Json | undefined, after: Json | undefined, path: Path): void {
  const left = narrow(shape, before);
  const right = narrow(shape, after);
  let leaf: boolean;
  if (after === undefined) leaf = compareBranch(walk, shape, left, before, after, path);
  else if (before === undefined || left === right) leaf = compareBranch(walk, shape, right, before, after, path);
  else {
    compareBranch(walk, shape, left, before, after, path);
    leaf = compareBranch(walk, shape, right, before, after, path);
  }
  if (leaf) return;
  if (before === undefined) walk.added.insert(path);
  else if (after === undefined) walk.removed.insert(path);
}

/** Compares by one branch; true where the value is one leaf there. */
function compareBranch(
  walk: Walk,
  shape: Shape,
  branch: Branch | undefined,
  before: Json | undefined,
  after: Json | undefined,
  path: Path,
): boolean {
  const taken = branchOf(shape, branch);
  if (taken === 'list' && shape.list !== undefined) {
    const left = isJsonArray(before) ? before : undefined;
    const right = isJsonArray(after) ? after : undefined;
    if (!shape.list.atomic && ((left?.length ?? 0) > 0 || (right?.length ?? 0) > 0)) {
      compareItems(walk, shape.list, left ?? [], right ?? [], path);
      return false;
    }
  } else if (taken === 'map' && shape.map !== undefined) {
    const left = isJsonObject(before) ? before : {};
    const right = isJsonObject(after) ? after : {};
    if (!shape.map.atomic && (Object.keys(left).length > 0 || Object.keys(right).length > 0)) {
      compareFields(walk, shape.map, left, right, path);
      return false;
    }
  }
  if (before === undefined) walk.added.insert(path);
  else if (after === undefined) walk.removed.insert(path);
  else if (!jsonEqual(before, after)) walk.modified.insert(path);
  return true;
}

function compareFields(walk: Walk, map: MapShape, before: JsonObject, after: JsonObject, path: Path): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const left = ownField(before, name);
    const right = ownField(after, name);
    const shape = map.field(name);
    if (shape === undefined || (left === undefined && right === undefined)) continue;
    compareAt(walk, shape, left, right, [...path, fieldElement(name)]);
  }
}

function compareItems(walk: Walk, list: ListShape, before: readonly Json[], after: readonly Json[], path: Path): void {
  const left = grouped(list, before);
  const right = grouped(list, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const [olds, news] = [left.get(element) ?? [], right.get(element) ?? []];
    const at = [...path, element];
    if (olds.length <= 1 && news.length <= 1) {
      compareAt(walk, list.items(), olds[0], news[0], at);
    } else if (olds.length > 1 && news.length > 1) {
      if (!jsonEqual(olds, news)) walk.modified.insert(at);
    } else if (olds.length > 1) {
      // They could not be told apart, now there is one or none.
      if (news.length > 0) compareAt(walk, list.items(), undefined, news[0], at);
      walk.removed.insert(at);
    } else {
      if (olds.length > 0) compareAt(walk, list.items(), olds[0], undefined, at);
      walk.added.insert(at);
    }
  }
}

function grouped(list: ListShape, items: readonly Json[]): Map<PathElement, Json[]> {
  const groups = new Map<PathElement, Json[]>();
  for (const [element, item] of itemElements(list, items)) {
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}
