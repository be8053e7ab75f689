/** A copy of a map in which every value is what `change` makes of it; the map itself where it changes none. */
export function mapFields(fields: object, change: (value: unknown, field: string) => unknown): object {
  const map = fields as Readonly<Record<string, unknown>>;
  const names = Object.keys(map);
  let changed: unknown[] | undefined;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    const value = map[name];
    const now = change(value, name);
    if (now === value) continue;
    changed ??= names.map((field) => map[field]);
    changed[index] = now;
  }
  const values = changed;
  return values === undefined ? fields : Object.fromEntries(names.map((name, index) => [name, values[index]]));
}
