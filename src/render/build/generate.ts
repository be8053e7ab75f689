/** `configMapGenerator` and `secretGenerator`, and how what is generated joins what is there (resmap AbsorbAll). */
import { inputError } from '../../errors.js';
import type { Target } from './build.js';
import { ORIGIN_ANNOTATION, behaviorOf } from './buildAnnotations.js';
import { encodeBase64, makeConfigMap, makeSecret } from '../generators/generateConfig.js';
import { parseFileSource } from '../generators/keyValues.js';
import type { GeneratorArgs, GeneratorOptions, Texts } from '../kustomization/kustomization.js';
import { loadFile, readLocalFile } from '../loading/loadFile.js';
import { isUrl } from '../loading/webFile.js';
import { noteAllMade, noteAllQuoted } from '../resources/keptStyle.js';
import { problemOfMadeKeys, unreadableKey } from '../resources/madeKeys.js';
import { originAnnotation, annotate } from './origin.js';
import {
  type Resource,
  apiVersionText,
  currentId,
  kindOf,
  makeResource,
  metadataOf,
  metadataTexts,
  nameOf,
  namespaceOf,
  setMetadataTexts,
} from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import { type TreeMap, emptyMap, hasFields, isMap, removeField, setField, textUnlessNull } from '../resources/tree.js';

/** Makes the ConfigMap or Secret of an entry; generatorOptions are already in its options. */
export async function generateConfig(
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
  target: Target,
): Promise<Resource> {
  const fetched = await fetchUrls([...(args.files ?? []).map(pathOf), ...(args.envs ?? [])], target);
  const readFile = (path: string): Uint8Array => fetched.get(path) ?? readLocalFile(target.root, path);
  const object = kind === 'ConfigMap' ? makeConfigMap(args, readFile) : makeSecret(args, readFile);
  const tree = object as unknown as TreeMap;
  noteAllMade(tree.data);
  noteAllQuoted(metadataOf(tree)?.labels);
  const resource = makeResource(tree, { file: target.file }, target.build.openApi);
  resource.needsHash = !(args.options?.disableNameSuffixHash ?? false);
  resource.behavior = behaviorOf(args.behavior);
  return resource;
}

function pathOf(source: string): string {
  return isUrl(source) ? source : source.includes('=') ? parseFileSource(source).path : source;
}

async function fetchUrls(paths: readonly string[], { root }: Target): Promise<Map<string, Buffer>> {
  const fetched = new Map<string, Buffer>();
  for (const path of paths) if (isUrl(path)) fetched.set(path, await loadFile(root, path));
  return fetched;
}

/** An entry's own options win over generatorOptions; what switches something on wins in both. */
export function withGeneratorOptions(args: GeneratorArgs, global: GeneratorOptions | undefined): GeneratorArgs {
  if (global === undefined) return args;
  const local = args.options ?? {};
  const options: GeneratorOptions = {
    ...merged('labels', global.labels, local.labels),
    ...merged('annotations', global.annotations, local.annotations),
    disableNameSuffixHash: (local.disableNameSuffixHash ?? false) || (global.disableNameSuffixHash ?? false),
    immutable: (local.immutable ?? false) || (global.immutable ?? false),
  };
  return { ...args, options };
}

function merged<Field extends string>(field: Field, global?: Texts, local?: Texts): Partial<Record<Field, Texts>> {
  if (global === undefined && local === undefined) return {};
  return { [field]: { ...global, ...local } } as Record<Field, Texts>;
}

/**
 * Adds generated resources, each by its behavior: as new ones, or in the place of or merged into one that is there. `said` is what
 * the file says of it, for messages.
 * Throws KapplyError `NothingToMerge`, `DuplicateResource` or `AmbiguousMerge`.
 */
export function absorb(map: ResourceMap, generated: readonly Resource[], file: string, said = ''): void {
  for (const resource of generated) absorbOne(map, resource, file, said);
}

function absorbOne(map: ResourceMap, resource: Resource, file: string, said: string): void {
  const id = currentId(resource);
  const { behavior } = resource;
  const [old, second] = map.withAnyId(id);
  if (old === undefined) {
    if (behavior === 'merge' || behavior === 'replace') {
      throw inputError('NothingToMerge', `${describeId(id)} is to ${behavior} one of a base, and there is none`, {
        position: { file },
        suggestions: ['Check name and namespace, or leave behavior out to make a new one.'],
      });
    }
    refuseUnreadableKeys(resource, file);
    map.append(resource);
    return;
  }
  if (second !== undefined) {
    throw inputError('AmbiguousMerge', `${describeId(id)} could be merged into several objects of that name`, {
      position: { file },
    });
  }
  if (behavior !== 'merge' && behavior !== 'replace') {
    throw inputError('DuplicateResource', `${describeId(id)} is generated, and one from ${old.source.file} is there`, {
      position: { file },
      suggestions: [
        ...(said !== '' && behavior === 'unspecified' ? [`The behavior ${said} is none: it is ignored.`] : []),
        'Give the generator behavior: merge or behavior: replace, or another name.',
      ],
    });
  }
  takeIdentity(resource, old);
  if (behavior === 'merge') {
    mergeField(resource, old, 'data');
    mergeField(resource, old, 'binaryData');
    const origin = originAnnotation(old);
    if (origin !== undefined) annotate(resource, ORIGIN_ANNOTATION, origin);
  }
  refuseUnreadableKeys(resource, file);
  map.replace(old, resource);
}

function refuseUnreadableKeys(resource: Resource, file: string): void {
  const { tree } = resource;
  for (const [place, made] of [
    ['data', tree?.data],
    ['binaryData', tree?.binaryData],
    ['metadata.labels', metadataOf(tree)?.labels],
  ] as const) {
    const problem = problemOfMadeKeys(made);
    if (problem !== undefined)
      throw unreadableKey(`${describeId(currentId(resource))}, ${place}: ${problem}`, { file });
  }
}

/** The new object takes the place of the old one: its name, its history, and labels and annotations that it does not set. */
function takeIdentity(resource: Resource, old: Resource): void {
  const tree = resource.tree as TreeMap;
  for (const field of ['labels', 'annotations'] as const) {
    const texts = metadataTexts(old.tree, field);
    for (const [key, text] of metadataTexts(tree, field)) texts.set(key, text);
    setMetadataTexts(tree, field, texts);
  }
  const metadata = metadataOf(tree) ?? (tree.metadata = emptyMap());
  metadata.name = nameOf(old);
  const namespace = namespaceOf(old);
  if (namespace === '') removeField(metadata, 'namespace');
  else metadata.namespace = namespace;
  resource.previous = old.previous;
  resource.prefixes = old.prefixes;
  resource.suffixes = old.suffixes;
  resource.behavior = old.behavior;
  resource.fromHelm = old.fromHelm;
  resource.varNames = old.varNames;
  resource.needsHash &&= old.needsHash;
}

function mergeField(resource: Resource, old: Resource, field: 'data' | 'binaryData'): void {
  const tree = resource.tree as TreeMap;
  const values = emptyMap();
  for (const source of [oldValues(old, field), tree[field]]) {
    if (!isMap(source)) continue;
    for (const key of Object.keys(source)) setField(values, key, textUnlessNull(source[key]));
  }
  noteAllMade(values);
  if (hasFields(values)) tree[field] = values;
  else removeField(tree, field);
}

/** What an old Secret has as stringData counts as its data. */
function oldValues({ tree }: Resource, field: 'data' | 'binaryData'): TreeMap {
  const values = emptyMap();
  const own = tree?.[field];
  if (isMap(own)) Object.assign(values, own);
  const plain = tree?.stringData;
  if (field === 'data' && apiVersionText(tree) === 'v1' && kindOf(tree) === 'Secret' && isMap(plain)) {
    for (const key of Object.keys(plain)) {
      setField(values, key, encodeBase64(Buffer.from(textUnlessNull(plain[key]))));
    }
  }
  return values;
}
