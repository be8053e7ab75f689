/** What stands at the end of the way through maps and lists; undefined where it leads nowhere. */
export function valueAt(value: unknown, steps: readonly (string | number)[]): unknown {
  return steps.reduce<unknown>(
    (at, step) =>
      at !== null && typeof at === 'object' ? (at as Readonly<Record<string | number, unknown>>)[step] : undefined,
    value,
  );
}
