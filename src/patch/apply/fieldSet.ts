/**
 * Sets of fields, as trees: what a manager owns, what a change touched (structured-merge-diff, fieldpath/set.go). A field
 * can be a member with or without members below it; a set never holds a node that leads to no member. Sets are values:
 * only `FieldSetBuilder` fills one, and everything else returns a new one, sharing what did not change.
 */
import { type Path, type PathElement, compareElements } from './pathElement.js';

export interface FieldNode {
  /** The field itself belongs to the set. */
  readonly member: boolean;
  /** The members below it. */
  readonly children: FieldSet;
}

export type FieldSet = ReadonlyMap<PathElement, FieldNode>;

export const NO_FIELDS: FieldSet = new Map();

export interface FieldSetBuilder {
  /** Adds one field, not its parents. The empty path, the whole object, is never a member. */
  insert(path: Path): void;
  readonly set: FieldSet;
}

interface MutableNode {
  member: boolean;
  readonly children: Map<PathElement, MutableNode>;
}

/** A set that paths can be put into, until it is handed on. */
export function buildFieldSet(): FieldSetBuilder {
  const root = new Map<PathElement, MutableNode>();
  return {
    set: root,
    insert(path) {
      let nodes = root;
      path.forEach((element, depth) => {
        let node = nodes.get(element);
        if (node === undefined) {
          node = { member: false, children: new Map() };
          nodes.set(element, node);
        }
        if (depth === path.length - 1) node.member = true;
        nodes = node.children;
      });
    },
  };
}

/** A set of these paths. */
export function fieldSet(...paths: readonly Path[]): FieldSet {
  const builder = buildFieldSet();
  paths.forEach((path) => builder.insert(path));
  return builder.set;
}

/** True where the set has the path itself, not only what is below it. */
export function hasField(set: FieldSet, path: Path): boolean {
  let nodes: FieldSet | undefined = set;
  let node: FieldNode | undefined;
  for (const element of path) {
    node = nodes?.get(element);
    nodes = node?.children;
  }
  return node?.member === true;
}

/** What a set has below a step; nothing where the step leads to no member. */
export function childrenOf(set: FieldSet, element: PathElement): FieldSet {
  return set.get(element)?.children ?? NO_FIELDS;
}

/** True where the set has the path, or a field below it. */
export function leadsTo(set: FieldSet, path: Path): boolean {
  const [element, ...rest] = path;
  return element === undefined || (set.has(element) && leadsTo(childrenOf(set, element), rest));
}

/** The paths of the fields below which the set has none, in the order of the set. */
export function leavesOf(set: FieldSet): Path[] {
  return [...set].flatMap(([element, { children }]) =>
    children.size === 0 ? [[element]] : leavesOf(children).map((path) => [element, ...path]),
  );
}

/** The fields that are in either set. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (right.size === 0) return left;
  if (left.size === 0) return right;
  const result = new Map(left);
  for (const [element, node] of right) {
    const other = left.get(element);
    result.set(
      element,
      other === undefined
        ? node
        : { member: node.member || other.member, children: union(other.children, node.children) },
    );
  }
  return result;
}

/** The fields that are in both sets. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combined(left, (node, element) => {
    const other = right.get(element);
    return other && { member: node.member && other.member, children: intersection(node.children, other.children) };
  });
}

/** What is in `left` and not in `right`; to take a parent away leaves its children. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  if (right.size === 0) return left;
  return combined(left, (node, element) => {
    const other = right.get(element);
    if (other === undefined) return node;
    return { member: node.member && !other.member, children: difference(node.children, other.children) };
  });
}

/** What is in `left` and not in `right`; to take a parent away takes its children as well. */
export function recursiveDifference(left: FieldSet, right: FieldSet): FieldSet {
  if (right.size === 0) return left;
  return combined(left, (node, element) => {
    const other = right.get(element);
    if (other === undefined) return node;
    if (other.member) return undefined;
    return { member: node.member, children: recursiveDifference(node.children, other.children) };
  });
}

/** Rebuilds a set node by node, leaving out nodes without members. */
function combined(set: FieldSet, change: (node: FieldNode, element: PathElement) => FieldNode | undefined): FieldSet {
  const result = new Map<PathElement, FieldNode>();
  for (const [element, node] of set) {
    const changed = change(node, element);
    if (changed !== undefined && (changed.member || changed.children.size > 0)) result.set(element, changed);
  }
  return result;
}

/** Whether two sets hold the same fields. */
export function fieldSetsEqual(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  if (left.size !== right.size) return false;
  for (const [element, node] of left) {
    const other = right.get(element);
    if (other?.member !== node.member || !fieldSetsEqual(node.children, other.children)) return false;
  }
  return true;
}

/** Every path of the set in canonical order: the members at a level before what lies below them. */
export function pathsOf(set: FieldSet, prefix: Path = []): Path[] {
  const nodes = sortedNodes(set);
  return [
    ...nodes.filter(([, node]) => node.member).map(([element]) => [...prefix, element]),
    ...nodes.flatMap(([element, node]) => pathsOf(node.children, [...prefix, element])),
  ];
}

/** The nodes of one level in canonical order. */
export function sortedNodes(set: FieldSet): [PathElement, FieldNode][] {
  return [...set].sort(([a], [b]) => compareElements(a, b));
}
