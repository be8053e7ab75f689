/** Kinds that a set defines itself, before the server knows them. */
import type { ApiResource } from '../../cluster/cluster.js';
import { groupOf, type KubeObject } from '../../objects/object.js';

interface DefinitionSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: { readonly kind?: string; readonly plural?: string };
  readonly versions?: readonly { readonly name?: string; readonly served?: boolean }[];
}

/** The resources that the CustomResourceDefinitions among the objects will serve (apiextensions.k8s.io/v1). */
export function definedResources(objects: readonly KubeObject[]): ApiResource[] {
  return objects.flatMap((object) => {
    if (object.kind !== 'CustomResourceDefinition' || groupOf(object.apiVersion) !== 'apiextensions.k8s.io') return [];
    const { group, scope, names, versions = [] } = (object.spec ?? {}) as DefinitionSpec;
    const { kind, plural } = names ?? {};
    if (group === undefined || kind === undefined || plural === undefined) return [];
    return versions
      .filter(({ served }) => served === true)
      .map(({ name = '' }, index): ApiResource => ({
        group,
        version: name,
        kind,
        plural,
        namespaced: scope === 'Namespaced',
        verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
        subresources: [],
        preferred: index === 0,
      }));
  });
}
