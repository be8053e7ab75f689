/** Plain data with every text in it replaced: how what a run says is cleaned and masked as a whole. */

/** Decides over a field by its name: its strings, or all that it holds, stay as they are. */
export type LeavesField = (field: string, value: unknown) => boolean;

/**
 * A copy of plain data in which every string value is what `replace` makes of it. Names of fields stay. What nothing
 * changes in comes back as it is, not as a copy.
 */
export function mapTexts<T>(value: T, replace: (text: string) => string, leaves: LeavesField = () => false): T {
  return mapped(value, replace, leaves) as T;
}

function mapped(value: unknown, replace: (text: string) => string, leaves: LeavesField): unknown {
  if (typeof value === 'string') return replace(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => mapped(item, replace, leaves));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value).map(
    ([field, item]) => [field, leaves(field, item) ? item : mapped(item, replace, leaves)] as const,
  );
  const isSame = entries.every(([field, item]) => item === (value as Record<string, unknown>)[field]);
  return isSame ? value : Object.fromEntries(entries);
}
