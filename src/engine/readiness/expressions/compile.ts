/** The one user of the CEL library. Loaded where something that is awaited has a rule in CEL. */
import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { inputError } from '../../../errors.js';
import type { KubeObject } from '../../../objects/object.js';
import { goRegExp, loadPatterns } from '../../../objects/regexp/goRegexp.js';
import { conditionOf, current, failed, inProgress, wordsOf, type Observed, type Readiness } from '../terms.js';
import type { ReadinessExpressions } from './expressions.js';

export type ReadinessRule = (object: KubeObject) => Readiness;

/** Longer than anything that somebody would read. */
const MOST_CHARACTERS = 4096;
/** A list is gone through once for each item of another one, and no deeper: all work has a bound. */
const MOST_NESTED = 2;
const MOST_VALUES = 5000;
/** RE2 takes time for each character, and may be asked for each value. */
const MOST_MATCHED = 10_000;
/** What goes through a list. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'filter', 'map', 'transformList', 'transformMap']);

/** What `matches()` is called by inside: the library's own hands patterns to V8, which has some that never end. */
const MATCHES = 'matchesRe2';
/** The object under the names that other users of CEL have for it. */
const OTHER_NAMES = new Set(['self', 'object', 'oldSelf', 'oldObject']);

/** Makes ready what the expressions need besides the library: to be awaited before they are compiled. */
export async function prepareExpressions(rules: readonly ReadinessExpressions[]): Promise<void> {
  const texts = rules.flatMap(({ inProgress, failed, current }) => [inProgress ?? '', failed ?? '', current]);
  // A pattern may be put together only when the rule is asked: one that is not plain stands for all.
  if (texts.some((text) => text.includes('matches'))) await loadPatterns(['.*']);
}

/**
 * Compiles the expressions of a kind, once `prepareExpressions` has seen them.
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
      // A RangeError is V8's for a text or a list beyond what it can hold.
      const isOfRule = [EvaluationError, CelTypeError, TooLargeError, RangeError].some((kind) => error instanceof kind);
      if (isOfRule && error instanceof Error) return inProgress(`${firstLine(error.message)} (${rule.source})`);
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
  const parsed = parse(environmentOfRules(), text, refuse);
  const { names, nested, patterns } = look(parsed.ast);
  // What is bound can be doubled again and again.
  if (names.has('cel')) throw refuse('cel.bind() is not served: write the value where it is used');
  if (nested > MOST_NESTED) throw refuse(`lists are gone through ${nested} deep, more than ${MOST_NESTED}`);
  const wrong = patterns.find((pattern) => goRegExp(pattern) === undefined);
  if (wrong !== undefined) throw refuse(`${JSON.stringify(wrong)} is no regular expression of RE2`);
  const foreign = [...names].find((name) => OTHER_NAMES.has(name));
  if (foreign !== undefined)
    throw refuse(`${foreign} is not known: the fields of the object are the variables, as in status.phase`);
  const { type, error } = parsed.check();
  if (error !== undefined) throw refuse(`${JSON.stringify(text)}: ${firstLine(error.message)}`);
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

/** The language of rules: what docs/readiness.md says is served. */
function environmentOfRules(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 1000, maxDepth: 50 },
  });
  const matches = (text: string, pattern: string): boolean => {
    if (text.length > MOST_MATCHED)
      throw new EvaluationError(`matches() is asked for ${text.length} characters, more than ${MOST_MATCHED}`);
    const compiled = goRegExp(pattern);
    if (compiled === undefined) throw new EvaluationError(`${JSON.stringify(pattern)} is no regular expression of RE2`);
    return compiled.test(text);
  };
  return environment
    .registerFunction(`string.${MATCHES}(string): bool`, matches)
    .registerFunction('matches(string, string): bool', matches);
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

/**
 * The variables that an expression names, its patterns as far as they are written out, and how deep it goes through lists
 * within lists. Calls of `matches()` become calls of ours: an overload of the library cannot be replaced.
 */
function look(ast: unknown): { names: ReadonlySet<string>; patterns: readonly string[]; nested: number } {
  const names = new Set<string>();
  const patterns: string[] = [];
  const takePattern = (given: unknown): void => {
    const { op, args } = (Array.isArray(given) ? given.at(-1) : undefined) as Node;
    if (op === 'value' && typeof args === 'string') patterns.push(args);
  };
  const visit = (value: unknown, depth: number): number => {
    if (Array.isArray(value)) return Math.max(depth, ...value.map((item) => visit(item, depth)));
    if (value === null || typeof value !== 'object') return depth;
    const { op, args } = value as Node;
    if (op === 'id' && typeof args === 'string') names.add(args);
    if (!Array.isArray(args) || (op !== 'rcall' && op !== 'call')) return visit(args, depth);
    if (args[0] === 'matches') takePattern(args.at(-1));
    if (op === 'call') return visit(args, depth);
    const [method, receiver, given] = args as readonly unknown[];
    if (method === 'matches') args[0] = MATCHES;
    // What is gone through is worked out once; what is asked of each item, for each.
    return Math.max(visit(receiver, depth), visit(given, MACROS.has(String(method)) ? depth + 1 : depth));
  };
  const nested = visit(ast, 0);
  return { names, patterns, nested };
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
