/**
 * Fields whose strings stand in quotes, or in a block, although they would be strings without. When kustomize puts another value into
 * a field it keeps the style of the old one (kyaml/yaml/fns.go FieldSetter), so that a patch's 5 becomes "5" where "x" stood, and
 * stays a number where x did. Strings that need their quotes tell by themselves.
 */
import type { TreeMap } from './tree.js';

const fields = new WeakMap<TreeMap, Set<string>>();

export function noteQuotedField(map: TreeMap, name: string): void {
  const names = fields.get(map);
  if (names === undefined) fields.set(map, new Set([name]));
  else names.add(name);
}

export function isQuotedField(map: TreeMap, name: string): boolean {
  return fields.get(map)?.has(name) ?? false;
}

/** For a copy of a map. */
export function copyQuotedFields(from: TreeMap, to: TreeMap): void {
  const names = fields.get(from);
  if (names !== undefined) fields.set(to, new Set(names));
}
