/** Changes the fields that a field spec leads to (api/filters/fieldspec). */
import { problemOfMadeKey } from '../resources/madeKeys.js';
import {
  type Tree,
  type TreeMap,
  emptyMap,
  getField,
  isList,
  isMap,
  isMissing,
  isNull,
  isScalar,
  setField,
} from '../resources/tree.js';
import { isQuotedField } from '../resources/styles.js';
import { type FieldSpec, splitFieldPath } from './fieldSpec.js';

/** The object has something else than the path of a field spec needs. */
export class FieldPathProblem extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** What kustomize takes for a place in a list, or for all places, wherever it stands (kyaml/yaml PathGetter). */
const NO_FIELD = /^(?:[+-]?[0-9]{1,18}|-|\*|\[.*\])$/s;

/**
 * Returns what takes the place of the value: the value itself, changed or not, or another one. `quoted` is whether a string is
 * not written plainly, where that is known (styles.ts).
 */
export type Update = (value: Tree, quoted: boolean | undefined) => Tree;

/**
 * Calls `update` for every field at the path of the spec; lists on the way are entered. Where a field is missing or null, the
 * spec creates fields, and `make` is given, maps are made on the way and `make()` at the end.
 * Throws FieldPathProblem where the way leads through a scalar.
 */
export function updateFields(tree: TreeMap, spec: FieldSpec, update: Update, make?: () => Tree): void {
  const names = splitFieldPath(spec.path);
  const creates = spec.create && make !== undefined;

  function walk(node: Tree, depth: number, quoted: boolean | undefined): Tree {
    const segment = names[depth];
    if (segment === undefined) return update(node, quoted);
    if (isNull(node)) return node;
    if (isList(node)) {
      for (const [index, item] of node.entries()) node[index] = walk(item, depth, undefined);
      return node;
    }
    if (!isMap(node)) {
      throw new FieldPathProblem(spec.path, `a scalar stands where ${segment} should be looked for`);
    }
    const entersList = segment.endsWith('[]');
    const name = (entersList ? segment.slice(0, -2) : segment).trim();
    if (name === '') throw new FieldPathProblem(spec.path, 'an empty field name cannot be set');
    if (NO_FIELD.test(name)) throw new FieldPathProblem(spec.path, `${name} is looked for in a map: it names no field`);
    const isEnd = depth === names.length - 1;
    let child = getField(node, name);
    if (isMissing(child)) {
      if (entersList && child !== undefined) child = [];
      else if (creates && !entersList) {
        const problem = child === undefined ? problemOfMadeKey(name) : undefined;
        if (problem !== undefined) throw new FieldPathProblem(spec.path, problem);
        child = isEnd ? make() : emptyMap();
      }
    }
    if (child !== undefined)
      setField(node, name, walk(child, depth + 1, isEnd ? isQuotedField(node, name) : undefined));
    return node;
  }

  walk(tree, 0, undefined);
}

/** An update for scalars only: throws FieldPathProblem where a map or a list stands. */
export function scalarUpdate(path: string, update: Update): Update {
  return (value, quoted) => {
    if (!isScalar(value)) {
      throw new FieldPathProblem(path, `${isMap(value) ? 'a map' : 'a list'} stands where a single value is wanted`);
    }
    return update(value, quoted);
  };
}
