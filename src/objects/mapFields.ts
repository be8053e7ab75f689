/** A copy of a map in which every value is what `change` makes of it; the map itself where it changes none. */
export function mapFields(fields: object, change: (value: unknown, field: string) => unknown): object {
  let changed: [string, unknown][] | undefined;
  Object.entries(fields as Readonly<Record<string, unknown>>).forEach(([field, value], index, all) => {
    const now = change(value, field);
    if (now === value) return;
    changed ??= [...all];
    changed[index] = [field, now];
  });
  return changed === undefined ? fields : Object.fromEntries(changed);
}
