/** Between the trees of objects and the nodes of a text within one: how go-yaml v3 writes what a replacement puts there. */
import { type Node, Pair, Scalar, YAMLMap, YAMLSeq, isMap as isMapNode, isScalar as isScalarNode, isSeq } from 'yaml';
import { plainScalar } from '../resources/scalarText.js';
import { isFlow, isQuotedField } from '../resources/styles.js';
import {
  SourceScalar,
  type Tree,
  type TreeScalar,
  emptyMap,
  isList,
  isMap,
  setField,
  textOf,
} from '../resources/tree.js';
import { styleUnquoted } from '../yaml/emitScalar.js';

const TYPES = {
  plain: Scalar.PLAIN,
  single: Scalar.QUOTE_SINGLE,
  double: Scalar.QUOTE_DOUBLE,
  literal: Scalar.BLOCK_LITERAL,
} as const;

/** What a node of the text says. */
export function treeOf(node: Node): Tree {
  if (isScalarNode(node)) {
    const text = String(node.value);
    return node.type === Scalar.PLAIN && node.tag === undefined ? plainScalar(text) : text;
  }
  if (isSeq(node)) return node.items.map((item) => treeOf(item as Node));
  const map = emptyMap();
  if (isMapNode(node)) {
    for (const { key, value } of node.items)
      setField(map, String(isScalarNode(key) ? key.value : key), treeOf(value as Node));
  }
  return map;
}

/** Writes a single value where another one stands, in the quotes of that one; without them, a string keeps itself by quotes. */
export function setScalar(node: Scalar, value: Tree): void {
  const text = textOf(value);
  node.value = text;
  if (node.type !== Scalar.PLAIN || node.tag !== undefined) return;
  node.type = typeof value === 'string' && plainScalar(text) !== text ? Scalar.QUOTE_DOUBLE : typeFor(text);
}

/** A new node: braces and quotes stay where they are known. */
export function nodeOf(tree: Tree): Node {
  if (isList(tree)) {
    const list = new YAMLSeq();
    list.items = tree.map(nodeOf);
    list.flow = isFlow(tree);
    return list;
  }
  if (!isMap(tree)) return newScalar(tree, false);
  const map = new YAMLMap();
  map.flow = isFlow(tree);
  for (const [name, value] of Object.entries(tree)) {
    const field =
      isMap(value) || isList(value) ? nodeOf(value) : newScalar(value ?? null, isQuotedField(tree, name) === true);
    map.items.push(new Pair(newScalar(name, false), field));
  }
  return map;
}

/** A value that was made for the path has no type of its own, and is written as it is (plainScalar); a string has one. */
function newScalar(value: TreeScalar, quoted: boolean): Scalar {
  const text = value instanceof SourceScalar ? value.text : textOf(value);
  const scalar = new Scalar(text);
  const needed = typeof value === 'string' && plainScalar(text) !== text;
  scalar.type = quoted || needed ? Scalar.QUOTE_DOUBLE : typeFor(text);
  return scalar;
}

function typeFor(text: string): (typeof TYPES)[keyof typeof TYPES] {
  return TYPES[styleUnquoted(text)];
}
