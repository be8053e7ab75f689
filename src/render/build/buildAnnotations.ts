/**
 * What kustomize notes in annotations while it builds, and removes at the end. They are kept beside the tree here, and written
 * into it for what looks at annotations meanwhile: a JSON patch can add to `metadata.annotations` only where there are some,
 * a strategic merge can throw all of them away, plugins get and return them.
 */
import { inputError } from '../../errors.js';
import { problemOfMadeKeys, unreadableKey } from '../resources/madeKeys.js';
import {
  type GeneratorBehavior,
  type Resource,
  metadataTexts,
  setMetadataTexts,
  metadataOf,
} from '../resources/resource.js';
import {
  type Tree,
  emptyMap,
  getField,
  isList,
  isMap,
  isMissing,
  removeField,
  setField,
  textOf,
} from '../resources/tree.js';

const DOMAIN = 'internal.config.kubernetes.io';
const KINDS = `${DOMAIN}/previousKinds`;
const NAMES = `${DOMAIN}/previousNames`;
const NAMESPACES = `${DOMAIN}/previousNamespaces`;
const PREFIXES = `${DOMAIN}/prefixes`;
const SUFFIXES = `${DOMAIN}/suffixes`;
const BEHAVIOR = `${DOMAIN}/generatorBehavior`;
const NEEDS_HASH = `${DOMAIN}/needsHashSuffix`;
const NAME_CHANGE = `${DOMAIN}/allowNameChange`;
const KIND_CHANGE = `${DOMAIN}/allowKindChange`;
const HELM = `${DOMAIN}/helm-generated`;
const ENABLED = 'enabled';

const OWN = [KINDS, NAMES, NAMESPACES, PREFIXES, SUFFIXES, BEHAVIOR, NEEDS_HASH, NAME_CHANGE, KIND_CHANGE, HELM];

/** All that kustomize removes at the end. */
const REMOVED = [
  ...OWN,
  ...['refBy', 'path', 'index', 'seqindent', 'id', 'annotations-migration-resource-id'].map(
    (name) => `${DOMAIN}/${name}`,
  ),
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
];

export const ORIGIN_ANNOTATION = 'config.kubernetes.io/origin';
export const TRANSFORMATIONS_ANNOTATION = 'alpha.config.kubernetes.io/transformations';

/** Writes the notes into the tree's annotations. */
export function writeBuildAnnotations(resource: Resource): void {
  const { tree, previous } = resource;
  const notes = new Map<string, string>();
  if (previous.length > 0) {
    notes.set(KINDS, previous.map(({ kind }) => kind).join(','));
    notes.set(NAMES, previous.map(({ name }) => name).join(','));
    notes.set(NAMESPACES, previous.map(({ namespace }) => namespace).join(','));
  }
  if (resource.prefixes.length > 0) notes.set(PREFIXES, resource.prefixes.join(','));
  if (resource.suffixes.length > 0) notes.set(SUFFIXES, resource.suffixes.join(','));
  if (resource.behavior !== undefined) notes.set(BEHAVIOR, resource.behavior);
  if (resource.needsHash) notes.set(NEEDS_HASH, ENABLED);
  if (resource.allowNameChange) notes.set(NAME_CHANGE, ENABLED);
  if (resource.allowKindChange) notes.set(KIND_CHANGE, ENABLED);
  if (resource.fromHelm) notes.set(HELM, 'true');
  if (tree === undefined || notes.size === 0) return;
  const metadata = isMissing(tree.metadata) ? emptyMap() : tree.metadata;
  if (!isMap(metadata)) return;
  tree.metadata = metadata;
  const annotations = isMissing(metadata.annotations) ? emptyMap() : (metadata.annotations as Tree);
  if (!isMap(annotations)) return;
  metadata.annotations = annotations;
  for (const [key, text] of notes) setField(annotations, key, text);
}

/** Takes the notes out of the tree again. With `believe`, what stands there now is what is known of the resource. */
export function takeBuildAnnotations(resource: Resource, believe: boolean): void {
  const annotations = metadataOf(resource.tree)?.annotations;
  if (believe) readNotes(resource);
  if (!isMap(annotations)) return;
  for (const key of OWN) removeField(annotations, key);
}

function readNotes(resource: Resource): void {
  const annotations = metadataTexts(resource.tree, 'annotations');
  const list = (key: string): string[] => annotations.get(key)?.split(',') ?? [];
  const kinds = list(KINDS);
  const namespaces = list(NAMESPACES);
  resource.previous = list(NAMES).map((name, index) => ({
    name,
    kind: kinds[index] ?? '',
    namespace: namespaces[index] ?? '',
  }));
  resource.prefixes = list(PREFIXES);
  resource.suffixes = list(SUFFIXES);
  const behavior = annotations.get(BEHAVIOR);
  resource.behavior = behavior === undefined ? undefined : behaviorOf(behavior);
  resource.needsHash = annotations.get(NEEDS_HASH) === ENABLED;
  resource.fromHelm = annotations.get(HELM) === 'true';
}

/**
 * What a generator does with a resource that is there already; any text that kustomize does not know means nothing was said.
 */
export function behaviorOf(text: string | undefined): GeneratorBehavior {
  return text === 'create' || text === 'replace' || text === 'merge' ? text : 'unspecified';
}

/** A resource that a plugin returned may carry notes of its own. */
export function adoptBuildAnnotations(resource: Resource): void {
  readNotes(resource);
  takeBuildAnnotations(resource, false);
}

/** At the end of a build annotations are strings, none of them kustomize's own, and left out where there is none. */
export function finishAnnotations(resource: Resource, keepOrigin: boolean, keepTransformations: boolean): void {
  const { tree } = resource;
  const annotations = metadataOf(tree)?.annotations;
  if (tree === undefined || annotations === undefined) return;
  if (isList(annotations) && annotations.length > 0) {
    throw inputError('InvalidAnnotations', 'metadata.annotations is a list, and a map is wanted', {
      position: resource.source,
    });
  }
  const texts = new Map<string, string>();
  if (isMap(annotations)) {
    const problem = problemOfMadeKeys(annotations);
    if (problem !== undefined) throw unreadableKey(`metadata.annotations: ${problem}`, resource.source);
    for (const key of Object.keys(annotations)) texts.set(key, textOf(getField(annotations, key)));
  }
  for (const key of REMOVED) texts.delete(key);
  if (!keepOrigin) texts.delete(ORIGIN_ANNOTATION);
  if (!keepTransformations) texts.delete(TRANSFORMATIONS_ANNOTATION);
  setMetadataTexts(tree, 'annotations', texts);
}
