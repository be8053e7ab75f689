/** The one user of the CEL library. Loaded where something that is awaited has a rule in CEL. */
import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { inputError } from '../../../errors.js';
import type { KubeObject } from '../../../objects/object.js';
import { conditionOf, current, failed, inProgress, wordsOf, type Observed, type Readiness } from '../terms.js';
import type { ReadinessExpressions } from './expressions.js';

export type ReadinessRule = (object: KubeObject) => Readiness;

/** Longer than anything that somebody would read. */
const MOST_CHARACTERS = 4096;
/** A list is gone through once for each item of another one, and no deeper: all work has a bound. */
const MOST_NESTED = 2;
const MOST_VALUES = 5000;
/** What goes through a list. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'filter', 'map', 'transformList', 'transformMap']);

/**
 * Compiles the expressions of a kind.
 * @throws KapplyError `InvalidReadinessRule` (exit 2) for what is no CEL, no truth value, or too much work
 */
export function compileExpressions(rule: ReadinessExpressions): ReadinessRule {
  const compiled = {
    inProgress: rule.inProgress === undefined ? undefined : compileOne(rule, 'inProgress', rule.inProgress),
    failed: rule.failed === undefined ? undefined : compileOne(rule, 'failed', rule.failed),
    current: compileOne(rule, 'current', rule.current),
  };
  return (object) => {
    const read = new Map<string, unknown>();
    try {
      if (compiled.inProgress?.(object, read) === true)
        return inProgress(wordsFor(object, `inProgress by ${rule.source}`));
      if (compiled.failed?.(object, read) === true) return failed(wordsFor(object, `failed by ${rule.source}`));
      if (compiled.current(object, read)) return current('ready by its rule');
      return inProgress(wordsFor(object, `not current yet by ${rule.source}`));
    } catch (error) {
      // A field that is not there yet is the usual reason: the controller has not come to it.
      if (error instanceof EvaluationError || error instanceof CelTypeError || error instanceof TooLargeError)
        return inProgress(`${firstLine(error.message)} (${rule.source})`);
      throw error;
    }
  };
}

class TooLargeError extends Error {}

type Test = (object: KubeObject, read: Map<string, unknown>) => boolean;

function compileOne(
  { group, kind, source }: ReadinessExpressions,
  field: 'inProgress' | 'failed' | 'current',
  text: string,
): Test {
  const refuse = (why: string): Error =>
    inputError('InvalidReadinessRule', `${source}: ${field} of ${group === '' ? kind : `${group}/${kind}`}: ${why}`, {
      suggestions: [
        "An expression in CEL that is true or false, as in: status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
      ],
    });
  if (text.length > MOST_CHARACTERS) throw refuse(`${text.length} characters are more than ${MOST_CHARACTERS}`);
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 1000, maxDepth: 50 },
  });
  const parsed = parse(environment, text, refuse);
  const { names, nested, calls } = look(parsed.ast);
  if (nested > MOST_NESTED) throw refuse(`lists are gone through ${nested} deep, more than ${MOST_NESTED}`);
  // The library hands it to V8, which has patterns that never end.
  if (calls.has('matches')) throw refuse('matches() is not served: take startsWith(), endsWith() or contains()');
  const { type } = parsed.check();
  if (type !== undefined && type !== 'bool' && type !== 'dyn') throw refuse(`its type is ${type}, not bool`);
  return (object, read) => {
    const variables: Record<string, unknown> = {};
    for (const name of names) {
      if (!Object.hasOwn(object, name)) continue;
      if (!read.has(name)) read.set(name, readable(object[name]));
      variables[name] = read.get(name);
    }
    const result: unknown = parsed(variables);
    if (typeof result !== 'boolean') throw new TooLargeError(`${field} is neither true nor false`);
    return result;
  };
}

function parse(environment: Environment, text: string, refuse: (why: string) => Error) {
  try {
    return environment.parse(text);
  } catch (error) {
    if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)
      throw refuse(`${JSON.stringify(text)}: ${firstLine(error.message)}`);
    throw error;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

interface Node {
  readonly op: string;
  readonly args: unknown;
}

/** The variables that an expression names, what it calls, and how deep it goes through lists within lists. */
function look(ast: unknown): { names: ReadonlySet<string>; calls: ReadonlySet<string>; nested: number } {
  const names = new Set<string>();
  const calls = new Set<string>();
  const visit = (value: unknown, depth: number): number => {
    if (Array.isArray(value)) return Math.max(depth, ...value.map((item) => visit(item, depth)));
    if (value === null || typeof value !== 'object') return depth;
    const { op, args } = value as Node;
    if (op === 'id' && typeof args === 'string') names.add(args);
    if (op !== 'rcall' || !Array.isArray(args)) return visit(args, depth);
    const [method, receiver, given] = args as readonly unknown[];
    calls.add(String(method));
    // What is gone through is worked out once; what is asked of each item, for each.
    return Math.max(visit(receiver, depth), visit(given, MACROS.has(String(method)) ? depth + 1 : depth));
  };
  const nested = visit(ast, 0);
  return { names, calls, nested };
}

/** The value as CEL reads JSON: whole numbers are integers. A copy without what is not data. */
function readable(value: unknown): unknown {
  let count = 0;
  const copy = (one: unknown): unknown => {
    if (++count > MOST_VALUES) throw new TooLargeError(`it has more than ${MOST_VALUES} values`);
    if (typeof one === 'number') return Number.isSafeInteger(one) ? BigInt(one) : one;
    if (Array.isArray(one)) return one.map(copy);
    if (one === null || typeof one !== 'object') return one;
    return Object.fromEntries(
      Object.entries(one).flatMap(([field, item]) =>
        field === 'managedFields' || item === undefined ? [] : [[field, copy(item)]],
      ),
    );
  };
  return copy(value);
}

/** What the object says of itself is better than that a rule does not hold. */
function wordsFor(object: KubeObject, fallback: string): string {
  const { status } = object as unknown as Observed;
  const ready = conditionOf(status, 'Ready');
  const conditions: unknown = status?.conditions;
  const first = Array.isArray(conditions)
    ? (conditions as readonly (Readonly<Record<string, string>> | null)[]).find((one) => one?.status === 'False')
    : undefined;
  const said = ready !== undefined && ready.status !== 'True' ? ready : first;
  return said === undefined || said === null ? fallback : wordsOf(said, fallback);
}
