/** From a YAML text to resources: what is empty is left out, lists are opened (api/resource/factory.go, kyaml/kio). */
import { type SourcePosition, inputError } from '../../errors.js';
import type { Budget } from '../budget.js';
import type { OpenApi } from '../openApi/openApi.js';
import { type Resource, kindOf, makeResource, metadataOf } from '../resources/resource.js';
import { noteFieldStyle, noteFlow } from '../resources/styles.js';
import {
  SourceScalar,
  type Tree,
  type TreeMap,
  emptyMap,
  getField,
  isEmpty,
  isList,
  isMap,
  isMissing,
  setField,
  textUnlessNull,
} from '../resources/tree.js';
import { type TreeDocument, readTrees } from '../yaml/read.js';

/** What all kustomizations of one run share, as far as reading needs it. */
export interface Reading {
  readonly openApi: OpenApi;
  readonly budget: Budget;
}

/** Throws KapplyError `InvalidYaml`, `NotAResource`, `MissingKind` or `MissingName`. `file` is how messages name the text. */
export function readResources(text: string, file: string, { openApi, budget }: Reading): Resource[] {
  const resources: Resource[] = [];
  const queue = unwrapped(readTrees(text, { file }));
  // What a list holds comes after everything else, and may be a list itself.
  for (let index = 0; index < queue.length; index++) {
    const { tree, line } = queue[index] as TreeDocument;
    if (isEmpty(tree)) continue;
    budget.spendTree(tree);
    const object = validated(tree, file, line);
    const items = kindOf(object).endsWith('List') ? getField(object, 'items') : undefined;
    if (items === undefined) resources.push(makeResource(object, { file, line }, openApi));
    else for (const item of itemsOf(items, file, line)) queue.push({ tree: asJson(item), line });
  }
  return resources;
}

/** A lone List gives its items up as they are written. */
function unwrapped(documents: readonly TreeDocument[]): TreeDocument[] {
  const [only, second] = documents;
  if (only === undefined || second !== undefined || !isMap(only.tree)) return [...documents];
  const { kind } = only.tree;
  if (kind !== 'List' && kind !== 'ResourceList') return [...documents];
  if (!Object.hasOwn(only.tree, 'items') && !Object.hasOwn(only.tree, 'functionConfig')) return [...documents];
  const items = getField(only.tree, 'items');
  return isList(items) ? items.map((tree) => ({ tree, line: only.line })) : [];
}

/** kustomize writes the items of every other list as JSON and reads that: all is within braces, and every string in quotes. */
function asJson(tree: Tree): Tree {
  if (tree instanceof SourceScalar) return tree.value;
  if (isList(tree)) {
    const list = tree.map(asJson);
    noteFlow(list);
    return list;
  }
  if (!isMap(tree)) return tree;
  const map = emptyMap();
  noteFlow(map);
  for (const [name, value] of Object.entries(tree)) {
    const json = asJson(value ?? null);
    setField(map, name, json);
    if (typeof json === 'string') noteFieldStyle(map, name, 'quoted');
  }
  return map;
}

function itemsOf(items: Tree, file: string, line: number): Tree[] {
  if (isList(items)) return items;
  if (isMissing(items)) return [];
  throw inputError('NotAResource', 'items of a list is not a list', { position: { file, line } });
}

/** Every object has a kind and a name, except that a list needs no name. */
function validated(tree: Tree, file: string, line: number): TreeMap {
  const position = { file, line };
  if (!isMap(tree) || (isEmpty(tree.apiVersion) && isEmpty(tree.kind) && isEmpty(tree.metadata))) {
    throw inputError('NotAResource', 'this is no Kubernetes object: apiVersion, kind and metadata are missing', {
      position,
      suggestions: ['Under resources, name files of Kubernetes objects and folders with a kustomization only.'],
    });
  }
  refuseNameless(tree, position);
  return tree;
}

/** Throws KapplyError `MissingKind` or `MissingName`. What was read has both, and a patch can take them away. */
export function refuseNameless(tree: TreeMap, position: SourcePosition): void {
  const kind = textUnlessNull(tree.kind);
  if (kind === '') throw inputError('MissingKind', 'the object has no kind', { position });
  if (!kind.endsWith('List') && textUnlessNull(metadataOf(tree)?.name) === '') {
    throw inputError('MissingName', `the ${kind} has no metadata.name`, { position });
  }
}
