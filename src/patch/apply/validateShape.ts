import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { itemElement } from './listItems.js';
import { type PathElement, fieldElement, formatPath } from './pathElement.js';
import { type ListShape, type MapShape, type ScalarType, type Shape, branchOf, narrow } from './shape.js';

export interface ShapeViolation {
  /** `.spec.containers[name="web"].image`, '' for the object itself. */
  readonly path: string;
  readonly message: string;
  readonly problem: 'unknownField' | 'duplicate' | 'wrongType';
  /** For an unknown field: its name, and those that the schema has in its place. */
  readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

/**
 * What of a value does not fit its shape, in the API server's words. Items that cannot be told apart are violations
 * unless `allowDuplicates`: they may be stored, but not applied.
 */
export function shapeViolations(shape: Shape, value: Json | undefined, allowDuplicates = false): ShapeViolation[] {
  const found: ShapeViolation[] = [];
  const visit = (at: Shape, node: Json | undefined, path: readonly PathElement[]): void => {
    const report: Report = (message, problem = 'wrongType', element, unknown) => {
      const whole = element === undefined ? path : [...path, element];
      found.push({ path: formatPath(whole), message, problem, ...(unknown !== undefined && { unknown }) });
    };
    const descend = (to: Shape, child: Json | undefined, element: PathElement) => visit(to, child, [...path, element]);
    const branch = branchOf(at, narrow(at, node));
    if (node === undefined || node === null) return;
    if (branch === 'scalar') {
      const problem = scalarProblem(at.scalar ?? 'untyped', node);
      if (problem !== undefined) report(problem);
    } else if (branch === 'list' && at.list !== undefined) {
      if (isJsonArray(node)) visitItems(at.list, node, allowDuplicates, report, descend);
      else report(`expected list, got ${described(node)}`);
    } else if (at.map !== undefined) {
      if (isJsonObject(node)) visitFields(at.map, node, report, descend);
      else report(`expected map, got ${described(node)}`);
    }
  };
  visit(shape, value, []);
  return found;
}

/** One text for all of them, as the API server writes it. */
export function formatViolations(violations: readonly ShapeViolation[]): string {
  const lines = violations.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return lines.length === 1 ? (lines[0] ?? '') : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

type Report = (
  message: string,
  problem?: ShapeViolation['problem'],
  element?: PathElement,
  unknown?: ShapeViolation['unknown'],
) => void;
type Descend = (shape: Shape, child: Json | undefined, element: PathElement) => void;

function visitItems(
  list: ListShape,
  items: readonly Json[],
  allowDuplicates: boolean,
  report: Report,
  descend: Descend,
): void {
  const seen = new Set<PathElement>();
  for (const [index, item] of items.entries()) {
    let element: PathElement = `i:${index}`;
    if (!list.atomic) {
      const found = itemElement(list, item);
      if (typeof found !== 'string') {
        report(`element ${index}: ${found.problem}`);
        return;
      }
      if (seen.has(found) && !allowDuplicates) report(`duplicate entries for key ${formatPath([found])}`, 'duplicate');
      seen.add(found);
      element = found;
    }
    descend(list.items(), item, element);
  }
}

function visitFields(map: MapShape, object: JsonObject, report: Report, descend: Descend): void {
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const shape = map.field(name);
    if (shape === undefined) {
      const unknown = { name, known: map.names() };
      report('field not declared in schema', 'unknownField', fieldElement(name), unknown);
    } else descend(shape, value, fieldElement(name));
  }
}

function scalarProblem(type: ScalarType, value: Json): string | undefined {
  switch (type) {
    case 'numeric':
      if (typeof value === 'number' || typeof value === 'bigint') return undefined;
      return `expected numeric (int or float), got ${goType(value)}`;
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got ${described(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${described(value)}`;
    case 'untyped':
      return typeof value === 'object' ? `expected any scalar, got ${described(value)}` : undefined;
  }
}

function goType(value: Json): string {
  if (isJsonArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : 'string';
}

/** The kind of the value, never the value: it may be a Secret's. */
function described(value: Json): string {
  if (isJsonArray(value)) return 'a list';
  return isJsonObject(value) ? 'a map' : `a ${typeof value === 'bigint' ? 'number' : typeof value}`;
}
