/** All the places that a path of a replacement's target matches (kyaml/yaml/match.go, PathMatcher). */
import { goRegExp } from '../../objects/regexp/goRegexp.js';
import { problemOfMadeKey } from '../resources/madeKeys.js';
import {
  SourceScalar,
  type Tree,
  emptyMap,
  getField,
  isMap,
  isMissing,
  isScalar,
  setField,
  textOf,
} from '../resources/tree.js';
import { plainScalar } from '../resources/scalarText.js';
import { emitYaml } from '../yaml/emit.js';
import { plainJson } from '../resources/tree.js';
import { listAt } from './dottedPath.js';
import { type NodeKind, PathProblem, type Slot, fieldSlot, isIndex, itemSlot, splitItemSelector } from './slot.js';

/** A scalar that was made for a path: whatever is written there has no type yet. */
class CreatedScalar extends SourceScalar {}

/** What a path has made at its end: nothing yet, or the text that an item is found by. */
export function createdScalar(text: string): SourceScalar {
  return new CreatedScalar(null, text);
}

/** Whether the scalar was made for a path. */
export function isCreated(tree: Tree): boolean {
  return tree instanceof CreatedScalar;
}

/** The regular expressions in the parts of a path. */
export function itemPatterns(path: readonly string[]): string[] {
  return path.flatMap((part) => /^\[[^=]*=(.*)\]$/s.exec(part)?.[1] ?? []);
}

/** With `create`, what is missing is made, with a node of that kind at the end. Throws PathProblem. */
export function matchPath(slot: Slot, path: readonly string[], create: NodeKind | undefined): Slot[] {
  const [part, ...rest] = path;
  if (part === undefined) return [slot];
  if (isIndex(part)) return matchIndex(slot, Number(part), rest, create);
  const selector = splitItemSelector(part);
  if (selector !== undefined) return matchItems(slot, part, selector, rest, create);
  if (part === '*') {
    const list = listAt(slot.get(), part);
    return list.flatMap((_, index) => matchPath(itemSlot(list, index), rest, create));
  }
  return matchField(slot, part, rest, create);
}

function matchField(slot: Slot, name: string, rest: readonly string[], create: NodeKind | undefined): Slot[] {
  const node = slot.get();
  if (!isMissing(node) && !isMap(node)) throw new PathProblem(`${name} is looked for in something other than a map`);
  if (create !== undefined && isMissing(node)) throw new PathProblem(`${name} cannot be made in a null`);
  const map = isMap(node) ? node : emptyMap();
  let value = getField(map, name);
  if (value === undefined) {
    if (create === undefined) return [];
    const problem = problemOfMadeKey(name);
    if (problem !== undefined) throw new PathProblem(problem);
    value = made(rest[0], create);
    setField(map, name, value);
  }
  if (isScalar(value) && !isMissing(value) && rest.length > 0) {
    throw new PathProblem(`${rest[0] ?? ''} is looked for in the text at ${name}`);
  }
  return matchPath(fieldSlot(map, name), rest, create);
}

function matchIndex(slot: Slot, index: number, rest: readonly string[], create: NodeKind | undefined): Slot[] {
  const list = listToFill(slot, String(index), create);
  if (list.length === index && create !== undefined) list.push(made(rest[0], create));
  if (index >= list.length) throw new PathProblem(`there is no item ${index}: the list has ${list.length}`);
  return matchPath(itemSlot(list, index), rest, create);
}

function matchItems(
  slot: Slot,
  part: string,
  { name, value }: { name: string; value: string },
  rest: readonly string[],
  create: NodeKind | undefined,
): Slot[] {
  const list = listToFill(slot, part, create);
  const pattern = goRegExp(value);
  if (pattern === undefined) throw new PathProblem(`${value} is no regular expression`);
  const find = (): Slot[] =>
    list.flatMap((item, index) => {
      const own = name === '' ? item : isMap(item) ? getField(item, name) : undefined;
      if (own === undefined || !pattern.test(printed(own))) return [];
      return name === '' ? [itemSlot(list, index)] : matchPath(itemSlot(list, index), rest, create);
    });
  const found = find();
  if (found.length > 0 || create === undefined) return found;
  // What is made is written without quotes: [port=80] makes a number.
  const own = plainScalar(value);
  if (name === '') list.push(own);
  else {
    const item = emptyMap();
    setField(item, name, own);
    list.push(item);
  }
  // kustomize makes one item after the other for ever.
  const created = find();
  if (created.length === 0) throw new PathProblem(`the item that ${part} makes is not one that the path leads to`);
  return name === '' ? created.map((item) => ({ ...item, get: () => createdScalar(value) })) : created;
}

function listToFill(slot: Slot, part: string, create: NodeKind | undefined): Tree[] {
  const node = slot.get();
  if (create !== undefined && isMissing(node)) throw new PathProblem(`${part} cannot be made in a null`);
  return listAt(node, part);
}

/** What a regular expression is held against: scalars as they stand in YAML, quotes and all. */
function printed(value: Tree): string {
  return isScalar(value) && typeof value !== 'string' ? textOf(value) : emitYaml(plainJson(value)).trim();
}

/** A node for the part before `next`. */
function made(next: string | undefined, kind: NodeKind): Tree {
  if (next === undefined || next === '') return kind === 'map' ? emptyMap() : kind === 'list' ? [] : createdScalar('');
  return isIndex(next) || (next.startsWith('[') && next.endsWith(']')) ? [] : emptyMap();
}
