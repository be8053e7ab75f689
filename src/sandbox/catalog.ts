import type { JsonObject, KubeObject } from '../objects/object.js';
import { withCustomResource } from '../patch/schema/customResource.js';
import type { SchemaTable } from '../patch/schema/schemaTable.js';
import { at, child, children, text } from './draft.js';
import { BUILT_IN } from './kinds/builtIn.js';
import type { Resource } from './kinds/builtIn.js';
import { kindKey } from './store.js';
import type { KindKey, Store } from './store.js';

/** The served kinds: the built-in ones, and those of the CustomResourceDefinitions that are established. */
export interface Catalog {
  resources(): readonly Resource[];
  /** By what stands in a URL. */
  find(group: string, version: string, plural: string): Resource | undefined;
  ofKind(group: string, version: string, kind: string): Resource | undefined;
  /** The schemas of all of them. */
  schema(): SchemaTable;
}

export const DEFINITION_KIND: KindKey = kindKey('apiextensions.k8s.io', 'CustomResourceDefinition');

/** The storage key of a resource's objects: one for all versions of a kind. */
export function keyOfResource(resource: Resource): KindKey {
  return kindKey(resource.group, resource.kind);
}

/**
 * What the API server serves, as the store is at the time: a CustomResourceDefinition that is established counts at once.
 */
export function createCatalog(store: Store, builtInSchema: SchemaTable): Catalog {
  let known: { readonly resources: readonly Resource[]; readonly schema: SchemaTable } | undefined;
  store.watch(DEFINITION_KIND, store.revision(), () => (known = undefined));
  const current = () => (known ??= read(store, builtInSchema));
  return {
    resources: () => current().resources,
    find: (group, version, plural) =>
      current().resources.find((r) => r.plural === plural && r.version === version && r.group === group),
    ofKind: (group, version, kind) =>
      current().resources.find((r) => r.kind === kind && r.version === version && r.group === group),
    schema: () => current().schema,
  };
}

function read(store: Store, builtInSchema: SchemaTable): { resources: readonly Resource[]; schema: SchemaTable } {
  const definitions = store.list(DEFINITION_KIND).filter(isEstablished);
  return {
    resources: [...BUILT_IN, ...definitions.flatMap(resourcesOf)],
    schema: definitions.reduce(
      (schema, definition) => withCustomResource(schema, definition as unknown as JsonObject),
      builtInSchema,
    ),
  };
}

/** Whether the server has taken up the kind of a CustomResourceDefinition. */
export function isEstablished(definition: KubeObject): boolean {
  return children(child(definition, 'status'), 'conditions').some(
    (condition) => condition['type'] === 'Established' && condition['status'] === 'True',
  );
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** One resource for each version that is served. */
export function resourcesOf(definition: KubeObject): Resource[] {
  const spec = child(definition, 'spec');
  const names = child(spec, 'names');
  const strings = (field: string): string[] => {
    const value = names?.[field];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  return children(spec, 'versions')
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group: text(spec, 'group'),
      version: text(version, 'name'),
      kind: text(names, 'kind'),
      plural: text(names, 'plural'),
      singular: text(names, 'singular'),
      listKind: text(names, 'listKind'),
      namespaced: text(spec, 'scope') === 'Namespaced',
      shortNames: strings('shortNames'),
      categories: strings('categories'),
      verbs: VERBS,
      subresources: Object.keys(at(version, 'subresources') ?? {}),
      definition: definition.metadata.name,
    }));
}
