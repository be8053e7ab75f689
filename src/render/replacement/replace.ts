/** `replacements`: values of one object copied into others (api/filters/replacement). */
import { type KapplyError, inputError } from '../../errors.js';
import type { Budget } from '../budget.js';
import { loadPatterns } from '../../objects/regexp/goRegexp.js';
import type { FieldOptions, Replacement, ReplacementTarget, Selector } from '../kustomization/kustomization.js';
import { type Resource, nameOf, namespaceOf, previousIds, typeOf as resourceType } from '../resources/resource.js';
import { type Gvk, effectiveNamespace, isSelectedBy } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import { plainScalar, typeOf, withTextOfType } from '../resources/scalarText.js';
import { type CompiledSelector, compileSelector, loadSelectors } from '../resources/select.js';
import {
  SourceScalar,
  type Tree,
  cloneTree,
  isEmpty,
  isList,
  isMap,
  isNull,
  isScalar,
  textOf,
  textUnlessNull,
} from '../resources/tree.js';
import { lookUp, splitDottedPath } from './dottedPath.js';
import { isCreated, itemPatterns, matchPath } from './matchPath.js';
import { type NodeKind, PathProblem, type Slot } from './slot.js';
import { changeStructuredText } from './structuredText.js';

const DEFAULT_PATH = 'metadata.name';
/** No object is nested so deeply, and each part is a call within a call. */
const MOST_PARTS = 500;

interface Id extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** To be awaited before they are applied. */
export async function loadReplacements(replacements: readonly Replacement[]): Promise<void> {
  const targets = replacements.flatMap((replacement) => replacement.targets ?? []);
  await loadSelectors(targets.flatMap(({ select, reject = [] }) => [select, ...reject]));
  const paths = targets.flatMap(({ fieldPaths = [] }) => fieldPaths);
  await loadPatterns(paths.flatMap((path) => itemPatterns(splitDottedPath(path))));
}

/** What replacements need of the kustomization that they belong to. */
export interface ReplacementContext {
  /** The one that they stand in, for messages. */
  readonly file: string;
  readonly budget: Budget;
  /** To be told that no object matches the select of a target. */
  readonly unmatched?: ((select: Selector) => void) | undefined;
}

/** Carries them out one after the other. Throws KapplyError `InvalidReplacement`. */
export async function applyReplacements(
  map: ResourceMap,
  replacements: readonly Replacement[],
  { file, budget, unmatched }: ReplacementContext,
): Promise<void> {
  const resources = map.resources.filter(({ tree }) => tree !== undefined);
  const fail = (message: string): KapplyError => inputError('InvalidReplacement', message, { position: { file } });
  for (const replacement of replacements) {
    const { targets = [] } = replacement;
    if ((replacement.source === undefined && replacement.sourceValue === undefined) || targets.length === 0) {
      throw fail('a replacement needs a source and at least one target');
    }
    if (replacement.source !== undefined && replacement.sourceValue !== undefined) {
      throw fail('a replacement has both source and sourceValue: keep one of the two');
    }
    const given = givenValue(replacement.sourceValue ?? '');
    const value = replacement.source === undefined ? () => given : sourceOf(resources, replacement.source, fail);
    for (const target of targets) {
      await budget.breathe();
      applyTo(resources, value, target, { fail, budget, unmatched });
    }
  }
  map.idsChanged();
}

/** The text `null` is none where it becomes a part of another text. */
function givenValue(text: string): Tree {
  const value = plainScalar(text);
  return isNull(value) ? new SourceScalar(text, text) : value;
}

type Fail = (message: string) => KapplyError;

/**
 * What a replacement copies, as it is at the moment: a whole field of the source is one node to kustomize, and where the source is a
 * target as well, the targets after it get what has become of it.
 */
type Source = () => Tree;

function sourceOf(resources: readonly Resource[], source: NonNullable<Replacement['source']>, fail: Fail): Source {
  const label = describe(source);
  const found = resources.filter((resource) => idsOf(resource).some((id) => isSource(id, source)));
  const [resource] = found;
  if (resource?.tree === undefined) throw fail(`the source of a replacement, ${label}, is not there`);
  if (found.length > 1) throw fail(`the source of a replacement, ${label}, could be any of ${found.length} objects`);
  const path = source.fieldPath || DEFAULT_PATH;
  const slot = inPath(path, label, fail, () => lookUp(resource.tree as Tree, splitDottedPath(path)));
  const value = slot?.get();
  if (slot === undefined || value === undefined || isEmpty(value))
    throw fail(`${label}, the source of a replacement, has nothing at ${path}`);
  if (!source.options?.delimiter) return slot.get;
  const part = refined(value, source.options, path, fail);
  return () => part;
}

function refined(value: Tree, options: FieldOptions, path: string, fail: Fail): Tree {
  if (!isScalar(value))
    throw fail(`a delimiter splits single values only, and ${path} is ${isMap(value) ? 'a map' : 'a list'}`);
  const parts = textUnlessNull(value).split(options.delimiter ?? '');
  const index = options.index ?? 0;
  const part = parts[index];
  if (part === undefined)
    throw fail(`options.index ${index} of a source is out of bounds: ${path} has ${parts.length} parts`);
  return withTextOfType(value, part) ?? part;
}

/** What the steps of a replacement are handed. */
interface Copying {
  readonly fail: Fail;
  readonly budget: Budget;
  readonly unmatched: ReplacementContext['unmatched'];
}

function applyTo(resources: readonly Resource[], value: Source, target: ReplacementTarget, copying: Copying): void {
  const { fail } = copying;
  if (target.select === undefined) throw fail('a target of a replacement needs a select');
  const paths = target.fieldPaths === undefined || target.fieldPaths.length === 0 ? [DEFAULT_PATH] : target.fieldPaths;
  const select = compileSelector(target.select);
  const rejects = (target.reject ?? []).map((selector) => ({ selector, compiled: compileSelector(selector) }));
  let found = false;
  for (const resource of resources) {
    if (!select.metadata(resource)) continue;
    const ids = idsOf(resource);
    if (!ids.some((id) => matches(select, id))) continue;
    found = true;
    if (rejects.some(({ selector, compiled }) => isRejected(resource, ids, selector, compiled))) continue;
    for (const path of paths) copyTo(resource, value, path, target.options, copying);
  }
  if (!found) copying.unmatched?.(target.select);
}

/** By its labels or annotations, or by what it is called: each of the two is enough. */
function isRejected(resource: Resource, ids: readonly Id[], selector: Selector, compiled: CompiledSelector): boolean {
  const { labelSelector, annotationSelector, ...id } = selector;
  if ((labelSelector || annotationSelector) && compiled.metadata(resource)) return true;
  return Object.values(id).some((part) => part !== '') && ids.some((known) => matches(compiled, known));
}

function copyTo(
  resource: Resource,
  value: Source,
  path: string,
  options: FieldOptions | undefined,
  { fail, budget }: Copying,
): void {
  const root: Slot = { get: () => resource.tree as Tree, set: () => undefined };
  const parts = splitDottedPath(path);
  const create = options?.create ? kindOfNode(value()) : undefined;
  const label = describe(idsOf(resource)[0] as Id);
  if (parts.length > MOST_PARTS) throw fail(`a path of a replacement has more than ${MOST_PARTS} parts`);
  // What is put in is a copy, and counts for each place.
  const put = (slot: Slot, result: Tree): void => {
    budget.spendTree(result);
    slot.set(result);
  };
  const outcome = copyIntoText(root, value, parts, options, put);
  if (outcome === 'copied') return;
  const slots = inPath(path, label, fail, () => {
    try {
      return matchPath(root, parts, create);
    } catch (error) {
      throw error instanceof PathProblem ? (outcome ?? error) : error;
    }
  });
  if (slots.length === 0) {
    throw fail(
      `${label}, a target of a replacement, has no field ${path}${create === undefined ? ' (options.create makes it)' : ''}`,
    );
  }
  for (const slot of slots) put(slot, changed(slot.get(), value(), options, path, fail));
}

/** Where the path leads on into a text of JSON or YAML. Undefined where there is none, the problem where it does not fit what one holds. */
function copyIntoText(
  root: Slot,
  value: Source,
  parts: readonly string[],
  options: FieldOptions | undefined,
  put: (slot: Slot, result: Tree) => void,
): 'copied' | PathProblem | undefined {
  let problem: PathProblem | undefined;
  for (let end = 1; end < parts.length; end++) {
    try {
      const slot = lookUp(root.get(), parts.slice(0, end));
      if (slot === undefined || !isScalar(slot.get())) continue;
      const fail = (message: string): PathProblem => new PathProblem(message);
      const create = options?.create ? kindOfNode(value()) : undefined;
      const text = changeStructuredText(textOf(slot.get()), parts.slice(end), create, (old) =>
        changed(old, value(), options, parts.join('.'), fail),
      );
      put(slot, text);
      return 'copied';
    } catch (error) {
      if (!(error instanceof PathProblem)) throw error;
      problem ??= error;
    }
  }
  return problem;
}

/** What takes the place of a target's value. A single value keeps its type: a number stays a number. */
function changed(
  old: Tree,
  value: Tree,
  options: FieldOptions | undefined,
  path: string,
  fail: (message: string) => Error,
): Tree {
  let text = textOf(value);
  if (options?.delimiter) {
    if (!isScalar(old))
      throw fail(`a delimiter splits single values only, and ${path} is ${isMap(old) ? 'a map' : 'a list'}`);
    const parts = textOf(old).split(options.delimiter);
    const index = options.index ?? 0;
    if (index < 0) parts.unshift(textUnlessNull(value));
    else if (index >= parts.length) parts.push(textUnlessNull(value));
    else parts[index] = textUnlessNull(value);
    text = parts.join(options.delimiter);
  }
  if (!isScalar(old)) return cloneTree(value);
  if (isCreated(old)) return plainScalar(text);
  const result = withTextOfType(old, text);
  if (result === undefined)
    throw fail(`${path} has the type ${typeOf(old)}, and a replacement would put something else there`);
  return result;
}

function kindOfNode(value: Tree): NodeKind {
  return isMap(value) ? 'map' : isList(value) ? 'list' : 'scalar';
}

function idsOf(resource: Resource): Id[] {
  const { group, version, kind } = resourceType(resource);
  return [{ group, version, kind, name: nameOf(resource), namespace: namespaceOf(resource) }, ...previousIds(resource)];
}

function isSource(id: Id, { name, namespace, ...gvk }: Selector): boolean {
  return (
    (!name || name === id.name) &&
    (!namespace ||
      effectiveNamespace({ namespace, clusterScoped: false }) ===
        effectiveNamespace({ namespace: id.namespace, clusterScoped: false })) &&
    isSelectedBy(id, gvk)
  );
}

function matches({ gvk, name, namespace }: CompiledSelector, id: Id): boolean {
  return gvk(id) && name(id.name) && namespace(id.namespace);
}

function describe({ kind = '', name = '', namespace = '' }: Selector): string {
  return `${kind || 'object'} ${name || '(any name)'}${namespace === '' ? '' : ` in namespace ${namespace}`}`;
}

function inPath<T>(path: string, label: string, fail: Fail, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof PathProblem)) throw error;
    throw fail(`${path} does not fit ${label}: ${error.message}`);
  }
}
