/**
 * Objects in the making. A request's body is the registry's own copy until it is stored, so decoding, defaulting and
 * admission write into it; what the store holds is never written into.
 */
export type Draft = Record<string, unknown>;

/** Whether it is a JSON object. */
export function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a field; undefined where there is none. */
export function child(parent: Draft | undefined, field: string): Draft | undefined {
  const value = parent?.[field];
  return isDraft(value) ? value : undefined;
}

/** The object at a path of fields. */
export function at(parent: Draft | undefined, ...fields: readonly string[]): Draft | undefined {
  return fields.reduce<Draft | undefined>((node, field) => child(node, field), parent);
}

/** The object in a field, made if there is none. */
export function ensure(parent: Draft, field: string): Draft {
  const known = child(parent, field);
  if (known !== undefined) return known;
  const made: Draft = {};
  parent[field] = made;
  return made;
}

/** The objects in a list; none where there is no list. */
export function children(parent: Draft | undefined, field: string): Draft[] {
  const value = parent?.[field];
  return Array.isArray(value) ? value.filter(isDraft) : [];
}

/** The text in a field; '' where there is none. */
export function text(parent: Draft | undefined, field: string): string {
  const value = parent?.[field];
  return typeof value === 'string' ? value : '';
}

/** Sets the fields that are absent. Values are used once each: never hand in a shared object. */
export function fill(target: Draft, defaults: Draft): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (target[field] === undefined || target[field] === null) target[field] = value;
  }
}

/** Takes fields away. */
export function drop(target: Draft, ...fields: readonly string[]): void {
  for (const field of fields) Reflect.deleteProperty(target, field);
}

/** A deep copy of plain data. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as T;
  if (!isDraft(value)) return value;
  const copy: Draft = {};
  for (const [field, item] of Object.entries(value)) copy[field] = copyOf(item);
  return copy as T;
}
