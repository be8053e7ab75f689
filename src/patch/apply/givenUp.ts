/**
 * What an apply gives up, and an object without it, as the server leaves it (structured-merge-diff merge/update.go, prune):
 * for whoever has no shape of the kind, and must know beforehand what goes.
 */
import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { type FieldNode, type FieldSet, NO_FIELDS, childrenOf } from './fieldSet.js';
import { meaningOf } from './listItems.js';
import { type PathElement, fieldElement } from './pathElement.js';

/**
 * Every path of `owned` that `applied` lacks. Where `applied` lacks a whole container, the container itself is a member:
 * it goes with all that nobody else owns in it, defaults included. Whoever applies something in a container keeps it.
 */
export function givenUp(owned: FieldSet, applied: FieldSet): FieldSet {
  return new Map(
    [...owned].flatMap(([element, { children }]): [PathElement, FieldNode][] => {
      const kept = applied.get(element);
      if (kept === undefined) return [[element, { member: true, children }]];
      const rest = givenUp(children, kept.children);
      return rest.size === 0 ? [] : [[element, { member: false, children: rest }]];
    }),
  );
}

/**
 * A copy of the object without the fields that were given up, but with all that others own, and with its identity:
 * whoever gives up every label gives up no name.
 */
export function withoutFields(object: KubeObject, gone: FieldSet, others: FieldSet): KubeObject {
  const left = removeFrom(object as unknown as JsonObject, gone, others) as unknown as Partial<KubeObject>;
  const { labels: _, annotations: __, finalizers: ___, ownerReferences: ____, ...identity } = object.metadata;
  return { ...left, metadata: { ...left.metadata, ...identity } } as KubeObject;
}

function removeFrom(value: Json, gone: FieldSet, others: FieldSet): Json {
  if (isJsonArray(value)) {
    const elements = [...gone.keys()].map((element) => ({ element, means: meaningOf(element) }));
    return value.flatMap((item, index) => {
      const element = elements.find(({ means }) => means(item, index))?.element;
      return element === undefined ? [item] : whatStays(item, element, gone, others);
    });
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, child]): [string, Json][] => {
      if (child === undefined) return [];
      return whatStays(child, fieldElement(name), gone, others).map((rest) => [name, rest]);
    }),
  );
}

function whatStays(value: Json, element: PathElement, gone: FieldSet, others: FieldSet): Json[] {
  const node = gone.get(element);
  if (node === undefined) return [value];
  const theirs = others.get(element);
  if (node.member && theirs === undefined) return [];
  // A leaf of another manager: all of it is theirs.
  if (theirs?.children.size === 0) return [value];
  return [removeFrom(value, childrenOf(gone, element), theirs?.children ?? NO_FIELDS)];
}
