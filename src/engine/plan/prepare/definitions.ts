/** Kinds that a set defines itself, before the server knows them. */
import type { ApiResource } from '../../../cluster/cluster.js';
import { groupOf, type KubeObject } from '../../../objects/object.js';

interface DefinitionSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: { readonly kind?: string; readonly plural?: string };
  readonly versions?: readonly { readonly name?: string; readonly served?: boolean }[];
}

/** The resources that the CustomResourceDefinitions among the objects will serve (apiextensions.k8s.io/v1). */
export function definedResources(objects: readonly KubeObject[]): ApiResource[] {
  return objects.flatMap((object) => {
    if (!isDefinition(object)) return [];
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

/** The CustomResourceDefinitions among the objects, by `GROUP/KIND` of what they define. */
export function definitionsByKind(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(
    objects.filter(isDefinition).map((object) => {
      const { group = '', names } = (object.spec ?? {}) as DefinitionSpec;
      return [`${group}/${names?.kind ?? ''}`, object];
    }),
  );
}

function isDefinition(object: KubeObject): boolean {
  return object.kind === 'CustomResourceDefinition' && groupOf(object.apiVersion) === 'apiextensions.k8s.io';
}
