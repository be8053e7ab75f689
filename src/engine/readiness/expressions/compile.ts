/** The one user of the CEL library. Loaded where something that is awaited has a rule in CEL. */
import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { inputError } from '../../../errors.js';
import type { KubeObject } from '../../../objects/object.js';
import { goRegExp, loadPatterns } from '../../../objects/regexp/goRegexp.js';
import { current, failed, inProgress, wordsOf, type Condition, type Observed, type Readiness } from '../terms.js';
import type { ShippedRule } from './expressions.js';
import { lookInto, MATCHES } from './lookInto.js';

export type ReadinessRule = (object: KubeObject) => Readiness;

/** Longer than anything that somebody would read. */
const MOST_CHARACTERS = 4096;
/** A list is gone through once for each item of another one, and no deeper: all work has a bound. */
const MOST_NESTED = 2;
const MOST_VALUES = 5000;
/** RE2 takes time for each character, and may be asked for each value. */
const MOST_MATCHED = 10_000;
/** The object under the names that other users of CEL have for it. */
const OTHER_NAMES = new Set(['self', 'object', 'oldSelf', 'oldObject']);

/** Makes ready what the expressions need besides the library: to be awaited before they are compiled. */
export async function prepareExpressions(rules: readonly ShippedRule[]): Promise<void> {
  const texts = rules.flatMap(({ inProgress, failed, failing, rests = [], current }) => [
    inProgress ?? '',
    failed ?? '',
    failing ?? '',
    current,
    ...rests.map(({ when }) => when),
  ]);
  // A pattern may be put together only when the rule is asked: one that is not plain stands for all.
  if (texts.some((text) => text.includes('matches'))) await loadPatterns(['.*']);
}

/**
 * Compiles the expressions of a kind, once `prepareExpressions` has seen them.
 * @throws KapplyError `InvalidReadinessRule` (exit 2) for what is no CEL, no truth value, or too much work
 */
export function compileExpressions(rule: ShippedRule): ReadinessRule {
  const optional = (field: 'inProgress' | 'failed' | 'failing'): Test | undefined => {
    const text = rule[field];
    return text === undefined ? undefined : compileOne(rule, field, text);
  };
  const [isInProgress, isFailed, isFailing] = [optional('inProgress'), optional('failed'), optional('failing')];
  const rests = (rule.rests ?? []).map(({ when, ...words }) => ({ ...words, isSo: compileOne(rule, 'rests', when) }));
  const isCurrent = compileOne(rule, 'current', rule.current);
  const say = (object: KubeObject, what: string): string =>
    wordsFor(object, rule.speaks ?? [], `${what} by ${rule.source}`);
  return (object) => {
    const read = new Map<string, unknown>();
    try {
      if (isInProgress?.(object, read) === true) return inProgress(say(object, 'inProgress'));
      if (isFailed?.(object, read) === true) return failed(say(object, 'failed'));
      const rest = rests.find(({ isSo }) => isSo(object, read));
      if (rest !== undefined) return current(rest.is, undefined, rest.says);
      if (isFailing?.(object, read) === true) return { ...inProgress(say(object, 'failing')), lasts: true };
      return isCurrent(object, read) ? current('ready by its rule') : inProgress(say(object, 'not current yet'));
    } catch (error) {
      // A field that is not there yet is the usual reason: the controller has not come to it.
      // A RangeError is V8's for a text or a list beyond what it can hold.
      const isOfRule = [EvaluationError, CelTypeError, NoAnswerError, RangeError].some((kind) => error instanceof kind);
      if (isOfRule && error instanceof Error) return inProgress(`${firstLine(error.message)} (${rule.source})`);
      throw error;
    }
  };
}

/** What a rule cannot say of this object: there is too much to look at, or what comes out is no truth value. */
class NoAnswerError extends Error {}

type Test = (object: KubeObject, read: Map<string, unknown>) => boolean;

function compileOne(
  { group, kind, source }: ShippedRule,
  field: Exclude<keyof ShippedRule, 'group' | 'kind' | 'source' | 'speaks'>,
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
  const { names, nested, patterns } = lookInto(parsed.ast);
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
    if (typeof result !== 'boolean') throw new NoAnswerError(`${field} is neither true nor false`);
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

/** The value as CEL reads JSON: whole numbers are integers. A copy without what is not data. */
function readable(value: unknown): unknown {
  let count = 0;
  const copy = (one: unknown): unknown => {
    if (++count > MOST_VALUES) throw new NoAnswerError(`it has more than ${MOST_VALUES} values`);
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

/** What the object says of itself is better than that a rule does not hold. `speaks`: types of conditions to be asked first. */
function wordsFor(object: KubeObject, speaks: readonly string[], fallback: string): string {
  const { status } = object as unknown as Observed;
  const told = conditionsIn(status);
  const said =
    told.find(({ type = '', reason }) => reason !== undefined && speaks.includes(type)) ??
    told.find(({ type, status: is }) => type === 'Ready' && is !== 'True') ??
    told.find(({ status: is }) => is === 'False');
  return said === undefined ? fallback : wordsOf(said, fallback);
}

/** Of the object, and of each parent of a route: each has a controller of its own. */
function conditionsIn(status: Observed['status']): readonly Condition[] {
  const parents: unknown = status?.parents;
  const holders = [status, ...(Array.isArray(parents) ? (parents as readonly (Observed['status'] | null)[]) : [])];
  return holders.flatMap((holder) => {
    const conditions: unknown = holder?.conditions;
    if (!Array.isArray(conditions)) return [];
    return (conditions as readonly (Condition | null)[]).filter(
      (one): one is Condition => typeof one === 'object' && one !== null,
    );
  });
}
