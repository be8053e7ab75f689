/** What changes between two versions of an object, as paths without values: for summaries and for "unchanged". */
import { SET_ANNOTATION } from '../../../objects/annotations.js';
import { isJsonObject, ownField } from '../../../objects/json.js';
import type { KubeObject } from '../../../objects/object.js';
import { withoutServerFields } from '../../../objects/serverFields.js';
import { familyOf } from '../../configs/revisions.js';

/** Annotations that tools keep for themselves: their change says nothing to people. */
const BOOKKEEPING = new Set<string>([SET_ANNOTATION, 'deprecated.daemonset.template.generation']);

/** A path into an object: field names and list indexes. */
export type FieldPath = readonly (string | number)[];

/** The paths at which the two differ, outermost difference first reached; without status and what moves by itself. */
export function differingPaths(before: KubeObject, after: KubeObject): FieldPath[] {
  return before === after ? [] : differ(essence(before), essence(after), []);
}

function essence(object: KubeObject): unknown {
  const { metadata, ...content } = withoutServerFields(object);
  // No labels and no annotations are the same as empty ones.
  return { ...content, metadata: { labels: {}, annotations: {}, ...metadata } };
}

function differ(before: unknown, after: unknown, path: FieldPath): FieldPath[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differ(item, after[index], [...path, index]));
  }
  if (!isJsonObject(before) || !isJsonObject(after)) return [path];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) => differ(ownField(before, field), ownField(after, field), [...path, field]));
}

/**
 * The shortest words for what changes, each once: `image`, `replicas`, `data.PASSWORD`, and the family for a reference
 * that moved to another revision: `db-cred`.
 */
export function changedWords(before: KubeObject, after: KubeObject): string[] {
  const words = differingPaths(before, after).flatMap((path) => {
    if (path.some((step) => typeof step === 'string' && BOOKKEEPING.has(step))) return [];
    const value = path.reduce<unknown>(
      (at, step) => (at as Record<string | number, unknown> | undefined)?.[step],
      after,
    );
    const family = typeof value === 'string' && path[0] === 'spec' ? familyOf(value) : undefined;
    return [family ?? wordOf(path)];
  });
  return [...new Set(words)];
}

function wordOf(path: FieldPath): string {
  const names = path.filter((step) => typeof step === 'string');
  const [first, second, third] = names;
  if (first === 'data' || first === 'binaryData' || first === 'stringData')
    return [first, second].filter(Boolean).join('.');
  if (first === 'metadata') return [second, third].filter(Boolean).join('.');
  return names.at(-1) ?? 'everything';
}
