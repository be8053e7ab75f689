/** The places that a path leads to within a text of JSON or YAML: what matchPath.ts does, on nodes that keep how they are written. */
import { Pair, Scalar, YAMLMap, YAMLSeq, isMap, isScalar, isSeq } from 'yaml';
import { goRegExp } from '../../objects/regexp/goRegexp.js';
import { type NodeKind, PathProblem, isIndex, splitItemSelector } from './slot.js';

export interface Place {
  readonly get: () => unknown;
  readonly set: (node: unknown) => void;
  /** Whether the path has made it. */
  readonly made: boolean;
}

/** Throws PathProblem where the text has something else than the path needs. */
export function placesIn(root: unknown, path: readonly string[], create: NodeKind | undefined): Place[] {
  return step({ get: () => root, set: () => undefined, made: false }, path, create);
}

function step(place: Place, [part, ...rest]: readonly string[], create: NodeKind | undefined): Place[] {
  if (part === undefined) return [place];
  if (isIndex(part)) return intoItem(place, Number(part), rest, create);
  const selector = splitItemSelector(part);
  if (selector !== undefined) return intoItems(place, part, selector, rest, create);
  if (part === '*') {
    const list = listAt(place, part);
    return list.items.flatMap((_, index) => step(itemOf(list, index), rest, create));
  }
  return intoField(place, part, rest, create);
}

function intoField(place: Place, name: string, rest: readonly string[], create: NodeKind | undefined): Place[] {
  const map = place.get();
  if (!isMap(map)) throw new PathProblem(`${name} is looked for in something other than a map`);
  let pair = map.items.find(({ key }) => (isScalar(key) ? key.value : key) === name);
  const made = pair === undefined;
  if (pair === undefined) {
    if (create === undefined) return [];
    pair = new Pair(plain(name), nodeFor(rest[0], create));
    map.items.push(pair);
  }
  const field = pair;
  return step({ get: () => field.value, set: (node) => (field.value = node), made }, rest, create);
}

function intoItem(place: Place, index: number, rest: readonly string[], create: NodeKind | undefined): Place[] {
  const list = listAt(place, String(index));
  const made = index === list.items.length && create !== undefined;
  if (made) list.items.push(nodeFor(rest[0], create));
  if (index >= list.items.length) throw new PathProblem(`there is no item ${index}: the list has ${list.items.length}`);
  return step({ ...itemOf(list, index), made }, rest, create);
}

function intoItems(
  place: Place,
  part: string,
  { name, value }: { name: string; value: string },
  rest: readonly string[],
  create: NodeKind | undefined,
): Place[] {
  const list = listAt(place, part);
  const pattern = goRegExp(value);
  if (pattern === undefined) throw new PathProblem(`${value} is no regular expression`);
  const find = (made: boolean): Place[] =>
    list.items.flatMap((item, index) => {
      const own: unknown = name === '' ? item : isMap(item) ? item.get(name, true) : undefined;
      if (!isScalar(own) || !pattern.test(String(own.value))) return [];
      return step({ ...itemOf(list, index), made: made && name === '' }, rest, create);
    });
  const found = find(false);
  if (found.length > 0 || create === undefined) return found;
  list.items.push(name === '' ? plain(value) : mapOf(name, value));
  const created = find(true);
  if (created.length === 0) throw new PathProblem(`the item that ${part} makes is not one that the path leads to`);
  return created;
}

function listAt(place: Place, part: string): YAMLSeq {
  const node = place.get();
  if (isSeq(node)) return node;
  throw new PathProblem(`${part} is looked for in something other than a list`);
}

function itemOf(list: YAMLSeq, index: number): Place {
  return { get: () => list.items[index], set: (node) => (list.items[index] = node), made: false };
}

function plain(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.PLAIN;
  return scalar;
}

function mapOf(name: string, value: string): YAMLMap {
  const map = new YAMLMap();
  map.items.push(new Pair(plain(name), plain(value)));
  return map;
}

/** A node for the part before `next`. */
function nodeFor(next: string | undefined, kind: NodeKind): unknown {
  if (next === undefined || next === '')
    return kind === 'map' ? new YAMLMap() : kind === 'list' ? new YAMLSeq() : plain('');
  return isIndex(next) || (next.startsWith('[') && next.endsWith(']')) ? new YAMLSeq() : new YAMLMap();
}
