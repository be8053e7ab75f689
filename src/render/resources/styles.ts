/**
 * How fields and collections are written, where kustomize goes by it. When it puts another value into a field it keeps the style of
 * the old one (kyaml/yaml/fns.go FieldSetter):
 * - a string in quotes, or in a block, stays a string: a patch's 5 becomes "5" where "x" stood, and stays a number where x did.
 *   Strings that need their quotes tell by themselves.
 * - a folded string (`>`) is written folded, and read again before it is printed, which adds line breaks (yaml/refold.ts).
 * - what is added within braces or brackets is written within them, where nothing at all reads as an empty string.
 */
import type { Tree, TreeMap } from './tree.js';

export type FieldStyle = 'quoted' | 'folded';

const fields = new WeakMap<TreeMap, Map<string, FieldStyle>>();
const flow = new WeakSet<TreeMap | Tree[]>();

export function noteFieldStyle(map: TreeMap, name: string, style: FieldStyle): void {
  const styles = fields.get(map);
  if (styles === undefined) fields.set(map, new Map([[name, style]]));
  else styles.set(name, style);
}

/** Whether the field holds a string that is not written plainly. */
export function isQuotedField(map: TreeMap, name: string): boolean {
  return fields.get(map)?.has(name) ?? false;
}

export function foldedFields(map: TreeMap): ReadonlySet<string> | undefined {
  const styles = fields.get(map);
  if (styles === undefined) return undefined;
  return new Set([...styles].flatMap(([name, style]) => (style === 'folded' ? [name] : [])));
}

/** For a field that comes from another map. */
export function copyFieldStyle(from: TreeMap, to: TreeMap, name: string): void {
  const style = fields.get(from)?.get(name);
  if (style !== undefined) noteFieldStyle(to, name, style);
}

/** For a field that is removed: what comes in its place later is written in its own way. */
export function forgetFieldStyle(map: TreeMap, name: string): void {
  fields.get(map)?.delete(name);
}

export function noteFlow(collection: TreeMap | Tree[]): void {
  flow.add(collection);
}

/** Whether it was read in braces or brackets itself; what is within others is so as well. */
export function isFlow(collection: TreeMap | Tree[]): boolean {
  return flow.has(collection);
}

export function forgetFlow(collection: TreeMap | Tree[]): void {
  flow.delete(collection);
}

/** For a copy of a map or a list. */
export function copyStyles<T extends TreeMap | Tree[]>(from: T, to: T): T {
  if (flow.has(from)) flow.add(to);
  if (Array.isArray(from) || Array.isArray(to)) return to;
  const styles = fields.get(from);
  if (styles !== undefined) fields.set(to, new Map(styles));
  return to;
}
