import { type FieldSet, buildFieldSet, recursiveDifference, union } from './fieldSet.js';
import { partShape } from './fieldSetOfValue.js';
import type { Path } from './pathElement.js';
import { type Shape, branchOf, narrow } from './shape.js';

/**
 * Brings a set up to a schema that has since made a list or map atomic: who owned parts of it then owns the whole
 * (structured-merge-diff, typed/reconcile_schema.go). The way back is not supported there either.
 */
export function reconcileWithSchema(set: FieldSet, shape: Shape): FieldSet {
  const wholes = buildFieldSet();
  const visit = (at: Shape, fields: FieldSet, isWhole: boolean, path: Path): void => {
    const branch = branchOf(at, narrow(at, undefined));
    if (branch === 'scalar' || at.map?.deduced === true) return;
    const atomic = branch === 'list' ? at.list?.atomic : at.map?.atomic;
    if (!isWhole && atomic === true) {
      if (branch === 'list' || fields.size > 0) wholes.insert(path);
      return;
    }
    for (const [element, node] of fields) {
      const part = partShape(at, element);
      if (part !== undefined) {
        visit(part, node.children, node.member && node.children.size === 0, [...path, element]);
      }
    }
  };
  visit(shape, set, false, []);
  return wholes.set.size === 0 ? set : union(recursiveDifference(set, wholes.set), wholes.set);
}
