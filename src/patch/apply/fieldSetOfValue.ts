import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { type FieldNode, type FieldSet, buildFieldSet } from './fieldSet.js';
import { itemElements } from './listItems.js';
import { type Path, type PathElement, fieldElement, fieldName, isKeyElement } from './pathElement.js';
import { type ListShape, type MapShape, type Shape, branchOf, narrow } from './shape.js';

/**
 * Every leaf, item and key of a map that the value mentions: what its manager owns after it applied it
 * (structured-merge-diff, typed/tofieldset.go).
 */
export function fieldSetOfValue(shape: Shape, value: Json): FieldSet {
  const builder = buildFieldSet();

  const visit = (at: Shape, node: Json, path: Path): void => {
    const branch = branchOf(at, narrow(at, node));
    if (branch === 'scalar') {
      builder.insert(path);
      return;
    }
    const part = branch === 'list' ? at.list : at.map;
    if (part?.atomic === true) builder.insert(path);
    else if (branch === 'list' && at.list !== undefined && isJsonArray(node)) visitItems(at.list, node, path);
    else if (branch === 'map' && at.map !== undefined && isJsonObject(node)) visitFields(at.map, node, path);
  };

  const visitItems = (list: ListShape, items: readonly Json[], path: Path): void => {
    const elements = itemElements(list, items);
    const counts = new Map<PathElement, number>();
    for (const [element] of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
    for (const [element, item] of elements) {
      // Items that cannot be told apart are owned together, without their parts.
      if (counts.get(element) === 1) visit(list.items(), item, [...path, element]);
      builder.insert([...path, element]);
    }
  };

  const visitFields = (map: MapShape, object: JsonObject, path: Path): void => {
    for (const [name, field] of Object.entries(object)) {
      const shape = map.field(name);
      if (field === undefined || shape === undefined) continue;
      const to = [...path, fieldElement(name)];
      visit(shape, field, to);
      const empty = field === null || (isJsonObject(field) && Object.keys(field).length === 0);
      if (empty || !map.declares(name)) builder.insert(to);
    }
  };

  visit(shape, value, []);
  return builder.set;
}

/**
 * Adds the fields that the schema names and that lead to members: a set of `spec.replicas` then holds `spec` as well
 * (fieldpath/set.go, EnsureNamedFieldsAreMembers).
 */
export function withNamedFields(set: FieldSet, shape: Shape | undefined): FieldSet {
  const result = new Map<PathElement, FieldNode>();
  for (const [element, node] of set) {
    const name = fieldName(element);
    const named = name !== undefined && shape?.map?.declares(name) === true && node.children.size > 0;
    result.set(element, {
      member: node.member || named,
      children: withNamedFields(node.children, partShape(shape, element)),
    });
  }
  return result;
}

/** The shape of a field or item of a value. */
export function partShape(shape: Shape | undefined, element: PathElement): Shape | undefined {
  const name = fieldName(element);
  if (name !== undefined) return shape?.map?.field(name);
  return isKeyElement(element) ? shape?.list?.items() : undefined;
}
