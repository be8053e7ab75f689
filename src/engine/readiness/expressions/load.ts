/** Which rule in CEL an object goes by, if any. */
import { KapplyError } from '../../../errors.js';
import { formatId, groupOf, idOf, keyOf, type KubeObject } from '../../../objects/object.js';
import { annotatedExpressions, type ReadinessExpressions, type ShippedRule } from './expressions.js';
import { SHIPPED } from './shipped/shipped.js';
import type { ReadinessRule } from './compile.js';

export interface RuleSources {
  /** Everything that is awaited. */
  readonly objects: readonly KubeObject[];
  /** The CustomResourceDefinitions of their kinds, by `GROUP/KIND`, as far as they may be read. */
  readonly definitions: ReadonlyMap<string, KubeObject>;
  /** Those of `.kapply.yaml`. */
  readonly own: readonly ReadinessExpressions[];
  /** What is wrong with a rule that is not the set's own, in a sentence: it does not count. */
  readonly warn: (message: string) => void;
}

/** A rule that an object goes by. */
export interface FoundRule {
  readonly judge: ReadinessRule;
  /** False for a rule of the shipped table: nobody wrote it for this cluster. */
  readonly isWritten: boolean;
}

/** Finds the rule of an object: undefined where it has none. */
export type FindRule = (object: KubeObject) => FoundRule | undefined;

/**
 * The first that there is: the object's own annotations, `.kapply.yaml`, the annotations of its definition, the shipped table.
 * The CEL library is read only where an object has a rule.
 * @throws KapplyError `InvalidReadinessRule` (exit 2) for a rule of the set
 */
export async function loadReadinessRules({ objects, definitions, own, warn }: RuleSources): Promise<FindRule> {
  const chosen = objects.flatMap((object) => {
    const choice = chooseRule(object, definitions, own);
    return choice === undefined ? [] : [{ object, ...choice }];
  });
  if (chosen.length === 0) return () => undefined;
  const { compileExpressions, prepareExpressions } = await import('./compile.js');
  await prepareExpressions(chosen.map(({ rule }) => rule));
  const compiled = new Map<string, ReadinessRule | undefined>();
  const found = new Map<string, FoundRule>();
  for (const { object, rule, from } of chosen) {
    const text = JSON.stringify(rule);
    if (!compiled.has(text)) compiled.set(text, compileOrWarn(rule, from, warn, compileExpressions));
    const judge = compiled.get(text);
    if (judge !== undefined) found.set(keyOf(idOf(object)), { judge, isWritten: from !== 'shipped' });
  }
  return (object) => found.get(keyOf(idOf(object)));
}

/**
 * Compiles the rules that a set brings itself, so that a wrong one is refused before anything is sent.
 * @throws KapplyError `InvalidReadinessRule` (exit 2)
 */
export async function refuseInvalidRules(
  objects: readonly KubeObject[],
  own: readonly ReadinessExpressions[],
): Promise<void> {
  const rules = [...own, ...objects.flatMap((object) => annotationsOf(object) ?? [])];
  if (rules.length === 0) return;
  const { compileExpressions, prepareExpressions } = await import('./compile.js');
  await prepareExpressions(rules);
  for (const rule of rules) compileExpressions(rule);
}

type From = 'set' | 'definition' | 'shipped';

function compileOrWarn(
  rule: ShippedRule,
  from: From,
  warn: (message: string) => void,
  compile: (rule: ShippedRule) => ReadinessRule,
): ReadinessRule | undefined {
  try {
    return compile(rule);
  } catch (error) {
    if (from !== 'definition' || !(error instanceof KapplyError)) throw error;
    warn(`${error.message}: the rule is left out`);
    return undefined;
  }
}

function annotationsOf(object: KubeObject): ReadinessExpressions | undefined {
  const id = idOf(object);
  const { group, kind } = id;
  // On a definition they are meant for its kind.
  if (kind === 'CustomResourceDefinition') return undefined;
  return annotatedExpressions(object.metadata.annotations, { group, kind, source: `annotations of ${formatId(id)}` });
}

function chooseRule(
  object: KubeObject,
  definitions: ReadonlyMap<string, KubeObject>,
  own: readonly ReadinessExpressions[],
): { readonly rule: ShippedRule; readonly from: From } | undefined {
  const group = groupOf(object.apiVersion);
  const { kind } = object;
  const isOf = (one: ReadinessExpressions): boolean => one.group === group && one.kind === kind;
  const ours = annotationsOf(object) ?? own.find(isOf);
  if (ours !== undefined) return { rule: ours, from: 'set' };
  const definition = definitions.get(`${group}/${kind}`);
  const source = `annotations of CustomResourceDefinition/${definition?.metadata.name ?? ''}`;
  const ofKind = annotatedExpressions(definition?.metadata.annotations, { group, kind, source });
  if (ofKind !== undefined) return { rule: ofKind, from: 'definition' };
  const shipped = SHIPPED.find(isOf);
  return shipped === undefined ? undefined : { rule: shipped, from: 'shipped' };
}
