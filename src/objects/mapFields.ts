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

/** A copy of a list in which every item is what `change` makes of it; the list itself where it changes none. */
export function mapItems(
  items: readonly unknown[],
  change: (item: unknown, index: number) => unknown,
): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const now = change(items[index], index);
    if (now === items[index]) continue;
    changed ??= [...items];
    changed[index] = now;
  }
  return changed ?? items;
}
