/**
 * A resource on its way through the kustomizations: its tree, and what it was called before.
 *
 * kustomize keeps the earlier names as annotations of the object until the end (api/resource/resource.go). They are fields
 * here, and put into the tree only where something could see them there: patches and plugins (buildAnnotations.ts).
 */
import type { OpenApi, ResourceType } from '../openApi/openApi.js';
import { type ResourceId, effectiveNamespace } from './resourceId.js';
import { noteAllMade } from './keptStyle.js';
import {
  type Tree,
  type TreeMap,
  emptyMap,
  getField,
  hasFields,
  isMap,
  isMissing,
  removeField,
  setField,
  textOf,
  textUnlessNull,
} from './tree.js';

export type GeneratorBehavior = 'unspecified' | 'create' | 'replace' | 'merge';

export interface PreviousId {
  readonly kind: string;
  readonly name: string;
  /** The effective namespace that it had: `default` where it had none. */
  readonly namespace: string;
}

/** Where an object was first read or made; lines count from 1. */
export interface ResourceSource {
  readonly file: string;
  readonly line?: number;
}

export interface Resource {
  /** Undefined once a patch has deleted the object. */
  tree: TreeMap | undefined;
  readonly source: ResourceSource;
  readonly openApi: OpenApi;
  /** Oldest first. */
  previous: readonly PreviousId[];
  prefixes: readonly string[];
  suffixes: readonly string[];
  /** Set for what a generator made. */
  behavior: GeneratorBehavior | undefined;
  needsHash: boolean;
  /** Set on a patch: it may change the name or the kind of what it patches. */
  allowNameChange: boolean;
  allowKindChange: boolean;
  /** Came out of helm, whose own namespace is kept. */
  fromHelm: boolean;
  /** The namespace that a kustomization would have given it, had it not come out of helm. */
  missedNamespace: string | undefined;
  /** Names of the vars whose values come from this object. */
  varNames: readonly string[];
}

/** A resource as it was read: nothing has happened to it yet. */
export function makeResource(tree: TreeMap, source: ResourceSource, openApi: OpenApi): Resource {
  return {
    tree,
    source,
    openApi,
    previous: [],
    prefixes: [],
    suffixes: [],
    behavior: undefined,
    needsHash: false,
    allowNameChange: false,
    allowKindChange: false,
    fromHelm: false,
    missedNamespace: undefined,
    varNames: [],
  };
}

/** The object's kind; '' where it has none. */
export function kindOf(tree: TreeMap | undefined): string {
  return textOf(tree?.kind);
}

/** The object's apiVersion; '' where it has none. */
export function apiVersionText(tree: TreeMap | undefined): string {
  return textOf(tree?.apiVersion);
}

/** The object's metadata, where that is a map. */
export function metadataOf(tree: TreeMap | undefined): TreeMap | undefined {
  const metadata = tree?.metadata;
  return isMap(metadata) ? metadata : undefined;
}

/** The name that the resource has now; '' where it has none. */
export function nameOf(resource: Resource): string {
  return textUnlessNull(metadataOf(resource.tree)?.name);
}

/** The namespace that the resource has now; '' where it has none. */
export function namespaceOf(resource: Resource): string {
  return textUnlessNull(metadataOf(resource.tree)?.namespace);
}

/** The group, version and kind that the resource has now, and whether such objects are in a namespace. */
export function typeOf({ tree, openApi }: Resource): ResourceType {
  return openApi.typeOf(apiVersionText(tree), kindOf(tree));
}

/** What the resource is called now. */
export function currentId(resource: Resource): ResourceId {
  const { group, version, kind, clusterScoped } = typeOf(resource);
  return { group, version, kind, name: nameOf(resource), namespace: namespaceOf(resource), clusterScoped };
}

/** The ids that it had, oldest first. Its apiVersion counts as unchanged. */
export function previousIds(resource: Resource): ResourceId[] {
  if (resource.previous.length === 0) return [];
  const { group, version } = typeOf(resource);
  return resource.previous.map(({ kind, name, namespace }) => ({
    group,
    version,
    kind,
    name,
    namespace,
    clusterScoped: false,
  }));
}

/** What the resource was called when it was read. */
export function originalId(resource: Resource): ResourceId {
  return previousIds(resource)[0] ?? currentId(resource);
}

/** Remembers the present id before a change of it. */
export function storePreviousId(resource: Resource): void {
  const { kind, name, namespace, clusterScoped } = currentId(resource);
  const previous = { kind, name, namespace: effectiveNamespace({ namespace, clusterScoped }) };
  resource.previous = [...resource.previous, previous];
}

/** The texts of metadata.annotations or metadata.labels. */
export function metadataTexts(tree: TreeMap | undefined, field: 'annotations' | 'labels'): Map<string, string> {
  const map = metadataOf(tree)?.[field];
  const texts = new Map<string, string>();
  if (isMap(map)) for (const key of Object.keys(map)) texts.set(key, textOf(map[key]));
  return texts;
}

/** Writes all annotations or labels as strings; an empty map is left out. */
export function setMetadataTexts(
  tree: TreeMap,
  field: 'annotations' | 'labels',
  texts: ReadonlyMap<string, string>,
): void {
  const metadata = isMissing(tree.metadata) ? emptyMap() : tree.metadata;
  if (!isMap(metadata)) return;
  tree.metadata = metadata;
  const map = emptyMap();
  for (const [key, text] of texts) setField(map, key, text);
  if (field === 'labels') noteAllMade(map);
  if (hasFields(map)) metadata[field] = map;
  else removeField(metadata, field);
}

/** A field of the tree by its names; undefined where any of them is not there. */
export function fieldAt(tree: TreeMap | undefined, ...names: readonly string[]): Tree | undefined {
  let value: Tree | undefined = tree;
  for (const name of names) value = isMap(value) ? getField(value, name) : undefined;
  return value;
}
