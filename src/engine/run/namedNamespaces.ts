import { groupOf } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { isConfigKind } from '../configs/revisions.js';
import { podSpecPath } from '../uses/references.js';

/**
 * Where a set goes, as its manifests say it, before the server is asked: the namespaces that objects name, and `fallback`
 * where one that is surely in a namespace names none. Of an unknown kind nobody knows yet whether it has one.
 */
export function namedNamespaces(rendered: readonly RenderedObject[], fallback: string): readonly string[] {
  const named = rendered.flatMap(({ object: { apiVersion, kind, metadata } }) => {
    if (metadata.namespace !== undefined && metadata.namespace !== '') return [metadata.namespace];
    const group = groupOf(apiVersion);
    return isConfigKind(group, kind) || podSpecPath(group, kind) !== undefined ? [fallback] : [];
  });
  return named.length === 0 ? [fallback] : [...new Set(named)].sort();
}
