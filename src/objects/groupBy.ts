/** Things of one key together. */

/** The items of each key, keys and items in the order in which they came. (Map.groupBy begins with Node 21.) */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
