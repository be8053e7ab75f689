/**
 * How fields and collections are written, where kustomize goes by it. When it puts another value into a field it keeps the style of
 * the old one (kyaml/yaml/fns.go FieldSetter):
 * - a string in quotes, or in a block, stays a string: a patch's 5 becomes "5" where "x" stood, and stays a number where x did.
 *   Strings that need their quotes tell by themselves, unless something else is noted (keptStyle.ts).
 * - a folded string (`>`) is written folded, and read again before it is printed, which adds line breaks (yaml/refold.ts).
 * - what is added within braces or brackets is written within them, where nothing at all reads as an empty string.
 */

/** A map or a list of a tree, known by its identity alone. */
type Collection = object;

export type FieldStyle = 'quoted' | 'folded' | 'plain';

const fields = new WeakMap<Collection, Map<string, FieldStyle>>();
const flow = new WeakSet<Collection>();

/** Remembers how the string of a field is written; without a word, it is in quotes where it needs them. */
export function noteFieldStyle(map: Collection, name: string, style: FieldStyle): void {
  const styles = fields.get(map);
  if (styles === undefined) fields.set(map, new Map([[name, style]]));
  else styles.set(name, style);
}

/** Whether the string of the field is not written plainly; undefined where that goes by whether it needs quotes. */
export function isQuotedField(map: Collection, name: string): boolean | undefined {
  const style = fields.get(map)?.get(name);
  return style && style !== 'plain';
}

/** The fields whose text stands behind `>`; undefined where no field is written in a way of its own. */
export function foldedFields(map: Collection): ReadonlySet<string> | undefined {
  const styles = fields.get(map);
  if (styles === undefined) return undefined;
  return new Set([...styles].flatMap(([name, style]) => (style === 'folded' ? [name] : [])));
}

/** For a field that comes from another map. */
export function copyFieldStyle(from: Collection, to: Collection, name: string): void {
  const style = fields.get(from)?.get(name);
  if (style !== undefined) noteFieldStyle(to, name, style);
}

/** For a field that is removed: what comes in its place later is written in its own way. */
export function forgetFieldStyle(map: Collection, name: string): void {
  fields.get(map)?.delete(name);
}

/** Remembers that the collection is written in braces or brackets. */
export function noteFlow(collection: Collection): void {
  flow.add(collection);
}

/** Whether it was read in braces or brackets itself; what is within others is so as well. */
export function isFlow(collection: Collection): boolean {
  return flow.has(collection);
}

/** From now on the collection is written in lines of its own. */
export function forgetFlow(collection: Collection): void {
  flow.delete(collection);
}

/** For a copy of a map or a list. */
export function copyStyles<T extends Collection>(from: T, to: T): T {
  if (flow.has(from)) flow.add(to);
  if (Array.isArray(from) || Array.isArray(to)) return to;
  const styles = fields.get(from);
  if (styles !== undefined) fields.set(to, new Map(styles));
  return to;
}
