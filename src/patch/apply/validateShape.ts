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
  /** For a value of another type: what the schema has there, and what stands there. */
  readonly types?: { readonly expected: ScalarType | 'list' | 'map'; readonly found: ValueType };
  /** For a duplicate: the key that is there twice, `[name="web"]`. */
  readonly key?: string;
  /** For an unknown field: its name, and those that the schema has in its place. */
  readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

export type ValueType = 'string' | 'number' | 'boolean' | 'list' | 'map';

/**
 * What of a value does not fit its shape, in the API server's words. Items that cannot be told apart are violations
 * unless `allowDuplicates`: they may be stored, but not applied.
 */
export function shapeViolations(shape: Shape, value: Json | undefined, allowDuplicates = false): ShapeViolation[] {
  const found: ShapeViolation[] = [];
  const visit = (at: Shape, node: Json | undefined, path: readonly PathElement[]): void => {
    const report: Report = (violation, element) => {
      const whole = element === undefined ? path : [...path, element];
      found.push({ path: formatPath(whole), ...violation });
    };
    const descend = (to: Shape, child: Json | undefined, element: PathElement) => visit(to, child, [...path, element]);
    const branch = branchOf(at, narrow(at, node));
    if (node === undefined || node === null) return;
    if (branch === 'scalar') {
      const expected = at.scalar ?? 'untyped';
      const message = scalarProblem(expected, node);
      if (message !== undefined) report(wrongType(message, expected, node));
    } else if (branch === 'list' && at.list !== undefined) {
      if (isJsonArray(node)) visitItems(at.list, node, allowDuplicates, report, descend);
      else report(wrongType(`expected list, got ${described(node)}`, 'list', node));
    } else if (at.map !== undefined) {
      if (isJsonObject(node)) visitFields(at.map, node, report, descend);
      else report(wrongType(`expected map, got ${described(node)}`, 'map', node));
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

type Report = (violation: Omit<ShapeViolation, 'path'>, element?: PathElement) => void;
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
        report({ message: `element ${index}: ${found.problem}`, problem: 'wrongType' });
        return;
      }
      const key = formatPath([found]);
      if (seen.has(found) && !allowDuplicates)
        report({ message: `duplicate entries for key ${key}`, problem: 'duplicate', key });
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
      report({ message: 'field not declared in schema', problem: 'unknownField', unknown }, fieldElement(name));
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

function wrongType(message: string, expected: ScalarType | 'list' | 'map', value: Json): Omit<ShapeViolation, 'path'> {
  return { message, problem: 'wrongType', types: { expected, found: typeOf(value) } };
}

/** The kind of the value, never the value: it may be a Secret's. */
const described = (value: Json): string => `a ${typeOf(value)}`;

function typeOf(value: Json): ValueType {
  if (isJsonArray(value)) return 'list';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean';
  return isJsonObject(value) ? 'map' : 'number';
}
