/** Dotted paths: `spec.template.spec.containers.[name=app].env.0.value`, `metadata.annotations.[example.com/a]`. */
import { splitPath } from '../fieldSpecs/fieldSpec.js';
import { type Tree, isList, isMap, isMissing, textOf } from '../resources/tree.js';
import { PathProblem, type Slot, fieldSlot, isIndex, itemSlot, splitItemSelector } from './slot.js';

/**
 * The parts of a path. A backslash keeps the dot after it, brackets keep the dots within: `[name=a.b]` selects an item,
 * `[a.b]` is a field name (kyaml/utils SmarterPathSplitter).
 */
export function splitDottedPath(path: string): string[] {
  const parts = splitPath(path, '.');
  const result: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    let part = parts[index] as string;
    if (part.startsWith('[') && !part.endsWith(']')) {
      while (index + 1 < parts.length) {
        index++;
        part += `.${parts[index] ?? ''}`;
        if (parts[index]?.endsWith(']')) break;
      }
      if (!part.includes('=')) part = part.replaceAll(/^[[\]]+|[[\]]+$/g, '');
    }
    result.push(part);
  }
  return result;
}

/** The one place that a path leads to; undefined where it leads nowhere. Throws PathProblem (kyaml/yaml PathGetter). */
export function lookUp(tree: Tree, path: readonly string[]): Slot | undefined {
  let slot: Slot = { get: () => tree, set: () => undefined };
  for (const part of path.map((name) => name.trim()).filter((name) => name !== '')) {
    const next = step(slot.get(), part);
    if (next === undefined) return undefined;
    slot = next;
  }
  return slot;
}

function step(node: Tree, part: string): Slot | undefined {
  if (isIndex(part) || part === '-') {
    const list = listAt(node, part);
    const index = part === '-' ? list.length - 1 : Number(part);
    return index >= 0 && index < list.length ? itemSlot(list, index) : undefined;
  }
  if (part === '*') throw new PathProblem('* is not supported here');
  if (/^-[0-9]+$/.test(part)) throw new PathProblem(`the index ${part} is negative`);
  const selector = splitItemSelector(part);
  if (selector !== undefined) {
    const list = listAt(node, part);
    const index = list.findIndex((item) => isItem(item, selector.name, selector.value));
    return index < 0 ? undefined : itemSlot(list, index);
  }
  if (isMissing(node)) return undefined;
  if (!isMap(node)) throw new PathProblem(`${part} is looked for in something other than a map`);
  return Object.hasOwn(node, part) ? fieldSlot(node, part) : undefined;
}

function isItem(item: Tree, name: string, value: string): boolean {
  if (name === '') return textOf(item) === value;
  return isMap(item) && Object.hasOwn(item, name) && textOf(item[name]) === value;
}

/**
 * The list at a part of a path; what is missing or null counts as an empty one.
 * @throws PathProblem for anything else
 */
export function listAt(node: Tree, part: string): Tree[] {
  if (isMissing(node)) return [];
  if (!isList(node)) throw new PathProblem(`${part} is looked for in something other than a list`);
  return node;
}
